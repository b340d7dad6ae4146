// Composes the accounts of this window: secrets, authorization servers, sources of tokens, and the lock among windows.
import { join } from "node:path";
import type * as vscode from "vscode";
import { Accounts } from "../accounts/accounts.ts";
import { authorizationServers, type AuthorizationServers } from "../accounts/authorizationServers.ts";
import { runTokenCommand } from "../accounts/commandToken.ts";
import { readKeyFile } from "../accounts/keyFile.ts";
import { ResilientStorage } from "../accounts/resilientStorage.ts";
import { secretsIn, type Secrets } from "../accounts/secrets.ts";
import { tokenSources } from "../accounts/tokenSources.ts";
import { windowLockIn } from "../accounts/windowLock.ts";
import type { Log } from "../messages/log.ts";
import { notifyUnrevoked } from "../messages/notifications.ts";
import type { Fetch } from "../oauth/http.ts";
import { openInBrowser } from "../signIn/browser.ts";

export interface OpenAccounts {
  readonly accounts: Accounts;
  readonly secrets: Secrets;
  readonly servers: AuthorizationServers;
  readonly storage: ResilientStorage;
}

/** VS Code may exchange the global fetch for one that knows its proxy: it is looked up at each call. */
export const currentFetch: Fetch = (url, init) => fetch(url, init);

export function openAccounts(context: vscode.ExtensionContext, log: Log): OpenAccounts {
  const storage = new ResilientStorage(context.secrets);
  storage.onRepair = (what) => log.warn(`secret storage: ${what}`);
  const secrets = secretsIn(storage, readKeyFile);
  const servers = authorizationServers(currentFetch);
  const locks = join(context.globalStorageUri.fsPath, "locks");
  const accounts = new Accounts({
    ...{ secrets, servers, log },
    sources: tokenSources({ fetch: currentFetch, run: runTokenCommand, env: process.env, readFile: readKeyFile }),
    withLock: windowLockIn(locks, (error) => log.warn(`no lock among windows: ${String(error)}`)),
    browse: openInBrowser,
    notifyUnrevoked,
  });
  return { accounts, secrets, servers, storage };
}
