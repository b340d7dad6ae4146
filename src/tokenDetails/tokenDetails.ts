// LanceDB: Show Token Details and Copy Access Token. The page holds what the token says, never the token; the token itself leaves only
// by the confirmed command, and leaves the clipboard again.
import * as vscode from "vscode";
import { hostOf } from "../oauth/connection.ts";
import { shownName } from "../messages/environmentWords.ts";
import { localTime } from "../messages/localTime.ts";
import { describeToken } from "../oauth/token.ts";
import type { Account, Accounts } from "../accounts/accounts.ts";
import type { Times } from "./claims.ts";
import { expiringClipboard } from "./expiringClipboard.ts";
import { pageCommands, tokenPage, type TokenPageContent } from "./tokenPage.ts";
import { openTokenHistory } from "./tokenHistory.ts";

export interface TokenDetails {
  show(account: Account): Promise<void>;
  copy(account: Account): Promise<void>;
  dispose(): void;
}

const keptOnClipboardMs = 60_000;

export function openTokenDetails(accounts: Accounts): TokenDetails {
  const history = openTokenHistory();
  const panels = new Map<string, vscode.WebviewPanel>();
  const clipboard = expiringClipboard(vscode.env.clipboard, keptOnClipboardMs);
  const draw = async (name: string): Promise<void> => {
    const account = accounts.find(name);
    if (account === undefined) panels.get(name)?.dispose();
    if (account === undefined || !panels.has(name)) return;
    const html = tokenPage(await contentFor(account, history.events(name)));
    const panel = panels.get(name);
    if (panel !== undefined) panel.webview.html = html;
  };
  const observe = (): void => {
    for (const { connection, provider } of accounts.all()) {
      history.observe(connection.name, provider.state, Date.now());
    }
    for (const name of panels.keys()) void draw(name);
  };
  const subscription = accounts.onDidChange(observe);
  return {
    show: async ({ connection: { name } }) => {
      const panel = panels.get(name) ?? openPanel(name, panels);
      panel.reveal();
      await draw(name);
    },
    copy: async (account) => {
      if (!(await confirmed(account))) return;
      const token = await account.provider.token();
      await clipboard.copy(token.accessToken.reveal());
      vscode.window.setStatusBarMessage(
        `$(check) ${vscode.l10n.t("The access token is on the clipboard for a minute")}`,
        5_000,
      );
    },
    dispose: () => {
      subscription.dispose();
      clipboard.dispose();
      for (const panel of panels.values()) panel.dispose();
    },
  };
}

/** No script and no file: the page is text and the links are our own commands. */
function openPanel(name: string, panels: Map<string, vscode.WebviewPanel>): vscode.WebviewPanel {
  const panel = vscode.window.createWebviewPanel(
    "lancedbAuth.token",
    vscode.l10n.t("Token: {0}", name),
    vscode.ViewColumn.Active,
    {
      ...{ enableScripts: false, enableFindWidget: true, localResourceRoots: [] },
      enableCommandUris: pageCommands,
    },
  );
  panels.set(name, panel);
  panel.onDidDispose(() => panels.delete(name));
  return panel;
}

async function contentFor(
  { connection, provider }: Account,
  events: TokenPageContent["events"],
): Promise<TokenPageContent> {
  const { state } = provider;
  const hasToken = "life" in state;
  return {
    ...{ connection, state, events, server: hostOf(connection), times: localTimes() },
    // It may expire at this very moment: the page then says that there is none.
    token: hasToken ? await provider.token().then(describeToken, () => undefined) : undefined,
    nonce: crypto.randomUUID().replaceAll("-", ""),
  };
}

function localTimes(): Times {
  const now = Date.now();
  return { now, format: (at) => localTime(at, now) };
}

async function confirmed({ connection, provider }: Account): Promise<boolean> {
  const { state } = provider;
  const expiresAt = "life" in state ? state.life.expiresAt : undefined;
  const until = expiresAt === undefined ? vscode.l10n.t("it expires") : localTimes().format(expiresAt);
  const detail = vscode.l10n.t(
    "Whoever has it can use {0} as you until {1}. Programs in this window do not need it: they get their headers by themselves. It is taken off the clipboard after a minute, unless you copy something else before.",
    connection.uri,
    until,
  );
  const act = vscode.l10n.t("Copy Token");
  const chosen = await vscode.window.showWarningMessage(
    vscode.l10n.t("Copy the access token of “{0}”?", shownName(connection)),
    { modal: true, detail },
    act,
  );
  return chosen === act;
}
