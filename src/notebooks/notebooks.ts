// What a person sees of a notebook's connection: an item in the cells that connect, and the command that says how the kernel is reached,
// does what is missing, and offers a snippet for other languages.
import * as vscode from "vscode";
import { registerCommands } from "../commands/registerCommands.ts";
import { commandIds } from "../ids.ts";
import type { Log } from "../messages/log.ts";
import { snippets } from "./notebookSnippets.ts";

/** How a notebook's kernel is reached, as sessions/notebookLink.ts finds it. */
export interface ShownAccess {
  readonly state:
    | (
        | "unknown"
        | "noJupyter"
        | "notStarted"
        | "hooked"
        | "unhooked"
        | "elsewhere"
        | "refused"
        | "failed"
        | "nothing"
        | "off"
        | "untrusted"
      )
    | ("otherLanguage" | "pushed");
  readonly language?: string;
}

export interface NotebookParts {
  readonly onDidChange: vscode.Event<void>;
  accessOf(notebook: vscode.NotebookDocument): ShownAccess;
  isAllowed(notebook: vscode.NotebookDocument): boolean;
  look(notebook: vscode.NotebookDocument): Promise<ShownAccess>;
  allow(notebook: vscode.NotebookDocument): Promise<ShownAccess>;
  disallow(notebook: vscode.NotebookDocument): Promise<void>;
  start(notebook: vscode.NotebookDocument): Promise<ShownAccess>;
}

const accessSentences: Readonly<Record<ShownAccess["state"], () => string>> = {
  unknown: () => vscode.l10n.t("Nobody has asked this kernel yet."),
  off: () => vscode.l10n.t("Notebooks are off: there is no connection, or lancedbAuth.notebook.enabled is off."),
  untrusted: () => vscode.l10n.t("This workspace is not trusted: nothing is given to its notebooks."),
  noJupyter: () => vscode.l10n.t("The Jupyter extension is not installed or not active. Select a kernel first."),
  notStarted: () => vscode.l10n.t("The kernel has not started. A kernel on this machine connects from its first cell."),
  hooked: () => vscode.l10n.t("Connected: this kernel runs on this machine and asks VS Code for headers itself."),
  pushed: () => vscode.l10n.t("Connected: this kernel runs elsewhere; VS Code keeps short-lived headers in it."),
  nothing: () => vscode.l10n.t("Nothing can be given: sign in to the connection that this notebook names."),
  unhooked: () => vscode.l10n.t("Not connected: this kernel was started without VS Code’s environment."),
  elsewhere: () => vscode.l10n.t("Not connected: this kernel runs elsewhere and cannot ask VS Code."),
  refused: () => vscode.l10n.t("Refused in the Jupyter extension. “Manage Access To Jupyter Kernels” allows it again."),
  failed: () => vscode.l10n.t("The kernel did not answer. Restart it and try again."),
  otherLanguage: () => vscode.l10n.t("This kernel is not Python. On this machine a snippet connects it."),
};

const shortWords: Readonly<Partial<Record<ShownAccess["state"], () => string>>> = {
  hooked: () => vscode.l10n.t("connected"),
  pushed: () => vscode.l10n.t("connected"),
  unhooked: () => vscode.l10n.t("not connected"),
  elsewhere: () => vscode.l10n.t("not connected"),
  nothing: () => vscode.l10n.t("signed out"),
  refused: () => vscode.l10n.t("refused"),
  failed: () => vscode.l10n.t("failed"),
};

interface Choice extends vscode.QuickPickItem {
  readonly act?: () => PromiseLike<unknown>;
}

/** The command. Resolves when the person is done with it. */
async function connectNotebook(parts: NotebookParts): Promise<void> {
  const notebook = vscode.window.activeNotebookEditor?.notebook;
  if (notebook === undefined) {
    void vscode.window.showInformationMessage(
      vscode.l10n.t("Open a notebook first, then run “LanceDB: Connect This Notebook”."),
    );
    return;
  }
  let access = await parts.look(notebook);
  for (;;) {
    const choice = await vscode.window.showQuickPick(choicesFor(parts, notebook, access), {
      title: vscode.l10n.t("LanceDB: Connect This Notebook"),
      placeHolder: accessSentences[access.state](),
    });
    if (choice?.act === undefined) return;
    const next = await choice.act();
    if (!isAccess(next)) return;
    access = next;
  }
}

function isAccess(value: unknown): value is ShownAccess {
  return typeof value === "object" && value !== null && "state" in value;
}

