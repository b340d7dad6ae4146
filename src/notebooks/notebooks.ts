// What a person sees of a notebook's connection: an item in the cells that connect, what the lens says of their kernel, and the command.
import * as vscode from "vscode";
import { registerCommands } from "../commands/registerCommands.ts";
import { commandIds } from "../ids.ts";
import type { Log } from "../messages/log.ts";
import { accessWords, isFine, type AccessRemedy } from "./accessWords.ts";
import { connectNotebook, type NotebookParts } from "./connectNotebook.ts";

/** @param settled resolves when the last change of the settings is followed */
export function openNotebooks(parts: NotebookParts, settled: () => Promise<void>, log: Log): vscode.Disposable {
  const connect = (): Promise<void> => settled().then(() => connectNotebook(parts));
  return vscode.Disposable.from(openNotebookStatus(parts), registerCommands({ connectNotebook: connect }, log));
}

/** For the lens: the item's own words, and what a click does. */
export interface CellRemark {
  readonly short: string;
  readonly sentence: string;
  readonly act?: "connectNotebook" | "unlock" | "signIn" | "add" | "edit" | "refresh";
}

const acts = {
  ...{ connect: "connectNotebook", start: "connectNotebook", trust: "connectNotebook" },
  ...{ manageAccess: "connectNotebook", manageConsent: "connectNotebook", unlock: "unlock", signIn: "signIn" },
  ...{ addConnection: "add", editConnection: "edit", refresh: "refresh" },
} as const satisfies Record<AccessRemedy, CellRemark["act"]>;

/** What a connect call in this cell meets beside its connection; undefined where its kernel is in no way. */
export function kernelRemark(parts: NotebookParts, cell: vscode.Uri): CellRemark | undefined {
  if (cell.scheme !== "vscode-notebook-cell") return undefined;
  // Where the extension host is on another machine, the two URIs do not name it alike.
  const notebook = vscode.workspace.notebookDocuments.find((each) =>
    each.getCells().some(({ document }) => document.uri.toString() === cell.toString()),
  );
  const access = notebook === undefined ? undefined : parts.accessOf(notebook);
  if (access === undefined || isFine(access)) return undefined;
  const { short, sentence, remedy } = accessWords(access);
  if (short === undefined) return undefined;
  return { short, sentence, ...(remedy === undefined ? {} : { act: acts[remedy] }) };
}

/** In each cell that says connect("db://…"): how its notebook's kernel is reached; a click runs the command. */
function openNotebookStatus(parts: NotebookParts): vscode.Disposable {
  return vscode.notebooks.registerNotebookCellStatusBarItemProvider("jupyter-notebook", {
    onDidChangeCellStatusBarItems: parts.onDidChange,
    provideCellStatusBarItems: ({ document, notebook }) => {
      if (!/\bconnect(_async)?\(\s*["']db:\/\//.test(document.getText())) return undefined;
      const { short, sentence } = accessWords(parts.accessOf(notebook));
      const item = new vscode.NotebookCellStatusBarItem(
        `$(database) LanceDB${short === undefined ? "" : `: ${short}`}`,
        vscode.NotebookCellStatusBarAlignment.Right,
      );
      item.tooltip = vscode.l10n.t("{0} Click for more.", sentence);
      item.command = commandIds.connectNotebook;
      item.accessibilityInformation = { label: `LanceDB: ${sentence}`, role: "button" };
      return item;
    },
  });
}
