// The live side of the saved connections: one header provider for each, kept while its settings stay the same.
// At start the token that any window stored is taken over; a new one is fetched only where there is a secret and no token.
import * as vscode from "vscode";
import { replyReader } from "../oauth/apiKey.ts";
import type { Granted } from "../oauth/grants/clientConfiguration.ts";
import {
  assumedLifeSeconds,
  isPersonal,
  secretOwner,
  tokenOwner,
  usesSource,
  type Connection,
} from "../oauth/connection.ts";
import { asAuthError, type AuthError } from "../oauth/errors.ts";
import { OAuthHeaderProvider } from "../oauth/provider.ts";
import { outlives, type Token } from "../oauth/token.ts";
import type { Secret } from "../oauth/secret.ts";
import type { AuthorizationServers } from "./authorizationServers.ts";
import { endSession } from "./endSession.ts";
import type { Log } from "../messages/log.ts";
import { sharedFetcher, signedInBySource, storeToken, type WindowLock } from "./renewal.ts";
import type { Secrets } from "./secrets.ts";
import type { TokenSources } from "./tokenSources.ts";

export interface Account {
  readonly connection: Connection;
  readonly provider: OAuthHeaderProvider;
}

export interface AccountsParts {
  readonly secrets: Secrets;
  readonly servers: AuthorizationServers;
  readonly sources: TokenSources;
  readonly withLock: WindowLock;
  /** Opens a page for the person. */
  readonly browse: (url: string) => Promise<void>;
  /** A sign-out that the server could not be told of. */
  readonly notifyUnrevoked: (connection: string, failure: AuthError) => void;
  readonly log: Log;
}

export class Accounts {
  readonly #parts: AccountsParts;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #following: { dispose(): void };
  #accounts: readonly OpenAccount[] = [];

  /** The list, or the state of one of them, has changed. */
  readonly onDidChange = this.#changed.event;

  constructor(parts: AccountsParts) {
    this.#parts = parts;
    this.#following = parts.secrets.onDidChangeToken((isOf) => {
      for (const account of this.#accounts) void this.#follow(account, isOf);
    });
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

  /**
   * Tries a client secret or key by fetching a token, or an API key; stores it only when it works. Rejects with AuthError.
   * @param secret undefined where the connection names a key file
   */
  async signIn(connection: Connection, secret: Secret | undefined, signal?: AbortSignal): Promise<Token> {
    if (connection.flow === "api_key" && secret !== undefined) {
      await this.#parts.servers.tryApiKey(connection, secret, signal);
      return this.keep(connection, { accessToken: secret.reveal() });
    }
    const { servers, secrets } = this.#parts;
    const held = async (): Promise<Secret | undefined> => secret ?? secrets.clientSecret(connection);
    const fetcher = servers.clientCredentials(connection, held, () => secrets.fileToken(connection));
    return this.keep(connection, await fetcher(signal), secret);
  }

  /** Takes a token from the connection's source, which may ask the person, and remembers that it may be asked again. */
  async signInBySource(connection: Connection, signal?: AbortSignal): Promise<Token> {
    const reply = await this.#parts.sources.token(connection, true, signal);
    return this.keep(connection, { ...reply, refreshToken: signedInBySource });
  }

  /** The editor's accounts of that provider have changed: a token of one that is gone is not used any more. */
  async followEditorAccounts(providerId: string): Promise<void> {
    const { sources, secrets, log } = this.#parts;
    for (const { connection, provider } of this.#accounts) {
      if (connection.flow !== "vscode" || connection.providerId !== providerId) continue;
      try {
        if ((await secrets.refreshToken(connection)) === undefined) continue;
        await sources.token(connection, false);
      } catch (error) {
        const failure = asAuthError(error);
        log.failure(`"${connection.name}"`, failure);
        // A provider that does not answer now says nothing about its accounts.
        if (failure.code !== "interaction_required") continue;
        provider.signOut();
        await secrets.forgetToken(connection);
      }
    }
  }

