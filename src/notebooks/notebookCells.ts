// What a notebook's cells say and have put out, and how some of them are run. Reads them; never writes to the notebook.
import * as vscode from "vscode";

export function usesLanceDb(notebook: vscode.NotebookDocument): boolean {
  return codeOf(notebook).includes("lancedb");
}

/** The databases that the cells name; where the name is computed, the active connection's is meant. */
export function databasesIn(notebook: vscode.NotebookDocument): readonly string[] {
  return [...new Set(codeOf(notebook).match(/db:\/\/[A-Za-z0-9._-]+/g) ?? [])];
}

/** As the kernel's client says it to the broker, which has it percent-encoded. */
export function nameOf({ uri }: vscode.NotebookDocument): string {
  return uri.path.slice(uri.path.lastIndexOf("/") + 1);
}

/** What the URIs of its cells begin with; undefined where a cell cannot be run by its index. */
export function cellPrefix(notebook: vscode.NotebookDocument): string | undefined {
  if (notebook.notebookType !== "jupyter-notebook" || notebook.cellCount === 0) return undefined;
  const uri = notebook.cellAt(0).document.uri.toString();
  const end = uri.indexOf("#");
  return end < 0 ? undefined : uri.slice(0, end + 1);
}

/** What lancedb says without a key, and what our client says without a token. */
export function hasFailedToConnect({ outputs }: vscode.NotebookCell): boolean {
  const decoder = new TextDecoder();
  const errors = outputs
    .flatMap(({ items }) => items)
    .filter(({ mime }) => mime === "application/vnd.code.notebook.error");
  return errors.some(({ data }) => /api_key is required|LanceDBAuthError/.test(decoder.decode(data)));
}

/** In the order of the URIs; those that are gone are passed over. */
export async function runCells(notebook: vscode.NotebookDocument, uris: readonly string[]): Promise<void> {
  const cells = notebook.getCells();
  const indexes = uris.flatMap((uri) => cells.find(({ document }) => document.uri.toString() === uri)?.index ?? []);
  if (indexes.length === 0) return;
  const ranges = indexes.map((start) => ({ start, end: start + 1 }));
  await vscode.commands.executeCommand("notebook.cell.execute", { ranges, document: notebook.uri });
}

function codeOf(notebook: vscode.NotebookDocument): string {
  const cells = notebook.getCells().filter(({ kind }) => kind === vscode.NotebookCellKind.Code);
  return cells.map(({ document }) => document.getText()).join("\n");
}
