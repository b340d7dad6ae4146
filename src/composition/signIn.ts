// Composes how a person comes to a connection: the dialogue, the ways to sign in, and their commands.
import * as vscode from "vscode";
import type { Account } from "../accounts/accounts.ts";
import { accountProviders } from "../accounts/tokenSources.ts";
import type { Log } from "../messages/log.ts";
import type { Secret } from "../oauth/secret.ts";
import { parseConnectionFields, type ConnectionField } from "../settings/connectionFields.ts";
import { readConnections, saveEntry } from "../settings/settings.ts";
import { configurator, type Configurator } from "../signIn/configure.ts";
import { registerConnectionCommands } from "../signIn/connectionCommands.ts";
import { personalSignIn, type PersonalSignIn } from "../signIn/personalSignIn.ts";
import { openLoopback } from "../signIn/redirect/loopback.ts";
import { signInAgain } from "../signIn/signInAgain.ts";
import { receiveUris } from "../signIn/uriRedirect.ts";
import type { OpenAccounts } from "./accounts.ts";

export interface SignInParts extends OpenAccounts {
  /** Of the extension, for the address that the browser comes back to. */
  readonly extensionId: string;
  readonly log: Log;
  readonly active: () => Account | undefined;
  /** Tells those who hear the editor that somebody has signed in. */
  readonly announce: (account: Account) => void;
}

export interface SignIn {
  readonly dialogue: Configurator;
  dispose(): void;
}

export function openSignIn({ extensionId, log, active, announce, ...opened }: SignInParts): SignIn {
  const { accounts, secrets, servers } = opened;
  const uris = receiveUris(extensionId);
  const person = personalSignIn({
    servers,
    openLoopback,
    openUri: () => uris.open(),
    editorAddress: () => uris.address(),
  });
  const dialogue = dialogueOf(opened, person, () =>
    parseConnectionFields(vscode.extensions.getExtension(extensionId)?.packageJSON),
  );
  const commands = registerConnectionCommands({
    ...{ accounts, secrets, log, active, announce, configurator: dialogue },
    signInAsPerson: (account) => signInAgain({ accounts, secrets, person, log }, account),
  });
  return {
    dialogue,
    dispose: () => {
      vscode.Disposable.from(commands, uris).dispose();
    },
  };
}

function dialogueOf(
  { accounts, secrets, servers }: OpenAccounts,
  person: PersonalSignIn,
  fields: () => readonly ConnectionField[],
): Configurator {
  return configurator({
    names: () => accounts.all().map(({ connection }) => connection.name),
    discover: (issuerUrl, signal, provider) => servers.discover(issuerUrl, signal, provider),
    hasSecret: (connection) => secrets.has(connection),
    signIn: (connection, secret, signal) => accounts.signIn(connection, secret, signal),
    storeSecret: (connection, secret) => accounts.storeUntried(connection, secret),
    signInBySource: (connection, signal) => accounts.signInBySource(connection, signal),
    accountProviders,
    isSignedIn: async (connection) => (await secrets.refreshToken(connection)) !== undefined,
    ways: (connection, signal) => person.ways(connection, signal),
    redirectAddress: (connection) => person.redirectAddress(connection),
    fields,
    signInAsPerson: async (connection, way, secret, signal) => {
      const held = async (): Promise<Secret | undefined> => secret ?? secrets.clientSecret(connection);
      return accounts.keep(connection, await person.run(connection, way, held, { signal }), secret);
    },
    save: async (entry, replaces) => {
      const before = replaces === undefined ? undefined : accounts.find(replaces)?.connection;
      await saveEntry(entry, replaces);
      if (before !== undefined) await accounts.release(before, readConnections().connections);
    },
  });
}
