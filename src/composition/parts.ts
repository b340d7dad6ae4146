// What is there once in a window, whoever uses it: constructs the parts that others are made of.
import { join } from "node:path";
import * as vscode from "vscode";
import { answerFrom, type ConnectionsView } from "../broker/answer.ts";
import type { HeadersSource } from "../broker/exchange.ts";
import { lockedKey } from "../ids.ts";
import type { Fetch } from "../oauth/http.ts";
import { openLoopback } from "../signIn/redirect/loopback.ts";
import { runTokenCommand } from "../accounts/commandToken.ts";
import { windowLockIn, type WindowLock } from "../accounts/windowLock.ts";
import { Accounts, type Account } from "../accounts/accounts.ts";
import { openActivity, type Activity } from "../diagnosis/activity.ts";
import { authorizationServers, type AuthorizationServers } from "../accounts/authorizationServers.ts";
import { openInBrowser } from "../signIn/browser.ts";
import { readKeyFile } from "../accounts/keyFile.ts";
import { openLog, type Log } from "../messages/log.ts";
import { personalSignIn, type PersonalSignIn } from "../signIn/personalSignIn.ts";
import { openReadOnlyTexts, type ReadOnlyTexts } from "../messages/readOnlyText.ts";
import { secretsIn, type Secrets } from "../accounts/secrets.ts";
import * as settings from "../settings/settings.ts";
import { ResilientStorage } from "../accounts/resilientStorage.ts";
import { suggestions, type Suggestions } from "../firstSteps/suggestions.ts";
import { notifyUnrevoked } from "../messages/notifications.ts";
import { tokenSources } from "../accounts/tokenSources.ts";
import { receiveUris, type UriRedirect } from "../signIn/uriRedirect.ts";

export interface Parts {
  readonly context: vscode.ExtensionContext;
  readonly log: Log;
  readonly storage: ResilientStorage;
  readonly secrets: Secrets;
  readonly servers: AuthorizationServers;
  readonly accounts: Accounts;
  readonly uris: UriRedirect;
  readonly person: PersonalSignIn;
  readonly suggested: Suggestions;
  readonly texts: ReadOnlyTexts;
  readonly activity: Activity;
  /** What the broker chooses among. */
  readonly view: ConnectionsView;
  readonly source: HeadersSource;
  readonly isLocked: () => boolean;
  /** The connection that the window works with: the one of the folder that is worked in. */
  readonly active: () => Account | undefined;
  /** Something that the user sees of the connections may have changed. */
  readonly shown: vscode.EventEmitter<void>;
}

export function construct(context: vscode.ExtensionContext): Parts {
  const log = openLog();
  const storage = new ResilientStorage(context.secrets);
  storage.onRepair = (what) => log.warn(`secret storage: ${what}`);
  const secrets = secretsIn(storage, readKeyFile);
  const servers = authorizationServers(currentFetch);
  const sources = tokenSources({ fetch: currentFetch, run: runTokenCommand, env: process.env });
  const accounts = new Accounts({
    secrets,
    servers,
    sources,
    withLock: amongWindows(context, log),
    browse: openInBrowser,
    notifyUnrevoked,
    log,
  });
  const uris = receiveUris(context.extension.id);
  const activeIn = (folder: string | undefined): Account | undefined => activeAccount(accounts, folder);
  const isLocked = (): boolean => context.workspaceState.get<boolean>(lockedKey) === true;
  const view = { connections: () => accounts.all(), active: (folder?: string) => activeIn(folder)?.connection.name };
  return {
    ...{ context, log, storage, secrets, servers, accounts, uris, isLocked, view },
    active: (): Account | undefined => activeIn(settings.currentFolder()),
    person: personalSignIn({ servers, openLoopback, openUri: () => uris.open() }),
    suggested: suggestions({
      connections: () => settings.readConnections().connections,
      add: (entry) => settings.saveEntry(entry, undefined),
      memory: context.globalState,
      log,
    }),
    texts: openReadOnlyTexts(),
    activity: openActivity(),
    source: answerFrom({ ...view, isLocked }),
    shown: new vscode.EventEmitter<void>(),
  };
}

/** VS Code may exchange the global fetch for one that knows its proxy: it is looked up at each call. */
export const currentFetch: Fetch = (url, init) => fetch(url, init);

function amongWindows(context: vscode.ExtensionContext, log: Log): WindowLock {
  const locks = join(context.globalStorageUri.fsPath, "locks");
  return windowLockIn(locks, (error) => log.warn(`no lock among windows: ${String(error)}`));
}

/** The folder's selection, else the window's, else the first connection. */
function activeAccount(accounts: Accounts, folder: string | undefined): Account | undefined {
  const selected = settings.selectedConnection(folder === undefined ? undefined : vscode.Uri.file(folder));
  const found = selected === undefined ? undefined : accounts.find(selected);
  return found ?? accounts.all()[0];
}
