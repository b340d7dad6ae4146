// What a command that prints a token may print: a line that is the token, or JSON as kubectl's credential plugins, the Azure, Google Cloud
// and AWS tools and OAuth servers write it; greetings before it are passed over. Pure; nothing of what was printed gets into an error.
import * as l10n from "@vscode/l10n";
import { AuthError } from "./errors.ts";
import { remainingSeconds, type TokenResponse } from "./token.ts";

/** @param now epoch milliseconds. Throws AuthError command_failed. */
export function printedToken(printed: string, now: number): TokenResponse {
  const text = printed.trim();
  if (text === "") throw new AuthError("command_failed", { detail: l10n.t("it printed nothing") });
  const json = jsonIn(text);
  if (json === undefined) return withLife(tokenLineIn(text), undefined, now);
  const fields = parseFields(json);
  const places = nesting.map((name) => parseRecord(fields[name]));
  const found = [fields, ...places].map(tokenIn).find(isText);
  if (found === undefined) throw new AuthError("command_failed", { detail: l10n.t("its JSON holds no token") });
  return withLife(found, lifeSeconds([fields, ...places], now), now);
}

/** kubectl's credential plugins, gcloud config-helper, Vault. */
const nesting = ["status", "credential", "data"];

function tokenIn(fields: Fields): unknown {
  const names = ["token", "access_token", "accessToken", "authorizationToken"];
  return names.map((name) => fields[name]).find(isText);
}

/** From the first line that begins with a brace: greetings and warnings stand before it. */
function jsonIn(text: string): string | undefined {
  const at = /^\s*\{/m.exec(text)?.index;
  return at === undefined ? undefined : text.slice(at);
}

/** RFC 6750 section 2.1. A shorter word is part of a greeting. */
const tokenLine = /^[A-Za-z0-9\-._~+/]{16,}=*$/;

/** The whole, where it is one word; else the only line that can be a token, with greetings and warnings around it. */
function tokenLineIn(text: string): string {
  if (!/\s/.test(text)) return text;
  const found = text.split(/\r?\n/).filter((line) => tokenLine.test(line.trim()));
  const [token] = found;
  if (token !== undefined && found.length === 1) return token.trim();
  const detail =
    found.length === 0
      ? l10n.t("it printed more than one word, and no JSON")
      : l10n.t("it printed more than one line that could be the token");
  throw new AuthError("command_failed", { detail });
}

function withLife(accessToken: string, seconds: number | undefined, now: number): TokenResponse {
  const life = seconds ?? remainingSeconds(accessToken, now);
  return life === undefined ? { accessToken } : { accessToken, expiresIn: life };
}

type Fields = Readonly<Record<string, unknown>>;

const momentNames = [
  ...["expirationTimestamp", "token_expiry", "expires_on", "expiresAt", "expires_at", "expiry", "expiresOn"],
  "expiration",
];
const durationNames = ["expires_in", "expiresIn", "ttl"];

/** A moment wins over a duration, for a command may print a token that it has kept for a while. */
function lifeSeconds(places: readonly Fields[], now: number): number | undefined {
  const read = <Value>(names: readonly string[], of: (value: unknown) => Value | undefined): Value | undefined =>
    names.flatMap((name) => places.map((fields) => of(fields[name]))).find((value) => value !== undefined);
  const at = read(momentNames, momentOf);
  return at === undefined ? read(durationNames, numberOf) : (at - now) / 1000;
}

/** Epoch milliseconds of a date, or of a number of seconds or milliseconds since 1970. */
function momentOf(value: unknown): number | undefined {
  const number = numberOf(value);
  if (number !== undefined) return number > 1e11 ? number : number * 1000;
  const at = isText(value) ? Date.parse(value) : NaN;
  return Number.isNaN(at) ? undefined : at;
}

function numberOf(value: unknown): number | undefined {
  const number = isText(value) && /^\d+(\.\d+)?$/.test(value) ? Number(value) : value;
  return typeof number === "number" && Number.isFinite(number) ? number : undefined;
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}

function parseFields(text: string): Fields {
  try {
    return parseRecord(JSON.parse(text));
  } catch {
    // The parser's own error quotes the text.
    throw new AuthError("command_failed", { detail: l10n.t("it printed JSON that cannot be read") });
  }
}

function parseRecord(value: unknown): Fields {
  return typeof value === "object" && value !== null ? (value as Fields) : {};
}
