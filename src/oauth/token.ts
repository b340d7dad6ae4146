// An access token and its times: what a fetcher's reply is allowed to be, when a token is fresh, which header it makes. Pure.
import * as l10n from "@vscode/l10n";
import { decodeJwt, type JWTPayload } from "jose";
import { AuthError } from "./errors.ts";
import { Secret } from "./secret.ts";

/** What a token fetcher answers; the shape of LanceDB's published contract. */
export interface TokenResponse {
  readonly accessToken: string;
  /** Seconds from now; a server that sends a string is understood. */
  readonly expiresIn?: number | string | undefined;
}

export interface Token {
  readonly accessToken: Secret;
  /** Epoch milliseconds, by this machine's clock. */
  readonly obtainedAt: number;
  /** Epoch milliseconds, by this machine's clock; absent where neither the reply nor the token says. */
  readonly expiresAt?: number;
}

/** The times of a token without the token. */
export type TokenLife = Pick<Token, "obtainedAt" | "expiresAt">;

const longestLifeSeconds = 10 * 365 * 24 * 3600;
const longestToken = 65_536;
/** RFC 6750 section 2.1: b64token. */
const bearerToken = /^[A-Za-z0-9\-._~+/]+=*$/;

/** Checks a reply at the edge. Throws AuthError invalid_response. */
export function tokenFrom(reply: unknown, now: number): Token {
  const { accessToken, expiresIn } = fieldsOf(reply);
  if (typeof accessToken !== "string" || accessToken === "") throw unusable(l10n.t("it holds no access token"));
  if (accessToken.length > longestToken) throw unusable(l10n.t("the access token is longer than 64 KB"));
  if (!bearerToken.test(accessToken))
    throw unusable(l10n.t("the access token has characters that a header cannot carry"));
  const seconds = lifeSeconds(expiresIn, accessToken, now);
  const token = { accessToken: new Secret(accessToken), obtainedAt: now };
  return seconds === undefined ? token : { ...token, expiresAt: now + seconds * 1000 };
}

function fieldsOf(reply: unknown): { accessToken?: unknown; expiresIn?: unknown } {
  if (typeof reply !== "object" || reply === null) throw unusable(l10n.t("it is not an object"));
  return reply;
}

/** expires_in, else what the JWT says of itself: exp minus iat where both are there, so that a server's wrong clock is no matter. */
function lifeSeconds(expiresIn: unknown, accessToken: string, now: number): number | undefined {
  if (expiresIn === undefined || expiresIn === null) return jwtLifeSeconds(accessToken, now);
  const seconds = typeof expiresIn === "string" && expiresIn.trim() !== "" ? Number(expiresIn) : expiresIn;
  if (typeof seconds !== "number" || !Number.isFinite(seconds)) throw unusable(l10n.t("its lifetime is not a number"));
  if (seconds <= 0) throw unusable(l10n.t("the token has expired already"));
  return Math.min(seconds, longestLifeSeconds);
}

/** Without iat by this machine's clock: a token that has just come and seems to be over is one whose life nobody knows. */
function jwtLifeSeconds(accessToken: string, now: number): number | undefined {
  const claims = claimsOf(accessToken);
  if (claims?.exp === undefined) return undefined;
  const seconds = claims.exp - (claims.iat ?? now / 1000);
  return seconds > 0 ? Math.min(seconds, longestLifeSeconds) : undefined;
}

/** What is left of a JWT that may have been issued a while ago, by this machine's clock; undefined where it says no end. */
export function remainingSeconds(accessToken: string, now: number): number | undefined {
  const end = claimsOf(accessToken)?.exp;
  return end === undefined ? undefined : end - now / 1000;
}

/** The claims of a JWT, unverified; undefined where the token is opaque. */
function claimsOf(accessToken: string): JWTPayload | undefined {
  try {
    return decodeJwt(accessToken);
  } catch {
    // Most servers may send opaque tokens (RFC 6749 section 1.4).
    return undefined;
  }
}

function unusable(detail: string): AuthError {
  return new AuthError("invalid_response", { detail });
}

/** For a report: what a token says of itself, unverified, and how long it is. */
export function describeToken({ accessToken }: Token): {
  readonly claims: Readonly<Record<string, unknown>> | undefined;
  readonly length: number;
} {
  const text = accessToken.reveal();
  return { claims: claimsOf(text), length: text.length };
}

/** Not expired, as far as anybody knows. */
export function isUsable({ expiresAt }: TokenLife, now: number): boolean {
  return expiresAt === undefined || now < expiresAt;
}

/** The clock has gone back by more than a minute since the token came: its expiry cannot be trusted. */
function isFromTheFuture({ obtainedAt }: TokenLife, now: number): boolean {
  return obtainedAt - now > 60_000;
}

/** Of a token that does not say how long it lives. */
export const usualLifeSeconds = 3600;

/** A command may print a token that it has kept for most of its life; asking it again costs little. */
export const printedLifeSeconds = 300;

/** Part of a life that a too long buffer is cut to: a four-minute token must not cause a refresh per call. */
const shortLifeFraction = 0.25;

/** When a token is to be replaced, epoch milliseconds: its expiry minus the buffer, earlier by the jitter (0 to 1). */
export function refreshAt(
  life: TokenLife,
  bufferSeconds: number,
  jitter: number,
  assumedLifeSeconds = usualLifeSeconds,
): number {
  const expiresAt = life.expiresAt ?? life.obtainedAt + assumedLifeSeconds * 1000;
  const lifeMs = expiresAt - life.obtainedAt;
  const wantedMs = bufferSeconds * 1000;
  const bufferMs = wantedMs > lifeMs / 2 ? lifeMs * shortLifeFraction : wantedMs;
  return expiresAt - bufferMs - jitter * Math.min(bufferMs * 0.1, 30_000);
}

/** Usable, not yet due for replacement, and from this side of a clock jump. */
export function isFresh(life: TokenLife, now: number, dueAt: number): boolean {
  return isUsable(life, now) && now < dueAt && !isFromTheFuture(life, now);
}

/** LanceDB's header for OAuth (RFC 6750 section 2.1). */
export function headersFor(token: Token): Record<string, string> {
  return { authorization: `Bearer ${token.accessToken.reveal()}` };
}

/** The times alone, for whoever shows them. */
export function lifeOf({ obtainedAt, expiresAt }: Token): TokenLife {
  return expiresAt === undefined ? { obtainedAt } : { obtainedAt, expiresAt };
}

/** A token without a known expiry outlives all others. */
export function outlives(token: TokenLife, other: TokenLife | undefined): boolean {
  return other === undefined || (token.expiresAt ?? Infinity) > (other.expiresAt ?? Infinity);
}
