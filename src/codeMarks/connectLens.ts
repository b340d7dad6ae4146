// The code lens above, and the hover over, a connect call: which connection it will use, how that is doing, and what a click does.
// Drawn anew when a connection changes and at each whole minute of a token that is on screen; nothing is polled.
import * as vscode from "vscode";
import { commandIds } from "../ids.ts";
import { callView, type Act, type CallView, type Choice, type KernelRemark, type Question } from "./callView.ts";
import { environmentName } from "../messages/environmentWords.ts";
import { callsOf, codeDocuments, rangeOf } from "../scanner/connectDocuments.ts";
import type { ConnectCall } from "../scanner/connectCalls.ts";
import { knownFrom } from "../scanner/knownFrom.ts";

export interface LensParts {
  readonly choose: (question: Question) => Choice;
  readonly isLocked: () => boolean;
  /** Of a notebook's cell: what stands in the way of its kernel. */
  readonly kernelOf: (cell: vscode.Uri) => KernelRemark | undefined;
  /** The setting, and whether the workspace is trusted. */
  readonly isOn: () => boolean;
  readonly onDidChangeKernel: vscode.Event<void>;
  /** A connection, its state, a setting or the lock has changed. */
  readonly onDidChange: vscode.Event<void>;
}

export function openConnectLens(parts: LensParts): vscode.Disposable {
  const redraw = new vscode.EventEmitter<void>();
  let timer: NodeJS.Timeout | undefined;
  let dueAt = Infinity;
  const followTime = ({ nextAt = Infinity }: CallView): void => {
    if (nextAt >= dueAt) return;
    dueAt = nextAt;
    clearTimeout(timer);
    timer = setTimeout(fire, nextAt - Date.now());
  };
  const fire = (): void => {
    clearTimeout(timer);
    dueAt = Infinity;
    redraw.fire();
  };
  const viewsIn = (document: vscode.TextDocument): readonly (readonly [ConnectCall, CallView])[] => {
    if (!parts.isOn()) return [];
    const folder = folderOf(document);
    const choose = (question: Question): Choice => parts.choose({ ...question, ...folder });
    const kernel = parts.kernelOf(document.uri);
    const surroundings = {
      ...{ choose, locked: parts.isLocked(), now: Date.now() },
      ...(kernel === undefined ? {} : { kernel }),
    };
    return callsOf(document).map((call) => [call, callView(call, surroundings)]);
  };
  const lenses = (document: vscode.TextDocument): vscode.CodeLens[] =>
    viewsIn(document).map(([call, view]) => {
      followTime(view);
      return new vscode.CodeLens(rangeOf(document, call), lensCommand(call, view));
    });
  const hover = (document: vscode.TextDocument, position: vscode.Position): vscode.Hover | undefined => {
    const at = document.offsetAt(position);
    const found = viewsIn(document).find(([{ start, end }]) => start <= at && at <= end);
    return found === undefined ? undefined : new vscode.Hover(hoverText(...found), rangeOf(document, found[0]));
  };
  return vscode.Disposable.from(
    redraw,
    parts.onDidChange(fire),
    parts.onDidChangeKernel(fire),
    vscode.languages.registerCodeLensProvider(codeDocuments, {
      onDidChangeCodeLenses: redraw.event,
      provideCodeLenses: lenses,
    }),
    vscode.languages.registerHoverProvider(codeDocuments, { provideHover: hover }),
    { dispose: () => clearTimeout(timer) },
  );
}

/** A cell's own scheme is of no folder. */
function folderOf({ uri }: vscode.TextDocument): { readonly folder?: string } {
  const file = uri.scheme === "vscode-notebook-cell" ? uri.with({ scheme: "file", fragment: "" }) : uri;
  const folder = vscode.workspace.getWorkspaceFolder(file)?.uri.fsPath;
  return folder === undefined ? {} : { folder };
}

interface Click {
  readonly command: string;
  readonly arguments: readonly unknown[];
}

function clickOf(act: Act, call: ConnectCall, name: string | undefined): Click {
  const forConnection = name === undefined ? [] : [name];
  switch (act) {
    case "add":
      return { command: commandIds.addConnection, arguments: [knownFrom(call)] };
    case "edit":
      return { command: commandIds.editConnection, arguments: forConnection };
    case "refresh":
      return { command: commandIds.refreshToken, arguments: forConnection };
    case "signIn":
      return { command: commandIds.signIn, arguments: forConnection };
    case "unlock":
      return { command: commandIds.unlock, arguments: [] };
    case "connectNotebook":
      return { command: commandIds.connectNotebook, arguments: [] };
  }
}

function lensCommand(call: ConnectCall, { icon, title, act, sentences, connection }: CallView): vscode.Command {
  const click = act === undefined ? { command: "", arguments: [] } : clickOf(act, call, connection?.name);
  const { command } = click;
  return {
    title: `$(${icon})\u00a0LanceDB: ${title}`,
    tooltip: sentences.join(" "),
    command,
    arguments: [...click.arguments],
  };
}

const actLabels = {
  add: () => vscode.l10n.t("Add Connection"),
  edit: () => vscode.l10n.t("Edit Connection"),
  refresh: () => vscode.l10n.t("Refresh Token"),
  signIn: () => vscode.l10n.t("Sign In"),
  unlock: () => vscode.l10n.t("Unlock"),
  connectNotebook: () => vscode.l10n.t("Connect This Notebook"),
} as const satisfies Record<Act, () => string>;

/** Text of the code and of servers is appended as plain text; the only links are our own commands. */
function hoverText(call: ConnectCall, { icon, title, act, sentences, connection }: CallView): vscode.MarkdownString {
  const links: [string, Click][] = act === undefined ? [] : [[actLabels[act](), clickOf(act, call, connection?.name)]];
  if (connection !== undefined)
    links.push([vscode.l10n.t("Select Connection"), { command: commandIds.selectConnection, arguments: [] }]);
  links.push([vscode.l10n.t("Diagnose"), { command: commandIds.diagnose, arguments: [] }]);
  const text = new vscode.MarkdownString("", true);
  text.isTrusted = { enabledCommands: links.map(([, { command }]) => command) };
  text
    .appendMarkdown(`$(${icon}) **LanceDB** `)
    .appendText(title.replace(/ – .*$/, ""))
    .appendMarkdown("\n\n");
  if (connection !== undefined) {
    text.appendMarkdown("| | |\n|:--|:--|\n");
    const environment = environmentName(connection);
    for (const [label, value] of [
      ...(environment === undefined ? [] : [[vscode.l10n.t("Environment"), environment] as const]),
      [vscode.l10n.t("Database"), connection.uri] as const,
      [vscode.l10n.t("Server"), connection.host] as const,
    ]) {
      text.appendMarkdown(`| ${label} | `).appendText(value.replaceAll("|", "¦")).appendMarkdown(" |\n");
    }
    text.appendMarkdown("\n");
  }
  for (const sentence of sentences) text.appendText(sentence).appendMarkdown("\n\n");
  return text.appendMarkdown(links.map(([label, click]) => `[${label}](${commandLink(click)})`).join(" · "));
}

function commandLink(click: Click): string {
  return `command:${click.command}?${encodeURIComponent(JSON.stringify(click.arguments))}`;
}
