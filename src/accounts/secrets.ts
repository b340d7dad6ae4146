// Client secrets, refresh tokens and last access tokens in the editor's SecretStorage, each under the endpoint and client it belongs to,
// so that an endpoint redefined elsewhere can never be sent them. A storage that fails is said, never swallowed.
import * as l10n from "@vscode/l10n";
import { probeSecretKey, secretPrefixes } from "../ids.ts";
import { secretOwner, tokenOwner, type Connection } from "../oauth/connection.ts";
import { AuthError } from "../oauth/errors.ts";
import { Secret } from "../oauth/secret.ts";
import type { Token } from "../oauth/token.ts";
import type { ResilientStorage } from "./resilientStorage.ts";

export interface Secrets {
  /** The secret, the private key, or a workload's token. Rejects with secret_missing where its file cannot be read. */
  clientSecret(connection: Connection): Promise<Secret | undefined>;
  /** The token in the connection's tokenFile, as it is now. Rejects with secret_missing where it cannot be read. */
  fileToken(connection: Connection): Promise<Secret>;
  storeClientSecret(connection: Connection, secret: Secret): Promise<void>;
  /** Whether what somebody typed for it is there: the client secret, or the API key. */
  has(connection: Connection): Promise<boolean>;
  /** The last token that any window stored. */
  token(connection: Connection): Promise<Token | undefined>;
  storeToken(connection: Connection, token: Token): Promise<void>;
  forgetToken(connection: Connection): Promise<void>;
  /** What renews the session of a person who signed in. */
  refreshToken(connection: Connection): Promise<Secret | undefined>;
  storeRefreshToken(connection: Connection, token: Secret): Promise<void>;
  forgetRefreshToken(connection: Connection): Promise<void>;
  /** Deletes everything; the token last, for its change is what other windows follow. */
  forget(connection: Connection): Promise<void>;
  /** Calls when any window has stored or deleted a token; the question says whether it is the connection's. */
  onDidChangeToken(listener: (isOf: (connection: Connection) => Promise<boolean>) => void): { dispose(): void };
  /** Stores, reads and deletes a value of no meaning. Rejects where the storage fails or forgets. */
  probe(): Promise<void>;
}

/** Answers the text of a key file. Rejects where it cannot be read. */
export type ReadKeyFile = (path: string) => Promise<string>;

export function secretsIn(storage: ResilientStorage, readKeyFile: ReadKeyFile = noKeyFiles): Secrets {
  const readSecret = async (prefix: string, connection: Connection): Promise<Secret | undefined> => {
    const found = await storage.get(await keyOf(prefix, connection));
    return found === undefined ? undefined : new Secret(found);
  };
  const remove = async (prefix: string, connection: Connection): Promise<void> =>
    storage.delete(await keyOf(prefix, connection));
  return {
    clientSecret: (connection) => {
      const file = secretFileOf(connection);
      if (file !== undefined) return secretIn(file, readKeyFile);
      return readSecret(secretPrefixes.clientSecret, connection);
    },
    fileToken: ({ tokenFile = "" }) => secretIn(tokenFile, readKeyFile),
    async storeClientSecret(connection, secret) {
      await storage.store(await keyOf(secretPrefixes.clientSecret, connection), secret.reveal());
    },
    has: async (connection) => {
      if (secretFileOf(connection) !== undefined) return true;
      const prefix = connection.flow === "api_key" ? secretPrefixes.token : secretPrefixes.clientSecret;
      return (await storage.get(await keyOf(prefix, connection))) !== undefined;
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
    forgetToken: (connection) => remove(secretPrefixes.token, connection),
    refreshToken: (connection) => readSecret(secretPrefixes.refreshToken, connection),
    async storeRefreshToken(connection, token) {
      await storage.store(await keyOf(secretPrefixes.refreshToken, connection), token.reveal());
    },
    forgetRefreshToken: (connection) => remove(secretPrefixes.refreshToken, connection),
    async forget(connection) {
      const { token, ...others } = secretPrefixes;
      const outcomes = await Promise.allSettled(Object.values(others).map((prefix) => remove(prefix, connection)));
      await remove(token, connection);
      for (const outcome of outcomes) if (outcome.status === "rejected") throw outcome.reason;
    },
    onDidChangeToken: (listener) =>
      storage.onDidChange((key) => {
        if (!key.startsWith(secretPrefixes.token)) return;
        listener(async (connection) => key === (await keyOf(secretPrefixes.token, connection)));
      }),
    probe: () => storage.probe(probeSecretKey),
  };
}

const noKeyFiles: ReadKeyFile = () => Promise.reject(new Error("no files are read here"));

/** Where a client's secret is in a file of its own. */
function secretFileOf({ clientAuthentication, clientKeyFile, tokenFile }: Connection): string | undefined {
  return clientAuthentication === "token_file" ? tokenFile : clientKeyFile;
}

/** Read at each use: whoever rotates what is in it replaces the file. */
async function secretIn(path: string, readKeyFile: ReadKeyFile): Promise<Secret> {
  try {
    return new Secret(await readKeyFile(path));
  } catch (error) {
    throw new AuthError("secret_missing", { cause: error, detail: l10n.t("the file {0} cannot be read", path) });
  }
}

/** A client has one secret, and a token for each thing that it asks for. */
async function keyOf(prefix: string, connection: Connection): Promise<string> {
  const owner = prefix === secretPrefixes.clientSecret ? secretOwner(connection) : tokenOwner(connection);
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(owner));
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