  /** Stores a client secret or an API key that could not be tried now. */
  async storeUntried(connection: Connection, secret: Secret): Promise<void> {
    if (connection.flow === "api_key") await this.keep(connection, { accessToken: secret.reveal() });
    else await this.#parts.secrets.storeClientSecret(connection, secret);
  }

  /** Stores what a sign-in gave, and hands it to everybody who waits for it. Rejects with AuthError. */
  async keep(connection: Connection, granted: Granted, secret?: Secret): Promise<Token> {
    const { secrets } = this.#parts;
    const token = replyReader(connection)(granted, Date.now());
    if (secret !== undefined) await secrets.storeClientSecret(connection, secret);
    if (granted.refreshToken !== undefined) await secrets.storeRefreshToken(connection, granted.refreshToken);
    await storeToken(this.#parts, connection, token);
    for (const account of this.#accounts) {
      if (tokenOwner(account.connection) === tokenOwner(connection)) account.provider.adopt(token);
    }
    return token;
  }

  /**
   * Removes every trace of secret and tokens, from storage and from memory, and revokes what the server lets revoke; also of the
   * connections that share the secret. Rejects with storage_failed.
   */
  async signOut(connection: Connection): Promise<void> {
    const sharing = this.#accounts.filter((account) => secretOwner(account.connection) === secretOwner(connection));
    // First what programs are given; a keyring that keeps the secret is then the person's to know.
    for (const { provider } of sharing) provider.signOut();
    // Of those that share a session, the one that was asked for gives its name to what is said of it.
    const owners = new Map(
      [...sharing.map((each) => each.connection), connection].map((each) => [tokenOwner(each), each]),
    );
    const outcomes = await Promise.allSettled([...owners.values()].map((each) => endSession(this.#parts, each)));
    for (const outcome of outcomes) if (outcome.status === "rejected") throw outcome.reason;
  }

  /** A connection was removed or points elsewhere now: what is kept for it goes, unless another one still needs it. */
  async release(left: Connection, remaining: readonly Connection[]): Promise<void> {
    if (remaining.some((each) => secretOwner(each) === secretOwner(left))) return;
    await this.signOut(left);
  }

  dispose(): void {
    this.#following.dispose();
    for (const account of this.#accounts) close(account);
    this.#accounts = [];
    this.#changed.dispose();
  }

  #open(connection: Connection): OpenAccount {
    const provider: OAuthHeaderProvider = new OAuthHeaderProvider(
      sharedFetcher(this.#parts, connection, () => provider.state),
      connection.refreshBufferSeconds,
      { readReply: replyReader(connection), assumedLifeSeconds: assumedLifeSeconds(connection) },
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
      if (await this.#canRenew(connection)) await provider.refreshToken();
    } catch (error) {
      // The provider's state has it already, save for a storage that does not answer.
      this.#parts.log.failure(`"${connection.name}"`, asAuthError(error));
    }
  }

  /** Whether a token can be had without a person. */
  async #canRenew(connection: Connection): Promise<boolean> {
    const { secrets } = this.#parts;
    if (connection.flow === "api_key") return false;
    if (isPersonal(connection) || usesSource(connection)) return (await secrets.refreshToken(connection)) !== undefined;
    return connection.clientAuthentication === "none" || (await secrets.clientSecret(connection)) !== undefined;
  }

  /** What another window did: a sign-in or a newer token is taken over, a sign-out followed. */
  async #follow({ connection, provider }: Account, isOf: (connection: Connection) => Promise<boolean>): Promise<void> {
    if (!(await isOf(connection))) return;
    try {
      const stored = await this.#parts.secrets.token(connection);
      const { state } = provider;
      const own = "life" in state ? state.life : undefined;
      if (stored === undefined) provider.signOut();
      // A key that replaces another outlives it by nothing.
      else if (connection.flow === "api_key" || outlives(stored, own)) provider.adopt(stored);
    } catch (error) {
      this.#parts.log.failure(`"${connection.name}"`, asAuthError(error));
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
