// Client secrets, refresh tokens and last access tokens in the editor's SecretStorage, each under the endpoint and client that it belongs to,
// so that an endpoint redefined elsewhere can never be sent them. A storage that fails is said, never swallowed.
import type * as vscode from "vscode";
import { secretPrefixes } from "../ids.ts";
import { secretOwner, type Connection } from "../oauth/connection.ts";
import { AuthError } from "../oauth/errors.ts";
import { Secret } from "../oauth/secret.ts";
import type { Token } from "../oauth/token.ts";

export interface Secrets {
  clientSecret(connection: Connection): Promise<Secret | undefined>;
  storeClientSecret(connection: Connection, secret: Secret): Promise<void>;
  /** The last token that any window stored. */
  token(connection: Connection): Promise<Token | undefined>;
  storeToken(connection: Connection, token: Token): Promise<void>;
  /** What renews the session of a person who signed in. */
  refreshToken(connection: Connection): Promise<Secret | undefined>;
  storeRefreshToken(connection: Connection, token: Secret): Promise<void>;
  forgetRefreshToken(connection: Connection): Promise<void>;
  /** Deletes everything; the token last, for its change is what other windows follow. */
  forget(connection: Connection): Promise<void>;
  /** Calls when any window has stored or deleted a token; the question says whether it is the connection's. */
  onDidChangeToken(listener: (isOf: (connection: Connection) => Promise<boolean>) => void): { dispose(): void };
}

export function secretsIn(storage: vscode.SecretStorage): Secrets {
  const read = async (key: string): Promise<string | undefined> => answered(() => storage.get(key));
  const write = async (key: string, value: string): Promise<void> => answered(() => storage.store(key, value));
  const readSecret = async (prefix: string, connection: Connection): Promise<Secret | undefined> => {
    const found = await read(await keyOf(prefix, connection));
    return found === undefined ? undefined : new Secret(found);
  };
  const remove = async (prefix: string, connection: Connection): Promise<void> => {
    const key = await keyOf(prefix, connection);
    await answered(() => storage.delete(key));
  };
  return {
    clientSecret: (connection) => readSecret(secretPrefixes.clientSecret, connection),
    async storeClientSecret(connection, secret) {
      await write(await keyOf(secretPrefixes.clientSecret, connection), secret.reveal());
    },
    async token(connection) {
      const found = await read(await keyOf(secretPrefixes.token, connection));
      return found === undefined ? undefined : parseToken(found);
    },
    async storeToken(connection, token) {
      const { accessToken, obtainedAt, expiresAt } = token;
      const stored = JSON.stringify({ accessToken: accessToken.reveal(), obtainedAt, expiresAt });
      await write(await keyOf(secretPrefixes.token, connection), stored);
    },
    refreshToken: (connection) => readSecret(secretPrefixes.refreshToken, connection),
    async storeRefreshToken(connection, token) {
      await write(await keyOf(secretPrefixes.refreshToken, connection), token.reveal());
    },
    forgetRefreshToken: (connection) => remove(secretPrefixes.refreshToken, connection),
    async forget(connection) {
      for (const prefix of Object.values(secretPrefixes)) await remove(prefix, connection);
    },
    onDidChangeToken: (listener) =>
      storage.onDidChange(({ key }) => {
        if (!key.startsWith(secretPrefixes.token)) return;
        listener(async (connection) => key === (await keyOf(secretPrefixes.token, connection)));
      }),
  };
}

async function answered<Value>(call: () => Thenable<Value>): Promise<Value> {
  try {
    return await call();
  } catch (error) {
    throw new AuthError("storage_failed", { cause: error, detail: error instanceof Error ? error.message : "" });
  }
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
