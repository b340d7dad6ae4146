// The view "LanceDB" in the side bar with its commands: makes them and connects them to the accounts.
import * as vscode from "vscode";
import { limitConcurrency } from "../tables/concurrencyLimit.ts";
import type { ServerAccess } from "../tables/tableServer.ts";
import type { Account, Accounts } from "../accounts/accounts.ts";
import { registerDatabaseCommands } from "./databaseCommands.ts";
import { openDatabaseView } from "./databaseView.ts";
import type { Log } from "../messages/log.ts";
import type { ReadOnlyTexts } from "../messages/readOnlyText.ts";
import { accessFor, type HeadersAccess } from "./tableAccess.ts";

export interface DatabasesParts extends HeadersAccess {
  readonly accounts: Accounts;
  readonly active: () => Account | undefined;
  readonly isLocked: () => boolean;
  readonly texts: ReadOnlyTexts;
  readonly log: Log;
}

export interface Databases {
  /** Something that the rows show may have changed: an account, the lock, the list of connections. */
  redraw(): void;
  /** A sentence above the rows, or none: what in the settings cannot be used. */
  say(problem: string | undefined): void;
  dispose(): void;
}

/** At once, to all servers together. */
const requestsAtOnce = 4;

export function openDatabases({ accounts, active, isLocked, texts, log, ...headersAccess }: DatabasesParts): Databases {
  const access = (account: Account): ServerAccess => accessFor(headersAccess, account);
  const limit = limitConcurrency(requestsAtOnce);
  const view = openDatabaseView({ accounts: () => accounts.all(), accessFor: access, limit, isLocked });
  const { tree } = view;
  const commands = registerDatabaseCommands({
    ...{ accounts, active, accessFor: access, tree, texts, log },
  });
  return {
    redraw: () => {
      tree.accountsChanged();
    },
    say: (problem) => {
      view.say(problem);
    },
    dispose: () => {
      vscode.Disposable.from(commands, view).dispose();
    },
  };
}
