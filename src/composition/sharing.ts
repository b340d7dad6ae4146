// Composes what other extensions see: the account provider of the Accounts menu, and the exported API over its sessions.
import * as vscode from "vscode";
import type { Accounts } from "../accounts/accounts.ts";
import type { LanceDBAuthApi } from "../api/lancedb-auth.d.ts";
import type { HeadersSource } from "../broker/exchange.ts";
import { commandIds } from "../ids.ts";
import { openSessions } from "../sharing/authenticationProvider.ts";
import { extensionApi } from "../sharing/extensionApi.ts";
import { headersForExtensions } from "./brokerAnswers.ts";

export interface SharingParts {
  readonly accounts: Accounts;
  readonly isLocked: () => boolean;
  readonly source: HeadersSource;
}

export interface Sharing {
  readonly api: LanceDBAuthApi;
  dispose(): void;
}

export function openSharing({ accounts, isLocked, source }: SharingParts): Sharing {
  const sessions = openSessions({ accounts, isLocked, signIn: signInByCommand });
  return {
    api: extensionApi({ sessions, headers: headersForExtensions(source) }),
    dispose: () => {
      sessions.dispose();
    },
  };
}

/** For the Accounts menu. */
async function signInByCommand(name: string | undefined): Promise<void> {
  await vscode.commands.executeCommand(name === undefined ? commandIds.addConnection : commandIds.signIn, name);
}
