// The one status bar item: the active connection and its token's time left. A click refreshes. Draws only when something changes.
import * as vscode from "vscode";
import { commandIds } from "../ids.ts";
import { usesIssuer, type Connection } from "../oauth/connection.ts";
import type { ProviderState } from "../oauth/headerProvider.ts";
import type { Account } from "../accounts/accounts.ts";
import { serverText } from "../messages/connectionWords.ts";
import { environmentName, shownName, themeColor } from "../messages/environmentWords.ts";
import { sentenceFor } from "../messages/failure.ts";
import { flowName } from "../messages/flowNames.ts";
import { localTime } from "../messages/localTime.ts";
import { keptInMemory, lockedView, statusBarView, type StatusBarView } from "./statusBarView.ts";

export interface WindowState {
  /** Programs get no headers. */
  readonly locked: boolean;
  /** The secret storage does not answer. */
  readonly inMemory: boolean;
}

export interface StatusBar {
  /** The account to show, or none: hidden. */
  show(account: Account | undefined, window: WindowState): void;
  dispose(): void;
}

const backgrounds = {
  none: undefined,
  warning: "statusBarItem.warningBackground",
  error: "statusBarItem.errorBackground",
} as const;
const clicks = { refresh: commandIds.refreshToken, signIn: commandIds.signIn, unlock: commandIds.unlock } as const;

export function openStatusBar(): StatusBar {
  const item = vscode.window.createStatusBarItem("lancedbAuth.connection", vscode.StatusBarAlignment.Right, 100);
  item.name = vscode.l10n.t("LanceDB Connection");
  let timer: NodeJS.Timeout | undefined;
  const show = (account: Account | undefined, window: WindowState): void => {
    clearTimeout(timer);
    if (account === undefined) {
      item.hide();
      return;
    }
    const { connection, provider } = account;
    const now = Date.now();
    const ofToken = window.locked
      ? lockedView(shownName(connection))
      : statusBarView(shownName(connection), provider.state, now, connection.flow === "api_key");
    const view = window.inMemory ? keptInMemory(ofToken) : ofToken;
    draw(item, view, tooltip(connection, provider.state, window));
    const color = themeColor(connection);
    // A background that asks for something brings its own.
    item.color = color === undefined || view.alarm !== "none" ? undefined : new vscode.ThemeColor(color);
    if (view.nextAt !== undefined) timer = setTimeout(show, view.nextAt - now, account, window);
  };
  return {
    show,
    dispose: () => {
      clearTimeout(timer);
      item.dispose();
    },
  };
}

function draw(item: vscode.StatusBarItem, view: StatusBarView, hover: vscode.MarkdownString): void {
  const background = backgrounds[view.alarm];
  item.text = view.text;
  item.tooltip = hover;
  item.accessibilityInformation = { label: view.label, role: "button" };
  item.backgroundColor = background === undefined ? undefined : new vscode.ThemeColor(background);
  item.command = clicks[view.action];
  item.show();
}

/** Names and server text are escaped; the only links are our own commands. */
function tooltip(connection: Connection, state: ProviderState, { inMemory }: WindowState): vscode.MarkdownString {
  const links = [
    [vscode.l10n.t("Refresh Token"), commandIds.refreshToken],
    [vscode.l10n.t("Select Connection"), commandIds.selectConnection],
    [vscode.l10n.t("Edit"), commandIds.editConnection],
    [vscode.l10n.t("Sign Out"), commandIds.signOut],
    [vscode.l10n.t("Diagnose"), commandIds.diagnose],
    [vscode.l10n.t("Show Log"), commandIds.showLog],
  ] as const;
  const text = new vscode.MarkdownString();
  text.isTrusted = { enabledCommands: links.map(([, command]) => command) };
  text.appendMarkdown(`**${vscode.l10n.t("LanceDB connection")}** ${escaped(connection.name)}\n\n`);
  text.appendMarkdown("| | |\n|:--|:--|\n");
  const aboutWindow = [...(inMemory ? [keyringRow()] : []), ...(vscode.workspace.isTrusted ? [] : [untrustedRow()])];
  for (const [label, value] of [...rows(connection, state), ...aboutWindow]) {
    text.appendMarkdown(`| ${label} | ${escaped(value)} |\n`);
  }
  text.appendMarkdown("\n");
  text.appendMarkdown(links.map(([label, command]) => `[${label}](command:${command})`).join(" · "));
  return text;
}

/** Every sign of punctuation (CommonMark section 2.4): appendText() leaves addresses, of which the tooltip would make links. */
function escaped(text: string): string {
  return text.replaceAll(/[!-/:-@[-`{-~]/g, "\\$&");
}

const untrustedRow = (): readonly [string, string] => [
  vscode.l10n.t("Programs"),
  vscode.l10n.t("get nothing until this folder is trusted"),
];

const keyringRow = (): readonly [string, string] => [
  vscode.l10n.t("Keyring"),
  vscode.l10n.t("does not answer; secrets are kept in memory until the window closes"),
];

function rows(connection: Connection, state: ProviderState): readonly (readonly [string, string])[] {
  const life = "life" in state ? state.life : undefined;
  const failure = "failure" in state ? state.failure : undefined;
  const isOAuth = usesIssuer(connection);
  const found: readonly (readonly [string, string | undefined])[] = [
    [vscode.l10n.t("Environment"), environmentName(connection)],
    [vscode.l10n.t("Database"), connection.uri],
    [vscode.l10n.t("Server"), serverText(connection)],
    [vscode.l10n.t("SQL server"), connection.sqlHostOverride],
    [vscode.l10n.t("Issuer"), connection.issuerUrl],
    [vscode.l10n.t("Token URL"), connection.tokenUrl],
    [vscode.l10n.t("Credential"), isOAuth ? undefined : flowName(connection.flow)],
    [vscode.l10n.t("Client"), isOAuth ? connection.clientId : undefined],
    [
      vscode.l10n.t("Scopes"),
      connection.scopes.length > 0
        ? connection.scopes.join(" ")
        : isOAuth
          ? vscode.l10n.t("the server’s default")
          : undefined,
    ],
    [vscode.l10n.t("Expires"), life?.expiresAt === undefined ? undefined : localTime(life.expiresAt)],
    [
      vscode.l10n.t("Last refresh"),
      life === undefined || connection.flow === "api_key" ? undefined : localTime(life.obtainedAt),
    ],
    [vscode.l10n.t("Problem"), failure === undefined ? undefined : sentenceFor(failure)],
  ];
  return found.flatMap(([label, value]) => (value === undefined ? [] : [[label, value] as const]));
}
