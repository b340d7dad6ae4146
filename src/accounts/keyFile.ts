// Reads the file that a connection's clientKeyFile or tokenFile names. Only its path is ever in a setting.
import * as vscode from "vscode";

/** Rejects where the file cannot be read, or is larger than a key can be. */
export async function readKeyFile(path: string): Promise<string> {
  const uri = vscode.Uri.file(path);
  const { size } = await vscode.workspace.fs.stat(uri);
  if (size > 65_536) throw new Error("it is larger than 64 KB");
  return new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));
}
