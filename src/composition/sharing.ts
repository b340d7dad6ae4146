// Composes what other extensions see: the account provider of the Accounts menu, and the exported API over its sessions.
import * as vscode from "vscode";
import type { LanceDBAuthApi } from "../api/lancedb-auth.d.ts";
import type { HeadersSource } from "../broker/exchange.ts";
import { commandIds } from "../ids.ts";
import { hostOf } from "../oauth/connection.ts";
import { openSessions } from "../sharing/authenticationProvider.ts";
import { extensionApi, type ApiParts } from "../sharing/extensionApi.ts";
import type { Parts } from "./parts.ts";

export interface Sharing {
  readonly api: LanceDBAuthApi;
  dispose(): void;
}

export function sharingOf({ accounts, isLocked, source }: Parts): Sharing {
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

function headersForExtensions(source: HeadersSource): ApiParts["headers"] {
  return async (uri, name) => {
    const reply = await source.headers({ uri, connection: name });
    const host = hostOf(reply.connection);
    return { headers: reply.headers, host, ...(reply.expiresAt === undefined ? {} : { expiresAt: reply.expiresAt }) };
  };
}
