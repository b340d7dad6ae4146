// The live side of the saved connections: one header provider for each, kept while its settings stay the same.
// At start the token that any window stored is taken over; a new one is fetched only where there is a secret and no token.
import * as vscode from "vscode";
import { secretOwner, type Connection } from "../oauth/connection.ts";
import { AuthError, asAuthError } from "../oauth/errors.ts";
import type { ProviderState, TokenFetcher } from "../oauth/headerProvider.ts";
import { OAuthHeaderProvider } from "../oauth/provider.ts";
import { isUsable, outlives, refreshAt, tokenFrom, type Token, type TokenResponse } from "../oauth/token.ts";
import type { Secret } from "../oauth/secret.ts";
import type { Log } from "./log.ts";
import type { Secrets } from "./secrets.ts";

export interface Account {
  readonly connection: Connection;
  readonly provider: OAuthHeaderProvider;
}

/** Turns a connection into a fetcher that asks the authorization server. */
export type Grant = (connection: Connection, clientSecret: () => Promise<Secret | undefined>) => TokenFetcher;

/** Runs the work while no other window does work under the same name. */
export type Exclusively = <Result>(name: string, work: () => Promise<Result>) => Promise<Result>;

export interface AccountsParts {
  readonly secrets: Secrets;
  readonly grant: Grant;
  readonly exclusively: Exclusively;
  readonly log: Log;
}

export class Accounts {
  readonly #parts: AccountsParts;
  readonly #changed = new vscode.EventEmitter<void>();
  #accounts: readonly OpenAccount[] = [];

  /** The list, or the state of one of them, has changed. */
  readonly onDidChange = this.#changed.event;

  constructor(parts: AccountsParts) {
    this.#parts = parts;
  }

  all(): readonly Account[] {
    return this.#accounts;
  }

  find(name: string): Account | undefined {
    return this.#accounts.find(({ connection }) => connection.name === name);
  }

  /** Follows the settings: providers of unchanged connections stay, others are made or disposed of. */
  use(connections: readonly Connection[]): void {
    const before = this.#accounts;
    this.#accounts = connections.map((connection) => {
      const same = before.find((account) => JSON.stringify(account.connection) === JSON.stringify(connection));
      return same ?? this.#open(connection);
    });
    for (const account of before) if (!this.#accounts.includes(account)) close(account);
    this.#changed.fire();
  }

  /** Fetches a token with a secret that is being tried; stores both only when it works. Rejects with AuthError. */
  async signIn(connection: Connection, secret: Secret, signal?: AbortSignal): Promise<Token> {
    const fetcher = this.#parts.grant(connection, () => Promise.resolve(secret));
    const token = tokenFrom(await fetcher(signal), Date.now());
    await this.#parts.secrets.storeClientSecret(connection, secret);
    await this.#storeToken(connection, token);
    for (const account of this.#accounts) {
      if (secretOwner(account.connection) === secretOwner(connection)) account.provider.adopt(token);
    }
    return token;
  }

  /** Removes every trace of the secret and the token, from storage and from memory. */
  async signOut(connection: Connection): Promise<void> {
    await this.#parts.secrets.forget(connection);
    for (const account of this.#accounts) {
      if (secretOwner(account.connection) === secretOwner(connection)) account.provider.signOut();
    }
    this.#parts.log.info(`"${connection.name}": signed out`);
  }

  dispose(): void {
    for (const account of this.#accounts) close(account);
    this.#accounts = [];
    this.#changed.dispose();
  }

  #open(connection: Connection): OpenAccount {
    const provider: OAuthHeaderProvider = new OAuthHeaderProvider(
      this.#sharedFetcher(connection, () => provider.state),
      connection.refreshBufferSeconds,
    );
    const subscription = provider.onDidChangeState((state) => {
      if ("failure" in state) this.#parts.log.failure(`"${connection.name}"`, state.failure);
      this.#changed.fire();
    });
    void this.#takeOver(connection, provider);
    return { connection, provider, subscription };
  }

  /** The token that this or another window stored; where there is a secret but no token, a new one. */
  async #takeOver(connection: Connection, provider: OAuthHeaderProvider): Promise<void> {
    try {
      const stored = await this.#parts.secrets.token(connection);
      if (provider.state.status !== "signedOut") return;
      if (stored !== undefined && provider.adopt(stored)) return;
      const secret = await this.#parts.secrets.clientSecret(connection);
      if (secret !== undefined || connection.clientAuthentication === "none") await provider.refreshToken();
    } catch (error) {
      // The provider's state has it already, save for a storage that does not answer.
      this.#parts.log.failure(`"${connection.name}"`, asAuthError(error));
    }
  }

  /** One token request per lifetime for all windows: under the lock, a newer token of another window is taken instead. */
  #sharedFetcher(connection: Connection, state: () => ProviderState): TokenFetcher {
    const { secrets, grant, exclusively, log } = this.#parts;
    const fetcher = grant(connection, () => secrets.clientSecret(connection));
    return (signal) =>
      exclusively(secretOwner(connection), async () => {
        if (signal?.aborted === true) throw new AuthError("cancelled");
        const stored = await this.#storedToken(connection);
        const left = stored === undefined ? undefined : remaining(stored, state(), connection.refreshBufferSeconds);
        if (left !== undefined) return left;
        const reply = await fetcher(signal);
        const token = tokenFrom(reply, Date.now());
        log.info(`"${connection.name}": new token, ${lifeText(token)}`);
        await this.#storeToken(connection, token);
        return reply;
      });
  }

  async #storedToken(connection: Connection): Promise<Token | undefined> {
    try {
      return await this.#parts.secrets.token(connection);
    } catch (error) {
      this.#parts.log.failure(`"${connection.name}"`, asAuthError(error));
      return undefined;
    }
  }

  /** A token that cannot be stored still serves this window. */
  async #storeToken(connection: Connection, token: Token): Promise<void> {
    try {
      await this.#parts.secrets.storeToken(connection, token);
    } catch (error) {
      this.#parts.log.failure(`"${connection.name}": the token is kept in memory only`, asAuthError(error));
    }
  }
}

interface OpenAccount extends Account {
  readonly subscription: { dispose(): void };
}

function close({ provider, subscription }: OpenAccount): void {
  subscription.dispose();
  provider.dispose();
}

/** A stored token as a reply, where it outlives the one at hand and is not yet due. */
function remaining(stored: Token, state: ProviderState, bufferSeconds: number): TokenResponse | undefined {
  const now = Date.now();
  const own = "life" in state ? state.life : undefined;
  if (!outlives(stored, own) || !isUsable(stored, now) || now >= refreshAt(stored, bufferSeconds, 0)) return undefined;
  const accessToken = stored.accessToken.reveal();
  return stored.expiresAt === undefined ? { accessToken } : { accessToken, expiresIn: (stored.expiresAt - now) / 1000 };
}

function lifeText({ obtainedAt, expiresAt }: Token): string {
  return expiresAt === undefined
    ? "expiry unknown"
    : `valid for ${String(Math.round((expiresAt - obtainedAt) / 1000))} s`;
}
