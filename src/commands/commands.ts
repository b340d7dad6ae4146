// What the command palette and the status bar run. Every failure ends here, as one notification.
import * as vscode from "vscode";
import { commandIds, type viewCommandIds } from "../ids.ts";
import { asAuthError } from "../oauth/errors.ts";
import type { Account, Accounts } from "../accounts/accounts.ts";
import { parseKnown, type Configurator } from "../signIn/configure.ts";
import { connectionNameIn } from "../databases/databaseNodes.ts";
import type { Log } from "../messages/log.ts";
import { entryOf, removeEntry, selectConnection, selectedConnection } from "../settings/settings.ts";
import { showFailure } from "../messages/showFailure.ts";
import { refresh, signIn, type SignInParts } from "../signIn/signIn.ts";
import { shortDuration } from "../statusBar/statusBarView.ts";

export interface CommandParts extends SignInParts {
  readonly configurator: Configurator;
  readonly log: Log;
  /** The account of the window's active connection. */
  readonly active: () => Account | undefined;
  readonly connectNotebook: () => Promise<void>;
  readonly diagnose: () => Promise<void>;
  readonly setLocked: (locked: boolean) => Promise<void>;
  readonly showActivity: () => Promise<void>;
  readonly reviewSuggestions: () => Promise<void>;
  /** @param target what the quick fix points at */
  readonly moveKey: (target?: unknown) => Promise<void>;
}

/** What a command does; it is handed a connection's name, a row of the view, or nothing. */
export type Handler = (argument?: unknown) => Promise<void> | void;

/** The commands that are not the view's own. */
type OwnCommand = Exclude<keyof typeof commandIds, keyof typeof viewCommandIds>;

export function registerCommands(parts: CommandParts): vscode.Disposable {
  const { accounts, configurator, log } = parts;
  const forAccount = (question: string, act: (account: Account) => Promise<void>) => async (name?: unknown) => {
    const account = await chooseAccount(parts, question, name);
    if (account !== undefined) await act(account);
  };
  const handlers: Record<OwnCommand, Handler> = {
    addConnection: async (known) => {
      await configurator.add(parseKnown(known));
    },
    editConnection: forAccount(vscode.l10n.t("Which connection do you want to edit?"), ({ connection }) =>
      configurator.edit(connection.name, entryOf(connection.name) ?? {}),
    ),
    removeConnection: forAccount(vscode.l10n.t("Which connection do you want to remove?"), (account) =>
      removeConnection(parts, account),
    ),
    selectConnection: () => chooseActive(parts),
    signIn: forAccount(vscode.l10n.t("Which connection do you want to sign in to?"), (account) =>
      signIn(parts, account),
    ),
    signOut: forAccount(vscode.l10n.t("Which connection do you want to sign out of?"), (account) =>
      signOut(accounts, account),
    ),
    refreshToken: forAccount(vscode.l10n.t("Which connection’s token do you want to refresh?"), (account) =>
      refresh(account),
    ),
    connectNotebook: () => parts.connectNotebook(),
    showLog: () => {
      log.show();
    },
    diagnose: () => parts.diagnose(),
    lock: () => parts.setLocked(true),
    unlock: () => parts.setLocked(false),
    showActivity: () => parts.showActivity(),
    reviewSuggestions: () => parts.reviewSuggestions(),
    moveKey: (target) => parts.moveKey(target),
  };
  return registerAll(handlers, log);
}

/** Every failure of these ends in the log and in one notification. */
export function registerAll(
  handlers: Readonly<Partial<Record<keyof typeof commandIds, Handler>>>,
  log: Log,
): vscode.Disposable {
  return vscode.Disposable.from(
    ...Object.entries(handlers).map(([key, handler]) => register(commandIds[keyOf(key)], handler, log)),
  );
}

function keyOf(key: string): keyof typeof commandIds {
  const found = Object.keys(commandIds).find((id): id is keyof typeof commandIds => id === key);
  if (found === undefined) throw new Error(`no command ${key}`);
  return found;
}

function register(id: string, handler: Handler, log: Log): vscode.Disposable {
  return vscode.commands.registerCommand(id, async (argument?: unknown) => {
    try {
      await handler(argument);
    } catch (thrown) {
      const error = asAuthError(thrown);
      log.failure(id, error);
      showFailure(error, connectionNameIn(argument));
    }
  });
}

/** The named account, else the active one of several only where nothing has to be asked. */
export async function chooseAccount(
  { accounts, active }: Pick<CommandParts, "accounts" | "active">,
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

async function offerToAdd(): Promise<undefined> {
  const add = vscode.l10n.t("Add Connection");
  const chosen = await vscode.window.showInformationMessage(vscode.l10n.t("There is no LanceDB connection yet."), add);
  if (chosen === add) await vscode.commands.executeCommand(commandIds.addConnection);
}

interface AccountItem extends vscode.QuickPickItem {
  readonly account: Account;
}

function itemFor(account: Account, isActive: boolean): AccountItem {
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
    label: connection.name,
    description: connection.uri,
    detail: [...(isActive ? [vscode.l10n.t("active")] : []), words[state.status], ...left].join(" · "),
    account,
  };
}

async function chooseActive({ accounts, active }: CommandParts): Promise<void> {
  const all = accounts.all();
  if (all.length === 0) return offerToAdd();
  const items = all.map((account) => itemFor(account, account === active()));
  const chosen = await vscode.window.showQuickPick(items, {
    title: vscode.l10n.t("Which connection does this window use?"),
    matchOnDescription: true,
  });
  if (chosen === undefined) return;
  const place = await chooseFolder();
  if (place !== undefined) await selectConnection(chosen.account.connection.name, place.folder);
}

interface PlaceItem extends vscode.QuickPickItem {
  readonly folder?: vscode.Uri;
}

/** Where several folders are open, each may use a connection of its own. */
async function chooseFolder(): Promise<PlaceItem | undefined> {
  const folders = vscode.workspace.workspaceFolders ?? [];
  const everywhere: PlaceItem = {
    label: vscode.l10n.t("Every folder of this workspace"),
    description: vscode.l10n.t("where a folder has no own choice"),
  };
  if (folders.length < 2 || !vscode.workspace.isTrusted) return everywhere;
  const items = folders.map(({ name, uri }): PlaceItem => {
    return { label: name, description: selectedConnection(uri) ?? "", folder: uri };
  });
  return vscode.window.showQuickPick([everywhere, ...items], { title: vscode.l10n.t("Which folder uses it?") });
}

async function removeConnection({ accounts }: CommandParts, { connection }: Account): Promise<void> {
  const remove = vscode.l10n.t("Remove");
  const detail = vscode.l10n.t("Its secret and tokens are deleted from the editor’s secret storage.");
  const chosen = await vscode.window.showWarningMessage(
    vscode.l10n.t("Remove the connection “{0}”?", connection.name),
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
    vscode.l10n.t("Sign out of “{0}”?", connection.name),
    { modal: true, detail },
    act,
  );
  if (chosen === act) await accounts.signOut(connection);
}
