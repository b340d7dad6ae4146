// Client secrets and last access tokens in the editor's SecretStorage, each under the endpoint and client that it belongs to,
// so that an endpoint redefined elsewhere can never be sent them. A storage that fails is said, never swallowed.
import { probeSecretKey, secretPrefixes } from "../ids.ts";
import { secretOwner, type Connection } from "../oauth/connection.ts";
import { Secret } from "../oauth/secret.ts";
import type { Token } from "../oauth/token.ts";
import type { SturdyStorage } from "./sturdyStorage.ts";

export interface Secrets {
  clientSecret(connection: Connection): Promise<Secret | undefined>;
  storeClientSecret(connection: Connection, secret: Secret): Promise<void>;
  /** The last token that any window stored. */
  token(connection: Connection): Promise<Token | undefined>;
  storeToken(connection: Connection, token: Token): Promise<void>;
  /** Deletes both. */
  forget(connection: Connection): Promise<void>;
  /** Stores, reads and deletes a value of no meaning. Rejects where the storage fails or forgets. */
  probe(): Promise<void>;
}

export function secretsIn(storage: SturdyStorage): Secrets {
  return {
    async clientSecret(connection) {
      const found = await storage.get(await keyOf(secretPrefixes.clientSecret, connection));
      return found === undefined ? undefined : new Secret(found);
    },
    async storeClientSecret(connection, secret) {
      await storage.store(await keyOf(secretPrefixes.clientSecret, connection), secret.reveal());
    },
    async token(connection) {
      const found = await storage.get(await keyOf(secretPrefixes.token, connection));
      const token = found === undefined ? undefined : parseToken(found);
      if (found !== undefined && token === undefined) {
        storage.onRepair(`the stored token of "${connection.name}" cannot be read and is replaced by the next one`);
      }
      return token;
    },
    async storeToken(connection, token) {
      const { accessToken, obtainedAt, expiresAt } = token;
      const stored = JSON.stringify({ accessToken: accessToken.reveal(), obtainedAt, expiresAt });
      await storage.store(await keyOf(secretPrefixes.token, connection), stored);
    },
    async forget(connection) {
      const keys = await Promise.all(Object.values(secretPrefixes).map((prefix) => keyOf(prefix, connection)));
      const outcomes = await Promise.allSettled(keys.map((key) => storage.delete(key)));
      for (const outcome of outcomes) if (outcome.status === "rejected") throw outcome.reason;
    },
    probe: () => storage.probe(probeSecretKey),
  };
}

async function keyOf(prefix: string, connection: Connection): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(secretOwner(connection)));
  const hex = [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0"));
  return prefix + hex.join("").slice(0, 32);
}

/** A token that was stored damaged, or by another version, is as good as none. */
function parseToken(stored: string): Token | undefined {
  try {
    const { accessToken, obtainedAt, expiresAt } = JSON.parse(stored) as Readonly<Record<string, unknown>>;
    if (typeof accessToken !== "string" || typeof obtainedAt !== "number") return undefined;
    const token = { accessToken: new Secret(accessToken), obtainedAt };
    return typeof expiresAt === "number" ? { ...token, expiresAt } : token;
  } catch {
    return undefined;
  }
}
