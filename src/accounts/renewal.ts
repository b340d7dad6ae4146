// Where a new access token comes from, for all windows together: from what another window stored, else by one request under a
// lock. A refresh token that rotates is stored before anybody uses what came with it. Shows nothing.
import * as l10n from "@vscode/l10n";
import { assumedLifeSeconds, isPersonal, tokenOwner, usesSource, type Connection } from "../oauth/connection.ts";
import type { Granted } from "../oauth/grants/clientConfiguration.ts";
import { AuthError, asAuthError } from "../oauth/errors.ts";
import type { ProviderState, TokenFetcher } from "../oauth/headerProvider.ts";
import { Secret } from "../oauth/secret.ts";
import { isUsable, outlives, refreshAt, tokenFrom, type Token, type TokenResponse } from "../oauth/token.ts";
import type { AuthorizationServers } from "./authorizationServers.ts";
import type { Log } from "../messages/log.ts";
import type { Secrets } from "./secrets.ts";
import type { TokenSources } from "./tokenSources.ts";

/** Runs the work while no other window does work under the same name. */
export type WindowLock = <Result>(name: string, work: () => Promise<Result>) => Promise<Result>;

export interface RenewalParts {
  readonly secrets: Pick<Secrets, "clientSecret" | "fileToken" | "token" | "storeToken" | SessionSecrets>;
  readonly servers: Pick<AuthorizationServers, "clientCredentials" | "renew" | "revoke">;
  readonly sources: TokenSources;
  readonly withLock: WindowLock;
  readonly log: Pick<Log, "info" | "failure">;
}

type SessionSecrets = "refreshToken" | "storeRefreshToken" | "forgetRefreshToken";

/** One token request per lifetime for all windows: under the lock, a newer token of another window is taken instead. */
export function sharedFetcher(parts: RenewalParts, connection: Connection, state: () => ProviderState): TokenFetcher {
  const { withLock, log } = parts;
  if (connection.flow === "api_key") return () => storedKey(parts, connection);
  const fetcher = fetcherFor(parts, connection);
  return (signal) =>
    withLock(tokenOwner(connection), async () => {
      if (signal?.aborted === true) throw new AuthError("cancelled");
      const left = await storedReply(parts, connection, state);
      if (left !== undefined) return left;
      const reply = await fetcher(signal);
      const token = tokenFrom(reply, Date.now());
      log.info(`"${connection.name}": new token, ${lifeText(token)}`);
      await storeToken(parts, connection, token);
      return reply;
    });
}

function fetcherFor(parts: RenewalParts, connection: Connection): TokenFetcher {
  const { secrets, servers } = parts;
  if (usesSource(connection)) return (signal) => sourceToken(parts, connection, signal);
  // Once asked, never cancelled: a rotated refresh token that nobody reads is a lost session.
  if (isPersonal(connection)) return () => renewSession(parts, connection);
  const subject = (): Promise<Secret> => secrets.fileToken(connection);
  return servers.clientCredentials(connection, () => secrets.clientSecret(connection), subject);
}

/** What stands where a refresh token would: somebody has signed in by this source, and not signed out since. */
export const signedInBySource = new Secret("signed in");

async function sourceToken(
  { secrets, sources }: RenewalParts,
  connection: Connection,
  signal: AbortSignal | undefined,
): Promise<TokenResponse> {
  if ((await secrets.refreshToken(connection)) === undefined) throw new AuthError("signed_out");
  return sources.token(connection, false, signal);
}

/** An API key is what somebody typed, in this window or another: there is nobody to ask for a newer one. */
async function storedKey({ secrets }: RenewalParts, connection: Connection): Promise<TokenResponse> {
  const stored = await secrets.token(connection);
  if (stored === undefined) throw new AuthError("signed_out", { detail: l10n.t("no API key is stored") });
  return { accessToken: stored.accessToken.reveal() };
}

/** A token that cannot be stored still serves this window. */
export async function storeToken(
  { secrets, log }: Pick<RenewalParts, "secrets" | "log">,
  connection: Connection,
  token: Token,
): Promise<void> {
  try {
    await secrets.storeToken(connection, token);
  } catch (error) {
    log.failure(`"${connection.name}": the token is kept in memory only`, asAuthError(error));
  }
}

async function renewSession(parts: RenewalParts, connection: Connection): Promise<Granted> {
  const { secrets, servers } = parts;
  const clientSecret = (): Promise<Secret | undefined> => secrets.clientSecret(connection);
  const held = await secrets.refreshToken(connection);
  if (held === undefined) throw new AuthError("interaction_required", { detail: l10n.t("nobody is signed in") });
  let granted: Granted;
  try {
    granted = await servers.renew(connection, clientSecret, held);
  } catch (error) {
    const failure = asAuthError(error);
    // Another window may have what this one's refresh token was exchanged for.
    if (failure.code !== "interaction_required" && failure.code !== "request_rejected") throw failure;
    const other = await otherSession(parts, connection, held, failure.sessionIsOver);
    if (other === undefined) throw failure;
    granted = await servers.renew(connection, clientSecret, other);
  }
  if ((await secrets.refreshToken(connection)) === undefined) {
    await discard(parts, connection, granted, clientSecret);
    throw new AuthError("signed_out");
  }
  // Some servers hand out none where the old one stays good.
  if (granted.refreshToken !== undefined) await secrets.storeRefreshToken(connection, granted.refreshToken);
  return granted;
}

/** The session that another window stored meanwhile; one that the server has said to be over, for all windows, is forgotten. */
async function otherSession(
  { secrets }: RenewalParts,
  connection: Connection,
  held: Secret,
  isOver: boolean,
): Promise<Secret | undefined> {
  const stored = await secrets.refreshToken(connection);
  if (stored === undefined) return undefined;
  if (stored.reveal() !== held.reveal()) return stored;
  if (isOver) await secrets.forgetRefreshToken(connection);
  return undefined;
}

/** Somebody signed out while the request was under way: what came must not outlive that. */
async function discard(
  { servers, log }: RenewalParts,
  connection: Connection,
  { refreshToken }: Granted,
  clientSecret: () => Promise<Secret | undefined>,
): Promise<void> {
  if (refreshToken === undefined) return;
  await servers.revoke(connection, clientSecret, refreshToken).catch((error: unknown) => {
    log.failure(`"${connection.name}": revoking`, asAuthError(error));
  });
}

/** What another window stored, where it outlives the token at hand and is not yet due. */
async function storedReply(
  { secrets, log }: RenewalParts,
  connection: Connection,
  state: () => ProviderState,
): Promise<TokenResponse | undefined> {
  try {
    const stored = await secrets.token(connection);
    return stored === undefined ? undefined : remaining(stored, state(), connection);
  } catch (error) {
    log.failure(`"${connection.name}"`, asAuthError(error));
    return undefined;
  }
}

function remaining(stored: Token, state: ProviderState, connection: Connection): TokenResponse | undefined {
  const now = Date.now();
  const own = "life" in state ? state.life : undefined;
  const dueAt = refreshAt(stored, connection.refreshBufferSeconds, 0, assumedLifeSeconds(connection));
  if (!outlives(stored, own) || !isUsable(stored, now) || now >= dueAt) return undefined;
  const accessToken = stored.accessToken.reveal();
  return stored.expiresAt === undefined ? { accessToken } : { accessToken, expiresIn: (stored.expiresAt - now) / 1000 };
}

function lifeText({ obtainedAt, expiresAt }: Token): string {
  return expiresAt === undefined
    ? "expiry unknown"
    : `valid for ${String(Math.round((expiresAt - obtainedAt) / 1000))} s`;
}
