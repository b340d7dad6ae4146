// What a command that prints a token may print: a line that is the token, or JSON as kubectl's credential plugins, the Azure CLI and OAuth
// servers write it. Pure; nothing of what was printed gets into an error.
import * as l10n from "@vscode/l10n";
import { AuthError } from "./errors.ts";
import { remainingSeconds, type TokenResponse } from "./token.ts";

/** @param now epoch milliseconds. Throws AuthError command_failed. */
export function printedToken(printed: string, now: number): TokenResponse {
  const text = printed.trim();
  if (text === "") throw new AuthError("command_failed", { detail: l10n.t("it printed nothing") });
  if (!text.startsWith("{")) {
    if (/\s/.test(text))
      throw new AuthError("command_failed", { detail: l10n.t("it printed more than one word, and no JSON") });
    return withLife(text, undefined, now);
  }
  const fields = parseFields(text);
  const status = parseRecord(fields["status"]);
  const token = [fields["token"], fields["access_token"], fields["accessToken"], status["token"]].find(isText);
  if (token === undefined) throw new AuthError("command_failed", { detail: l10n.t("its JSON holds no token") });
  return withLife(token, lifeSeconds(fields, status, now), now);
}

function withLife(accessToken: string, seconds: number | undefined, now: number): TokenResponse {
  const life = seconds ?? remainingSeconds(accessToken, now);
  return life === undefined ? { accessToken } : { accessToken, expiresIn: life };
}

type Fields = Readonly<Record<string, unknown>>;

/** A moment wins over a duration, for a command may print a token that it has kept for a while. */
function lifeSeconds(fields: Fields, status: Fields, now: number): number | undefined {
  const moments = [
    ...[status["expirationTimestamp"], fields["expires_on"], fields["expiresAt"], fields["expires_at"]],
    ...[fields["expiry"], fields["expiresOn"]],
  ];
  const at = moments.map(momentOf).find((moment) => moment !== undefined);
  if (at !== undefined) return (at - now) / 1000;
  return [fields["expires_in"], fields["expiresIn"]].map(numberOf).find((seconds) => seconds !== undefined);
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
