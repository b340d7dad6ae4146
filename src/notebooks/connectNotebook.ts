// The command LanceDB: Connect This Notebook: says how the kernel is reached, does what is missing, and offers a snippet for other
// languages. It never starts, restarts or asks a kernel unless the person has said so.
import * as vscode from "vscode";
import { commandIds } from "../ids.ts";
import { accessWords, type AccessRemedy } from "./accessWords.ts";
import { manageAccess } from "./jupyter.ts";
import type { KernelAccess } from "./kernelAccess.ts";
import { hasFailedToConnect } from "./notebookCells.ts";
import { snippets } from "./notebookSnippets.ts";

export interface NotebookParts {
  readonly onDidChange: vscode.Event<void>;
  accessOf(notebook: vscode.NotebookDocument): KernelAccess;
  isAllowed(notebook: vscode.NotebookDocument): boolean;
  look(notebook: vscode.NotebookDocument): Promise<KernelAccess>;
  allow(notebook: vscode.NotebookDocument): Promise<KernelAccess>;
  disallow(notebook: vscode.NotebookDocument): Promise<void>;
  start(notebook: vscode.NotebookDocument): Promise<KernelAccess>;
}

interface Choice extends vscode.QuickPickItem {
  readonly act?: () => PromiseLike<unknown>;
}

/** Resolves when the person is done with it. */
export async function connectNotebook(parts: NotebookParts): Promise<void> {
  const notebook = vscode.window.activeNotebookEditor?.notebook;
  if (notebook === undefined) {
    void vscode.window.showInformationMessage(
      vscode.l10n.t("Open a notebook first, then run “LanceDB: Connect This Notebook”."),
    );
    return;
  }
  let access = await whileAsking(parts.look(notebook));
  for (;;) {
    const choice = await vscode.window.showQuickPick(choicesFor(parts, notebook, access), {
      title: vscode.l10n.t("LanceDB: Connect This Notebook"),
      placeHolder: accessWords(access).sentence,
    });
    if (choice?.act === undefined) return;
    const next = await choice.act();
    if (!isAccess(next)) return;
    access = next;
  }
}

/** A kernel that runs a cell answers when that has ended. */
function whileAsking(looking: Promise<KernelAccess>): Thenable<KernelAccess> {
  const title = vscode.l10n.t("LanceDB: asking the notebook’s kernel");
  return vscode.window.withProgress({ location: vscode.ProgressLocation.Window, title }, () => looking);
}

/** It may take minutes, and goes on where the notification is closed. */
function whileStarting(starting: Promise<KernelAccess>): Thenable<KernelAccess> {
  const title = vscode.l10n.t("Starting the kernel and connecting it");
  return vscode.window.withProgress({ location: vscode.ProgressLocation.Notification, title }, () => starting);
}

function isAccess(value: unknown): value is KernelAccess {
  return typeof value === "object" && value !== null && "state" in value;
}

function choicesFor(parts: NotebookParts, notebook: vscode.NotebookDocument, access: KernelAccess): Choice[] {
  const { remedy } = accessWords(access);
  const isConnected = access.state === "hooked" || access.state === "pushed";
  const fine: Choice = { label: `$(check) ${vscode.l10n.t("Done")}` };
  const stop: Choice = {
    label: `$(debug-disconnect) ${vscode.l10n.t("Stop Connecting This Notebook")}`,
    detail: vscode.l10n.t("Takes back what the kernel has been given."),
    act: () => parts.disallow(notebook),
  };
  return [
    ...(isConnected ? [...runAgain(notebook), fine] : []),
    ...(remedy === undefined ? [] : [remedyChoice(remedy, parts, notebook, access)]),
    ...(parts.isAllowed(notebook) ? [stop] : []),
    ...snippets.map(({ label, text }) => ({ label: `$(copy) ${label()}`, act: () => copy(text) })),
  ];
}

function remedyChoice(
  remedy: AccessRemedy,
  parts: NotebookParts,
  notebook: vscode.NotebookDocument,
  access: KernelAccess,
): Choice {
  switch (remedy) {
    case "connect":
      return connectChoice(parts, notebook, access);
    case "start":
      return {
        label: `$(play) ${vscode.l10n.t("Start the Kernel and Connect")}`,
        detail: vscode.l10n.t("Jupyter may ask whether to restart it: nothing has run in it, so nothing is lost."),
        act: () => parts.allow(notebook).then(() => whileStarting(parts.start(notebook))),
      };
    case "trust":
      return {
        label: `$(shield) ${vscode.l10n.t("Manage Workspace Trust")}`,
        act: () => vscode.commands.executeCommand("workbench.trust.manage"),
      };
    case "manageAccess":
      return {
        label: `$(key) ${vscode.l10n.t("Manage Access To Jupyter Kernels")}`,
        detail: vscode.l10n.t("Tick LanceDB Auth in the Jupyter extension’s list."),
        act: () => Promise.resolve(manageAccess()).then(() => whileAsking(parts.look(notebook))),
      };
    case "unlock":
    case "signIn":
    case "addConnection":
    case "editConnection":
    case "manageConsent":
    case "refresh":
      return commandChoice(remedy, parts, notebook, access);
  }
}

function connectChoice(parts: NotebookParts, notebook: vscode.NotebookDocument, { state }: KernelAccess): Choice {
  const detail =
    state === "unhooked"
      ? vscode.l10n.t("Lets it ask VS Code for headers, also after a restart. The notebook stays as it is.")
      : vscode.l10n.t("Keeps short-lived headers in it while it is open. The notebook stays as it is.");
  const act = (): Thenable<KernelAccess> => whileAsking(parts.allow(notebook));
  return { label: `$(plug) ${vscode.l10n.t("Connect This Kernel")}`, detail, act };
}

type CommandRemedy = Exclude<AccessRemedy, "connect" | "start" | "trust" | "manageAccess">;

/** What is done with the connection; then the kernel is looked at again. */
function commandChoice(
  remedy: CommandRemedy,
  parts: NotebookParts,
  notebook: vscode.NotebookDocument,
  access: KernelAccess,
): Choice {
  const { icon, label, command } = commands[remedy];
  const connection = access.state === "withheld" ? access.refusal.connection : undefined;
  const isGeneral = remedy === "unlock" || remedy === "addConnection" || remedy === "manageConsent";
  const named = connection === undefined || isGeneral ? [] : [connection];
  return {
    label: `$(${icon}) ${label()}`,
    // Above it may be cut.
    detail: accessWords(access).sentence,
    act: () =>
      Promise.resolve(vscode.commands.executeCommand(command, ...named)).then(() => whileAsking(parts.look(notebook))),
  };
}

const commands = {
  unlock: { icon: "unlock", label: () => vscode.l10n.t("Unlock"), command: commandIds.unlock },
  signIn: { icon: "sign-in", label: () => vscode.l10n.t("Sign In"), command: commandIds.signIn },
  addConnection: { icon: "add", label: () => vscode.l10n.t("Add Connection"), command: commandIds.addConnection },
  editConnection: { icon: "edit", label: () => vscode.l10n.t("Edit Connection"), command: commandIds.editConnection },
  manageConsent: { icon: "shield", label: () => vscode.l10n.t("Manage Access"), command: commandIds.manageAccess },
  refresh: { icon: "refresh", label: () => vscode.l10n.t("Try Again"), command: commandIds.refreshToken },
} as const satisfies Record<CommandRemedy, object>;

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

async function copy(text: string): Promise<void> {
  await vscode.env.clipboard.writeText(text);
  vscode.window.setStatusBarMessage(`$(check) ${vscode.l10n.t("Copied")}`, 3000);
}
