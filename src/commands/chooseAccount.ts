// Which connection a command is about, where it was not told: asks the person, and offers to add one where there is none.
import * as vscode from "vscode";
import type { Account, Accounts } from "../accounts/accounts.ts";
import { commandIds } from "../ids.ts";
import { shortDuration } from "../messages/durations.ts";
import { shownName } from "../messages/environmentWords.ts";
import { connectionNameIn } from "./commandArguments.ts";

export interface ChoiceParts {
  readonly accounts: Accounts;
  /** The account of the window's active connection. */
  readonly active: () => Account | undefined;
}

/** The named account, else the active one of several only where nothing has to be asked. */
export async function chooseAccount(
  { accounts, active }: ChoiceParts,
  question: string,
  argument: unknown,
): Promise<Account | undefined> {
  const name = connectionNameIn(argument);
  if (name !== undefined) return accounts.find(name);
  const all = accounts.all();
  const [only] = all;
  if (only === undefined) return offerToAdd();
  const current = active();
  if (all.length === 1) return only;
  const items = all.map((account) => itemFor(account, account === current));
  const chosen = await vscode.window.showQuickPick(items, { title: question, matchOnDescription: true });
  return chosen?.account;
}

export async function offerToAdd(): Promise<undefined> {
  const add = vscode.l10n.t("Add Connection");
  const chosen = await vscode.window.showInformationMessage(vscode.l10n.t("There is no LanceDB connection yet."), add);
  if (chosen === add) await vscode.commands.executeCommand(commandIds.addConnection);
}

export interface AccountItem extends vscode.QuickPickItem {
  readonly account: Account;
}

export function itemFor(account: Account, isActive: boolean): AccountItem {
  const { connection, provider } = account;
  const { state } = provider;
  const life = "life" in state ? state.life : undefined;
  const left = life?.expiresAt === undefined ? [] : [shortDuration(Math.max(life.expiresAt - Date.now(), 0))];
  const words = {
    signedOut: vscode.l10n.t("signed out"),
    fetching: vscode.l10n.t("fetching a token"),
    ready: vscode.l10n.t("signed in"),
    failed: vscode.l10n.t("failed"),
  } as const;
  return {
    label: shownName(connection),
    description: connection.uri,
    detail: [...(isActive ? [vscode.l10n.t("active")] : []), words[state.status], ...left].join(" · "),
    account,
  };
}
