// Opens a page in the browser of the person, wherever that runs.
import * as vscode from "vscode";

/** As a text the address is opened as it is; a Uri would lose the encoding inside its query. */
export async function openInBrowser(url: string): Promise<void> {
  const { origin, pathname, search } = new URL(url);
  // A server on the remote machine is reached by another address.
  const page = await vscode.env.asExternalUri(vscode.Uri.parse(origin + pathname));
  await vscode.commands.executeCommand("vscode.open", page.toString(true) + search);
}
