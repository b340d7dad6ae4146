// A notebook in the editor as a test drives it: open with cells, run a cell and read its output, interrupt, restart, save.
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import * as vscode from "vscode";
import { editorTestVariables, type NotebookPlace } from "../support/editorSuite.ts";

export type TestNotebook = {
  readonly document: vscode.NotebookDocument;
  /** Runs a cell and answers what it put out once it has ended. */
  run(index: number): Promise<string>;
  /** Resolves when the cell's output so far contains the text. */
  shows(index: number, text: string): Promise<void>;
  interrupt(): Promise<void>;
  restart(): Promise<void>;
  restartAndRunAll(): Promise<readonly string[]>;
  close(): Promise<void>;
};

/** Undefined on a machine without Python. */
export function placeOfNotebooks(): NotebookPlace | undefined {
  const text = process.env[editorTestVariables.notebooks];
  return text === undefined ? undefined : parsePlace(text);
}

/** @param kernel "local" or "remote", as the stand-in names them */
export async function openNotebook(
  name: string,
  cells: readonly string[],
  kernel: "local" | "remote",
): Promise<TestNotebook> {
  const document = await vscode.workspace.openNotebookDocument(await write(name, cells));
  await vscode.window.showNotebookDocument(document);
  await vscode.commands.executeCommand("notebook.selectKernel", { extension: "ms-toolsai.jupyter", id: kernel });
  const all = document.getCells().map(({ index }) => index);
  const outputs = (): readonly string[] => all.map((index) => textOf(document.cellAt(index)));
  return {
    document,
    run: async (index) => {
      const ended = cellsEnd(document, [index]);
      const ranges = [{ start: index, end: index + 1 }];
      await vscode.commands.executeCommand("notebook.cell.execute", { ranges, document: document.uri });
      await ended;
      return outputs()[index] ?? "";
    },
    shows: (index, text) => changes(document, () => outputs()[index]?.includes(text) === true),
    interrupt: async () => {
      await vscode.window.showNotebookDocument(document);
      await vscode.commands.executeCommand("notebook.cancelExecution");
    },
    restart: async () => {
      await vscode.commands.executeCommand("jupyter.restartkernel", document.uri);
    },
    restartAndRunAll: async () => {
      const ended = cellsEnd(document, all);
      await vscode.commands.executeCommand("jupyter.restartkernelandrunallcells", document.uri);
      await ended;
      return outputs();
    },
    close: async () => {
      await document.save();
      const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs);
      const isOurs = ({ input }: vscode.Tab): boolean =>
        input instanceof vscode.TabInputNotebook && input.uri.toString() === document.uri.toString();
      await vscode.window.tabGroups.close(tabs.filter(isOurs));
      // The editor keeps a closed document for minutes; the kernel need not wait for that.
      await vscode.commands.executeCommand("jupyter.endKernelOfTest", document.uri);
    },
  };
}

async function write(name: string, cells: readonly string[]): Promise<vscode.Uri> {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? "";
  const path = join(folder, name);
  const metadata = { kernelspec: { display_name: "Python 3", language: "python", name: "python3" } };
  const codeCells = cells.map((source, index) => ({
    ...{ cell_type: "code", id: `cell-${index}`, metadata: {}, source, outputs: [], execution_count: null },
  }));
  await writeFile(path, JSON.stringify({ nbformat: 4, nbformat_minor: 5, metadata, cells: codeCells }));
  return vscode.Uri.file(path);
}

/** Resolves when each of the cells has ended once from now on. */
function cellsEnd(document: vscode.NotebookDocument, indexes: readonly number[]): Promise<void> {
  const running = new Set(indexes);
  return changes(document, (event) => {
    for (const { cell, executionSummary } of event.cellChanges) {
      if (executionSummary?.timing?.endTime !== undefined || executionSummary?.success !== undefined)
        running.delete(cell.index);
    }
    return running.size === 0;
  });
}

function changes(
  document: vscode.NotebookDocument,
  isDone: (event: vscode.NotebookDocumentChangeEvent) => boolean,
): Promise<void> {
  return new Promise((resolve) => {
    const listener = vscode.workspace.onDidChangeNotebookDocument((event) => {
      if (event.notebook !== document || !isDone(event)) return;
      listener.dispose();
      resolve();
    });
  });
}

function textOf(cell: vscode.NotebookCell): string {
  const decoder = new TextDecoder();
  const items = cell.outputs.flatMap((output) => output.items);
  // LanceDB warns of its own deprecated functions there.
  return items
    .filter(({ mime }) => mime !== "application/vnd.code.notebook.stderr")
    .map(({ data }) => decoder.decode(data))
    .join("");
}

function parsePlace(text: string): NotebookPlace {
  return JSON.parse(text) as NotebookPlace;
}
