// OAuthHeaderProvider: LanceDB's published contract, kept and mended. It caches one token, refreshes it ahead of its expiry,
// shares one request between all callers and tells its state. It knows neither grants nor the editor.
import * as l10n from "@vscode/l10n";
import { systemClock, type Cancellable, type Clock } from "./clock.ts";
import { AuthError, asAuthError } from "./errors.ts";
import { HeaderProvider, type ProviderState, type TokenFetcher } from "./headerProvider.ts";
import { headersFor, isFresh, isUsable, lifeOf, refreshAt, tokenFrom, type Token } from "./token.ts";

export interface ProviderOptions {
  readonly clock?: Clock;
  /** What makes a token of a fetcher's reply; by default what OAuth says of it. */
  readonly readReply?: (reply: unknown, now: number) => Token;
  /** How long a token is taken to live where nothing says it. */
  readonly assumedLifeSeconds?: number;
  /** A fetcher that has not answered by then is given up; a safety net over each request's own deadline. */
  readonly fetchDeadlineMs?: number;
}

/** Timers are set for no longer, so that sleep, clock jumps and lives over 2^31 ms are noticed. */
const longestWaitMs = 60_000;
const firstBackOffMs = 1_000;
const longestBackOffMs = 300_000;

export class OAuthHeaderProvider extends HeaderProvider {
  readonly #fetchToken: TokenFetcher;
  readonly #bufferSeconds: number;
  readonly #clock: Clock;
  readonly #readReply: (reply: unknown, now: number) => Token;
  readonly #fetchDeadlineMs: number;
  readonly #assumedLifeSeconds: number | undefined;
  readonly #listeners = new Set<(state: ProviderState) => void>();
  #token: Token | undefined;
  #dueAt = 0;
  #failure: AuthError | undefined;
  #failures = 0;
  #retryAt = 0;
  #request: { readonly done: Promise<Token>; readonly abort: AbortController } | undefined;
  #timer: Cancellable | undefined;

  /**
   * @param tokenFetcher answers `{accessToken, expiresIn?}` (expiresIn in seconds) or a promise of it
   * @param refreshBufferSeconds how long before its expiry a token is replaced
   */
  constructor(tokenFetcher: TokenFetcher, refreshBufferSeconds = 300, options: ProviderOptions = {}) {
    super();
    if (!Number.isFinite(refreshBufferSeconds) || refreshBufferSeconds < 0) {
      throw new AuthError("invalid_configuration", { detail: l10n.t("refreshBufferSeconds must be 0 or more") });
    }
    this.#fetchToken = tokenFetcher;
    this.#bufferSeconds = refreshBufferSeconds;
    this.#clock = options.clock ?? systemClock;
    this.#readReply = options.readReply ?? tokenFrom;
    this.#assumedLifeSeconds = options.assumedLifeSeconds;
    this.#fetchDeadlineMs = options.fetchDeadlineMs ?? 120_000;
  }

  get state(): ProviderState {
    const token = this.#usableToken();
    if (this.#request !== undefined) {
      return token === undefined ? { status: "fetching" } : { status: "fetching", life: lifeOf(token) };
    }
    if (token !== undefined) {
      const ready = { status: "ready", life: lifeOf(token) } as const;
      return this.#failure === undefined ? ready : { ...ready, failure: this.#failure };
    }
    const failure = this.#failure;
    if (failure === undefined || failure.code === "secret_missing" || failure.code === "signed_out") {
      return { status: "signedOut" };
    }
    return { status: "failed", failure };
  }

