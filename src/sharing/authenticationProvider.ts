// The Accounts menu and other extensions: each connection that is signed in is a session of the account provider "lancedb". Which
// extension may use one, VS Code asks the person itself, once for each.
import * as vscode from "vscode";
import { authenticationProvider } from "../ids.ts";
import { AuthError } from "../oauth/errors.ts";
import type { Account, Accounts } from "../accounts/accounts.ts";

export interface SessionsParts {
  readonly accounts: Accounts;
  readonly isLocked: () => boolean;
  /** Signs in with whatever that takes; adds a connection where none is named. */
  readonly signIn: (name: string | undefined) => Promise<void>;
}

export interface Sessions {
  dispose(): void;
  readonly onDidChange: vscode.Event<{ readonly uri: string }>;
  /** Whether the session was handed out by this window, and is still signed in. */
  isIssued(session: Pick<vscode.AuthenticationSession, "id" | "accessToken">): Promise<boolean>;
}

export function openSessions(parts: SessionsParts): Sessions {
  const sessions = new LanceDbSessions(parts);
  const { id, label } = authenticationProvider;
  const options = { supportsMultipleAccounts: true };
  const registration = vscode.authentication.registerAuthenticationProvider(id, label, sessions, options);
  return {
    onDidChange: sessions.onDidChangeUri,
    isIssued: (session) => sessions.isIssued(session),
    dispose: () => {
      registration.dispose();
      sessions.dispose();
    },
  };
}

type Session = vscode.AuthenticationSession;
type Changes = vscode.AuthenticationProviderAuthenticationSessionsChangeEvent;

class LanceDbSessions implements vscode.AuthenticationProvider {
  readonly #parts: SessionsParts;
  readonly #changed = new vscode.EventEmitter<Changes>();
  readonly #changedUri = new vscode.EventEmitter<{ readonly uri: string }>();
  readonly #following: vscode.Disposable;
  /** Digests of the tokens that were handed out, by connection. */
  readonly #issued = new Map<string, Set<string>>();
  /** The sessions as they were told last, by connection. */
  #told = new Map<string, Session>();
  #last = Promise.resolve();
  readonly onDidChangeSessions = this.#changed.event;
  readonly onDidChangeUri = this.#changedUri.event;

  constructor(parts: SessionsParts) {
    this.#parts = parts;
    this.#following = parts.accounts.onDidChange(() => {
      this.#last = this.#last.then(() => this.#tell());
    });
  }

  async getSessions(scopes?: readonly string[]): Promise<Session[]> {
    const found = await Promise.all(this.#signedIn(scopes ?? []).map((account) => this.#sessionOf(account)));
    return found.filter((session) => session !== undefined);
  }

  async createSession(scopes: readonly string[]): Promise<Session> {
    const { accounts, signIn } = this.#parts;
    await signIn(accounts.all().find((account) => isNamed(account, scopes))?.connection.name);
    const [session] = await this.getSessions(scopes);
    if (session === undefined) throw new AuthError("cancelled");
    return session;
  }

  async removeSession(id: string): Promise<void> {
    const account = this.#parts.accounts.find(id);
    if (account !== undefined) await this.#parts.accounts.signOut(account.connection);
  }

  async isIssued({ id, accessToken }: Pick<Session, "id" | "accessToken">): Promise<boolean> {
    return this.#issued.get(id)?.has(await digestOf(accessToken)) === true;
  }

  dispose(): void {
    this.#following.dispose();
    this.#changed.dispose();
    this.#changedUri.dispose();
  }

  /** Whoever asks silently must not cause a sign-in: only what has a token now. */
  #signedIn(scopes: readonly string[]): readonly Account[] {
    const { accounts, isLocked } = this.#parts;
    if (isLocked()) return [];
    return accounts.all().filter((account) => "life" in account.provider.state && isNamed(account, scopes));
  }

  async #sessionOf({ connection, provider }: Account): Promise<Session | undefined> {
    const token = await provider.token().catch(() => undefined);
    if (token === undefined) return undefined;
    const accessToken = token.accessToken.reveal();
    const { name, uri } = connection;
    const issued = this.#issued.get(name) ?? new Set();
    this.#issued.set(name, issued.add(await digestOf(accessToken)));
    return { id: name, accessToken, account: { id: name, label: name }, scopes: [uri] };
  }

  /** Compares with what was told last; states in between, as while a token is fetched, are nobody's business. */
  async #tell(): Promise<void> {
    const now = new Map((await this.getSessions()).map((session) => [session.id, session]));
    const [before, ids] = [this.#told, new Set([...this.#told.keys(), ...now.keys()])];
    this.#told = now;
    const changes: Record<"added" | "removed" | "changed", Session[]> = { added: [], removed: [], changed: [] };
    for (const id of ids) {
      const [old, session] = [before.get(id), now.get(id)];
      if (session === undefined) this.#issued.delete(id);
      if (old === undefined && session !== undefined) changes.added.push(session);
      else if (session === undefined && old !== undefined) changes.removed.push(old);
      else if (session !== undefined && session.accessToken !== old?.accessToken) changes.changed.push(session);
    }
    const all = Object.values(changes).flat();
    if (all.length > 0) this.#changed.fire(changes);
    for (const uri of new Set(all.flatMap(({ scopes }) => scopes))) this.#changedUri.fire({ uri });
  }
}

/** A scope is a database's URI, or the name of a connection. */
function isNamed({ connection }: Account, scopes: readonly string[]): boolean {
  return scopes.every((scope) => scope === connection.uri || scope === connection.name);
}

async function digestOf(text: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return [...new Uint8Array(digest)].join();
}
