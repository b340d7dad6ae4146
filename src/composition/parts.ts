// What is there once in a window, whoever uses it: constructs the parts that others are made of.
import { join } from "node:path";
import * as vscode from "vscode";
import { answerFrom, type ConnectionsView } from "../broker/answer.ts";
import type { HeadersSource } from "../broker/exchange.ts";
import { lockedKey } from "../ids.ts";
import type { Fetch } from "../oauth/http.ts";
import { openLoopback } from "../redirect/loopback.ts";
import { runTokenCommand } from "../sources/commandToken.ts";
import { exclusivelyIn, type Exclusively } from "../windows/exclusively.ts";
import { Accounts, type Account } from "../workbench/accounts.ts";
import { openActivity, type Activity } from "../workbench/activity.ts";
import { authorizationServers, type AuthorizationServers } from "../workbench/authorizationServers.ts";
import { openInBrowser } from "../workbench/browser.ts";
import { readKeyFile } from "../workbench/keyFile.ts";
import { openLog, type Log } from "../workbench/log.ts";
import { personalSignIn, type PersonalSignIn } from "../workbench/personalSignIn.ts";
import { openReadOnlyTexts, type ReadOnlyTexts } from "../workbench/readOnlyText.ts";
import { secretsIn, type Secrets } from "../workbench/secrets.ts";
import * as settings from "../workbench/settings.ts";
import { SturdyStorage } from "../workbench/sturdyStorage.ts";
import { suggestions, type Suggestions } from "../workbench/suggestions.ts";
import { tellUnrevoked } from "../workbench/tellers.ts";
import { tokenSources } from "../workbench/tokenSources.ts";
import { receiveUris, type UriRedirect } from "../workbench/uriRedirect.ts";

export interface Parts {
  readonly context: vscode.ExtensionContext;
  readonly log: Log;
  readonly storage: SturdyStorage;
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
  const storage = new SturdyStorage(context.secrets);
  storage.onRepair = (what) => log.warn(`secret storage: ${what}`);
  const secrets = secretsIn(storage, readKeyFile);
  const servers = authorizationServers(currentFetch);
  const sources = tokenSources({ fetch: currentFetch, run: runTokenCommand, env: process.env });
  const accounts = new Accounts({
    secrets,
    servers,
    sources,
    exclusively: amongWindows(context, log),
    browse: openInBrowser,
    tellUnrevoked,
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

function amongWindows(context: vscode.ExtensionContext, log: Log): Exclusively {
  const locks = join(context.globalStorageUri.fsPath, "locks");
  return exclusivelyIn(locks, (error) => log.warn(`no lock among windows: ${String(error)}`));
}

/** The folder's selection, else the window's, else the first connection. */
function activeAccount(accounts: Accounts, folder: string | undefined): Account | undefined {
  const selected = settings.selectedConnection(folder === undefined ? undefined : vscode.Uri.file(folder));
  const found = selected === undefined ? undefined : accounts.find(selected);
  return found ?? accounts.all()[0];
}