function choicesFor(parts: NotebookParts, notebook: vscode.NotebookDocument, { state }: ShownAccess): Choice[] {
  const isAllowed = parts.isAllowed(notebook);
  const connect: Choice = {
    label: `$(plug) ${vscode.l10n.t("Connect This Kernel")}`,
    detail:
      state === "unhooked"
        ? vscode.l10n.t("Lets it ask VS Code for headers, also after a restart. The notebook stays as it is.")
        : vscode.l10n.t("Keeps short-lived headers in it while it is open. The notebook stays as it is."),
    act: () => parts.allow(notebook),
  };
  const start: Choice = {
    label: `$(play) ${vscode.l10n.t("Start the Kernel and Connect")}`,
    detail: vscode.l10n.t("Jupyter may ask whether to restart it: nothing has run in it, so nothing is lost."),
    act: () => parts.allow(notebook).then(() => parts.start(notebook)),
  };
  const stop: Choice = {
    label: `$(debug-disconnect) ${vscode.l10n.t("Stop Connecting This Notebook")}`,
    detail: vscode.l10n.t("Takes back what the kernel has been given."),
    act: () => parts.disallow(notebook),
  };
  const trust: Choice = {
    label: `$(shield) ${vscode.l10n.t("Manage Workspace Trust")}`,
    act: () => vscode.commands.executeCommand("workbench.trust.manage"),
  };
  const fine: Choice = { label: `$(check) ${vscode.l10n.t("Done")}` };
  const isConnected = state === "hooked" || state === "pushed";
  return [
    ...(isConnected ? [...runAgain(notebook), fine] : []),
    ...(state === "untrusted" ? [trust] : []),
    ...(state === "unhooked" || state === "elsewhere" || state === "failed" ? [connect] : []),
    ...(state === "notStarted" ? [start] : []),
    ...(isAllowed ? [stop] : []),
    ...snippets.map(({ label, text }) => ({ label: `$(copy) ${label()}`, act: () => copy(text) })),
  ];
}

/** The first cell may have run before the kernel was connected. */
function runAgain(notebook: vscode.NotebookDocument): readonly Choice[] {
  const ranges = notebook
    .getCells()
    .filter(hasFailedToConnect)
    .map(({ index }) => ({ start: index, end: index + 1 }));
  if (ranges.length === 0) return [];
  const run = (): Thenable<unknown> =>
    vscode.commands.executeCommand("notebook.cell.execute", { ranges, document: notebook.uri });
  const detail =
    ranges.length === 1
      ? vscode.l10n.t("The cell that failed to connect.")
      : vscode.l10n.t("The cells that failed to connect.");
  return [{ label: `$(debug-rerun) ${vscode.l10n.t("Run Again")}`, detail, act: run }];
}

/** What lancedb says without a key, and what our client says without a token. */
function hasFailedToConnect({ outputs }: vscode.NotebookCell): boolean {
  const decoder = new TextDecoder();
  const errors = outputs
    .flatMap(({ items }) => items)
    .filter(({ mime }) => mime === "application/vnd.code.notebook.error");
  return errors.some(({ data }) => /api_key is required|LanceDBAuthError/.test(decoder.decode(data)));
}

async function copy(text: string): Promise<void> {
  await vscode.env.clipboard.writeText(text);
  vscode.window.setStatusBarMessage(`$(check) ${vscode.l10n.t("Copied")}`, 3000);
}

/** @param settled resolves when the last change of the settings is followed */
export function openNotebooks(parts: NotebookParts, settled: () => Promise<void>, log: Log): vscode.Disposable {
  const connect = (): Promise<void> => settled().then(() => connectNotebook(parts));
  return vscode.Disposable.from(openNotebookStatus(parts), registerCommands({ connectNotebook: connect }, log));
}

/** In each cell that says connect("db://…"): how its notebook's kernel is reached; a click runs the command. */
function openNotebookStatus(parts: NotebookParts): vscode.Disposable {
  return vscode.notebooks.registerNotebookCellStatusBarItemProvider("jupyter-notebook", {
    onDidChangeCellStatusBarItems: parts.onDidChange,
    provideCellStatusBarItems: ({ document, notebook }) => {
      if (!/\bconnect(_async)?\(\s*["']db:\/\//.test(document.getText())) return undefined;
      const { state } = parts.accessOf(notebook);
      const words = shortWords[state]?.();
      const item = new vscode.NotebookCellStatusBarItem(
        `$(database) LanceDB${words === undefined ? "" : `: ${words}`}`,
        vscode.NotebookCellStatusBarAlignment.Right,
      );
      item.tooltip = vscode.l10n.t("{0} Click for more.", accessSentences[state]());
      item.command = commandIds.connectNotebook;
      item.accessibilityInformation = { label: `LanceDB: ${accessSentences[state]()}`, role: "button" };
      return item;
    },
  });
}
