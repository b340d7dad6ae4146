// Composes the dialogue that adds and edits connections.
import type { Secret } from "../oauth/secret.ts";
import { configurator, type Configurator } from "../signIn/configure.ts";
import * as settings from "../settings/settings.ts";
import { accountProviders } from "../accounts/tokenSources.ts";
import type { Parts } from "./parts.ts";

export function dialogueOf({ accounts, secrets, servers, person }: Parts): Configurator {
  return configurator({
    names: () => accounts.all().map(({ connection }) => connection.name),
    discover: (issuerUrl, signal) => servers.discover(issuerUrl, signal),
    hasSecret: (connection) => secrets.has(connection),
    signIn: (connection, secret, signal) => accounts.signIn(connection, secret, signal),
    storeSecret: (connection, secret) => accounts.storeUntried(connection, secret),
    signInBySource: (connection, signal) => accounts.signInBySource(connection, signal),
    accountProviders,
    isSignedIn: async (connection) => (await secrets.refreshToken(connection)) !== undefined,
    ways: (connection, signal) => person.ways(connection, signal),
    signInAsPerson: async (connection, way, secret, signal) => {
      const held = async (): Promise<Secret | undefined> => secret ?? secrets.clientSecret(connection);
      return accounts.keep(connection, await person.run(connection, way, held, signal), secret);
    },
    save: async (entry, replaces) => {
      const before = replaces === undefined ? undefined : accounts.find(replaces)?.connection;
      await settings.saveEntry(entry, replaces);
      if (before !== undefined) await accounts.release(before, settings.readConnections().connections);
    },
  });
}