  /** Calls at every change of state until disposed. */
  onDidChangeState(listener: (state: ProviderState) => void): { dispose(): void } {
    this.#listeners.add(listener);
    return { dispose: () => this.#listeners.delete(listener) };
  }

  /** The header of a token that is valid now; renews it in the background when it is due. Throws AuthError. */
  override getHeaders(): Record<string, string> {
    const now = this.#clock.now();
    const token = this.#usableToken();
    if (token === undefined || !isFresh(token, now, this.#dueAt)) this.#refreshInBackground();
    if (token !== undefined) return headersFor(token);
    throw (
      this.#failure ??
      new AuthError("signed_out", { detail: l10n.t("no token yet; one is being fetched, so try again") })
    );
  }

  /**
   * The header of a token that is valid for at least so long; waits for one where it must. Rejects with AuthError.
   * @param remainingMs a token with less life left than this is not served
   */
  async headers(remainingMs = 0): Promise<Record<string, string>> {
    return headersFor(await this.token(remainingMs));
  }

  /** As {@link headers}, with the token's times. */
  async token(remainingMs = 0): Promise<Token> {
    const now = this.#clock.now();
    const token = this.#usableToken();
    if (token !== undefined) {
      if (!isFresh(token, now, this.#dueAt)) this.#refreshInBackground();
      if (isUsable(token, now + remainingMs)) return token;
    }
    if (this.#request === undefined && this.#failure !== undefined && now < this.#retryAt) throw this.#failure;
    return this.#refresh();
  }

  /** Fetches a new token now; a call while one is under way shares its outcome. Rejects with AuthError; the old token stays. */
  async refreshToken(): Promise<void> {
    await this.#refresh();
  }

  /** Takes over a token that was fetched before or elsewhere; answers false where it has expired. */
  adopt(token: Token): boolean {
    if (!isUsable(token, this.#clock.now())) return false;
    this.#accept(token);
    this.#announce();
    return true;
  }

  /** Forgets the token, cancels what is under way and stops renewing. */
  signOut(): void {
    this.#stop();
    this.#token = undefined;
    this.#failure = undefined;
    this.#failures = 0;
    this.#retryAt = 0;
    this.#announce();
  }

  dispose(): void {
    this.#stop();
    this.#listeners.clear();
  }

  #stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    const request = this.#request;
    this.#request = undefined;
    request?.abort.abort(new AuthError("cancelled"));
  }

  #usableToken(): Token | undefined {
    return this.#token !== undefined && isUsable(this.#token, this.#clock.now()) ? this.#token : undefined;
  }

  /** Nobody waits for the outcome: it becomes state. Not before the back-off allows it. */
  #refreshInBackground(): void {
    if (this.#request !== undefined || this.#clock.now() < this.#retryAt) return;
    this.#refresh().catch(() => undefined);
  }

  #refresh(): Promise<Token> {
    if (this.#request !== undefined) return this.#request.done;
    const abort = new AbortController();
    const request = { abort, done: this.#fetch(abort) };
    this.#request = request;
    this.#announce();
    const settled = request.done.then(
      (token) =>
        this.#settle(request, () => {
          this.#accept(token);
        }),
      (error: unknown) =>
        this.#settle(request, () => {
          this.#fail(asAuthError(error));
        }),
    );
    return settled.then(() => request.done);
  }

  async #fetch(abort: AbortController): Promise<Token> {
    // A fetcher that throws at once is a failure like any other.
    await Promise.resolve();
    const deadline = this.#clock.schedule(this.#fetchDeadlineMs, () => {
      abort.abort(new AuthError("timeout"));
    });
    try {
      const reply = await Promise.race([this.#fetchToken(abort.signal), rejection(abort.signal)]);
      return this.#readReply(reply, this.#clock.now());
    } catch (error) {
      throw abort.signal.aborted ? asAuthError(abort.signal.reason) : asAuthError(error);
    } finally {
      deadline.cancel();
    }
  }

  /** The outcome counts only while its request is the current one: a late answer never undoes a sign-out. */
  #settle(request: object, apply: () => void): void {
    if (this.#request !== request) return;
    this.#request = undefined;
    apply();
    this.#announce();
  }

  #accept(token: Token): void {
    this.#token = token;
    this.#failure = undefined;
    this.#failures = 0;
    this.#retryAt = 0;
    this.#dueAt = refreshAt(token, this.#bufferSeconds, this.#clock.random(), this.#assumedLifeSeconds);
    this.#plan();
  }

  #fail(failure: AuthError): void {
    this.#failure = failure;
    this.#failures += 1;
    const ceiling = Math.min(firstBackOffMs * 2 ** (this.#failures - 1), longestBackOffMs);
    const backOffMs = ceiling * (0.5 + 0.5 * this.#clock.random());
    this.#retryAt = this.#clock.now() + Math.max(backOffMs, failure.retryAfterMs ?? 0);
    this.#plan();
  }

  /** Wakes up when something is due: the replacement, the next try, or the expiry of a token that could not be replaced. */
  #plan(): void {
    this.#timer?.cancel();
    const wakeAt = this.#wakeAt();
    if (wakeAt === undefined) return;
    const waitMs = Math.min(Math.max(wakeAt - this.#clock.now(), 0), longestWaitMs);
    this.#timer = this.#clock.schedule(waitMs, () => {
      this.#wake();
    });
  }

  #wakeAt(): number | undefined {
    if (this.#failure === undefined) return this.#token === undefined ? undefined : this.#dueAt;
    if (this.#failure.retryHelps) return this.#retryAt;
    return this.#usableToken()?.expiresAt;
  }

  #wake(): void {
    const token = this.#usableToken();
    const now = this.#clock.now();
    const due = token === undefined || !isFresh(token, now, this.#dueAt);
    if (due && this.#failure?.retryHelps !== false) this.#refreshInBackground();
    if (this.#request === undefined) {
      if (token === undefined) this.#announce();
      this.#plan();
    }
  }

  #announce(): void {
    const state = this.state;
    for (const listener of [...this.#listeners]) listener(state);
  }
}

function rejection(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener(
      "abort",
      () => {
        reject(asAuthError(signal.reason));
      },
      { once: true },
    );
  });
}
