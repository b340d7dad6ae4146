// The commands about a connection: add, edit, remove, select, sign in and out, refresh.
import * as vscode from "vscode";
import type { Account, Accounts } from "../accounts/accounts.ts";
import { chooseAccount, type ChoiceParts } from "../commands/chooseAccount.ts";
import { registerCommands, type Handlers } from "../commands/registerCommands.ts";
import { shownName } from "../messages/environmentWords.ts";
import type { Log } from "../messages/log.ts";
import { parseKnown } from "../settings/knownConnection.ts";
import { entryOf, removeEntry } from "../settings/settings.ts";
import type { Configurator } from "./configure.ts";
import { selectActive } from "./selectConnection.ts";
import { refresh, signIn, type SignInParts } from "./signIn.ts";

export interface ConnectionCommandParts extends ChoiceParts, SignInParts {
  readonly configurator: Configurator;
  readonly log: Log;
}

type ConnectionCommand =
  | ("addConnection" | "editConnection" | "removeConnection" | "selectConnection")
  | ("signIn" | "signOut" | "refreshToken");

export function registerConnectionCommands(parts: ConnectionCommandParts): vscode.Disposable {
  const { accounts, configurator, log } = parts;
  const forAccount = (question: string, act: (account: Account) => Promise<void>) => async (name?: unknown) => {
    const account = await chooseAccount(parts, question, name);
    if (account !== undefined) await act(account);
  };
  const handlers: Handlers<ConnectionCommand> = {
    addConnection: async (known) => {
      await configurator.add(parseKnown(known));
    },
    editConnection: forAccount(vscode.l10n.t("Which connection do you want to edit?"), ({ connection }) =>
      configurator.edit(connection.name, entryOf(connection.name) ?? {}),
    ),
    removeConnection: forAccount(vscode.l10n.t("Which connection do you want to remove?"), (account) =>
      removeConnection(accounts, account),
    ),
    selectConnection: () => selectActive(parts),
    signIn: forAccount(vscode.l10n.t("Which connection do you want to sign in to?"), (account) =>
      signIn(parts, account),
    ),
    signOut: forAccount(vscode.l10n.t("Which connection do you want to sign out of?"), (account) =>
      signOut(accounts, account),
    ),
    refreshToken: forAccount(vscode.l10n.t("Which connection’s token do you want to refresh?"), (account) =>
      refresh(parts, account),
    ),
  };
  return registerCommands(handlers, log);
}

async function removeConnection(accounts: Accounts, { connection }: Account): Promise<void> {
  const remove = vscode.l10n.t("Remove");
  const detail = vscode.l10n.t("Its secret and tokens are deleted from the editor’s secret storage.");
  const chosen = await vscode.window.showWarningMessage(
    vscode.l10n.t("Remove the connection “{0}”?", shownName(connection)),
    { modal: true, detail },
    remove,
  );
  if (chosen !== remove) return;
  const others = accounts.all().flatMap((other) => (other.connection.name === connection.name ? [] : other.connection));
  await accounts.release(connection, others);
  await removeEntry(connection.name);
}

async function signOut(accounts: Accounts, { connection }: Account): Promise<void> {
  const act = vscode.l10n.t("Sign Out");
  const detail = vscode.l10n.t(
    "Secret and tokens are deleted from the editor’s secret storage, in every window, and the session is revoked where the server can. Running programs lose access within 15 seconds.",
  );
  const chosen = await vscode.window.showWarningMessage(
    vscode.l10n.t("Sign out of “{0}”?", shownName(connection)),
    { modal: true, detail },
    act,
  );
  if (chosen === act) await accounts.signOut(connection);
}
