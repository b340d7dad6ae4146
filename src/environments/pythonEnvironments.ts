// Which Pythons there are to install into: those that the Python extension knows, the usual folders of the workspace, and the PATH's.
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import * as vscode from "vscode";

/** Paths of executables, the nearest first, each once. */
export async function knownPythons(): Promise<readonly string[]> {
  return [...new Set([...workspacePythons(), ...(await extensionsPythons()), ...pathPythons()])];
}

const executable = process.platform === "win32" ? "Scripts/python.exe" : "bin/python";

function workspacePythons(): readonly string[] {
  const folders = (vscode.workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === "file");
  const usual = [".venv", "venv", "env", ".conda"];
  return folders.flatMap(({ uri }) => usual.map((name) => join(uri.fsPath, name, executable))).filter(existsSync);
}

function pathPythons(): readonly string[] {
  const names = process.platform === "win32" ? ["python.exe"] : ["python3", "python"];
  const folders = (process.env["PATH"] ?? "").split(delimiter).filter((folder) => folder !== "");
  for (const name of names) {
    const found = folders.map((folder) => join(folder, name)).find(existsSync);
    if (found !== undefined) return [found];
  }
  return [];
}

/** The public API of ms-python.python (`environments.known`); where it is another one, nothing is known. */
async function extensionsPythons(): Promise<readonly string[]> {
  try {
    const api: unknown = await vscode.extensions.getExtension("ms-python.python")?.activate();
    return parseKnown(api);
  } catch {
    return [];
  }
}

function parseKnown(api: unknown): readonly string[] {
  const found = api as
    | { readonly environments?: { readonly known?: readonly { executable?: { uri?: { fsPath?: unknown } } }[] } }
    | undefined;
  const paths = (found?.environments?.known ?? []).map((each) => each.executable?.uri?.fsPath);
  return paths.filter((path): path is string => typeof path === "string" && existsSync(path));
}
