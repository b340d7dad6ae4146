// A notebook in the editor as a test drives it: open with cells, run a cell and read its output, interrupt, restart, save.
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Jupyter } from "@vscode/jupyter-extension";
import * as vscode from "vscode";
import { editorTestVariables, type NotebookPlace } from "../support/workbench/editorSuite.ts";

/** With nothing before it, and what it prints. */
export const firstCell = 'import lancedb; db = lancedb.connect("db://demo"); print(db.table_names())';
export const reached = "['penguins']\n";
export const sleeps = 'import time; print("asleep", flush=True); time.sleep(600)';

/** What a cell says that is run again by VS Code in a moment. */
const waits = (text: string): boolean => text.startsWith("LanceDB Auth: VS Code renews the token first");

export type TestNotebook = {
  readonly document: vscode.NotebookDocument;
  /** Runs a cell and answers what it put out once it has ended; one that waits for a token runs twice. */
  run(index: number): Promise<string>;
  /** Resolves when the cell's output so far contains the text. */
  shows(index: number, text: string): Promise<void>;
  interrupt(): Promise<void>;
  restart(): Promise<void>;
  runAll(): Promise<readonly string[]>;
  /** As runAll, but each cell ends with this text, or with an error: some run twice. */
  runAllUntil(text: string): Promise<readonly string[]>;
  restartAndRunAll(): Promise<readonly string[]>;
  close(): Promise<void>;
};

/** Undefined on a machine without Python. */
export function placeOfNotebooks(): NotebookPlace | undefined {
  const text = process.env[editorTestVariables.notebooks];
  return text === undefined ? undefined : parsePlace(text);
}

/**
 * @param cells undefined: the file is there already
 * @param kernel "local" or "remote", as the stand-in names them
 */
export async function openNotebook(
  name: string,
  cells: readonly string[] | undefined,
  kernel: "local" | "remote",
): Promise<TestNotebook> {
  const path = join(vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? "", name);
  if (cells !== undefined) await write(path, cells);
  const document = await vscode.workspace.openNotebookDocument(vscode.Uri.file(path));
  await vscode.window.showNotebookDocument(document);
  await vscode.commands.executeCommand("notebook.selectKernel", { extension: "ms-toolsai.jupyter", id: kernel });
  const textAt = (index: number): string => textOf(document.cellAt(index));
  const code = document.getCells().filter(({ kind }) => kind === vscode.NotebookCellKind.Code);
  const all = code.map(({ index }) => index);
  const outputs = (): readonly string[] => all.map(textAt);
  /** A cell that waits for a token runs twice. */
  const settled = async (indexes: readonly number[]): Promise<void> => {
    const isWaiting = (index: number): boolean =>
      waits(textAt(index)) || document.cellAt(index).executionSummary?.success === undefined;
    if (indexes.some((index) => waits(textAt(index)))) await changes(document, () => !indexes.some(isWaiting));
  };
  return {
    document,
    run: async (index) => {
      const ended = cellsEnd(document, [index]);
      const ranges = [{ start: index, end: index + 1 }];
      await vscode.commands.executeCommand("notebook.cell.execute", { ranges, document: document.uri });
      await ended;
      await settled([index]);
      return textAt(index);
    },
    shows: (index, text) => changes(document, () => textAt(index).includes(text)),
    interrupt: async () => {
      await vscode.window.showNotebookDocument(document);
      await vscode.commands.executeCommand("notebook.cancelExecution");
    },
    restart: async () => {
      await vscode.commands.executeCommand("jupyter.restartkernel", document.uri);
    },
    runAll: async () => {
      const ended = cellsEnd(document, all);
      await vscode.commands.executeCommand("notebook.execute", document.uri);
      await ended;
      await settled(all);
      return outputs();
    },
    runAllUntil: async (text) => {
      const isDone = (index: number): boolean => textAt(index) === text || textAt(index).includes("Error");
      const ended = changes(document, () => all.every(isDone) || all.some((index) => textAt(index).includes("Error")));
      await vscode.commands.executeCommand("notebook.execute", document.uri);
      await ended;
      return outputs();
    },
    restartAndRunAll: async () => {
      const ended = cellsEnd(document, all);
      await vscode.commands.executeCommand("jupyter.restartkernelandrunallcells", document.uri);
      await ended;
      await settled(all);
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

/** Runs the command and takes what it offers first, until it says that it is done. */
export async function chooseFirst(notebook: TestNotebook): Promise<void> {
  await vscode.window.showNotebookDocument(notebook.document);
  const done = Promise.resolve(vscode.commands.executeCommand("lancedbAuth.connectNotebook"));
  const running = { is: true };
  void done.finally(() => (running.is = false));
  // A quick pick that is not there yet takes no answer: asked again until the command has ended.
  while (running.is) {
    await vscode.commands.executeCommand("workbench.action.acceptSelectedQuickOpenItem");
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  await done;
}

/** Runs the command, takes what it offers first, and nothing of what it offers after that. */
export async function chooseOnce(notebook: TestNotebook): Promise<void> {
  await vscode.window.showNotebookDocument(notebook.document);
  const done = Promise.resolve(vscode.commands.executeCommand("lancedbAuth.connectNotebook"));
  const running = { is: true };
  void done.finally(() => (running.is = false));
  // It is taken as soon as there is a kernel; what follows is then the answer.
  while (running.is) {
    const action = (await hasKernel(notebook.document)) ? "closeQuickOpen" : "acceptSelectedQuickOpenItem";
    await vscode.commands.executeCommand(`workbench.action.${action}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  await done;
}

async function hasKernel({ uri }: vscode.NotebookDocument): Promise<boolean> {
  const jupyter = parseJupyter(vscode.extensions.getExtension("ms-toolsai.jupyter")?.exports);
  return (await jupyter.kernels.getKernel(uri)) !== undefined;
}

/**
 * Nothing can be pushed while a cell runs, and these tokens live for 15 s: where the machine was too busy for a start and an import
 * within that, the step is repeated.
 */
export async function reachedInTime(step: () => Promise<string>): Promise<string> {
  for (;;) {
    const startedAt = Date.now();
    const said = await step();
    if (said === reached || Date.now() - startedAt < 10_000) return said;
  }
}

async function write(path: string, cells: readonly string[]): Promise<void> {
  const metadata = { kernelspec: { display_name: "Python 3", language: "python", name: "python3" } };
  const codeCells = cells.map((source, index) => ({
    ...{ cell_type: "code", id: `cell-${index}`, metadata: {}, source, outputs: [], execution_count: null },
  }));
  await writeFile(path, JSON.stringify({ nbformat: 4, nbformat_minor: 5, metadata, cells: codeCells }));
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

function parseJupyter(exported: unknown): Pick<Jupyter, "kernels"> {
  return exported as Pick<Jupyter, "kernels">;
}
