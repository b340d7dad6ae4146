// The times of a device code (RFC 8628 section 3.2), as servers really send them: texts for numbers, none, absurd ones. Pure.
import * as l10n from "@vscode/l10n";
import type { CustomFetch } from "openid-client";
import { AuthError } from "../errors.ts";

const [shortestIntervalSeconds, longestCodeLifeSeconds] = [1, 86_400];
/** Who has entered the code does not wait for longer, whatever the server asks. */
export const longestIntervalSeconds = 60;

/** How long to ask, milliseconds; at most a day, which a timer can count. Throws AuthError invalid_response. */
export function codeLifeMs(seconds: number): number {
  if (seconds <= 0) throw new AuthError("invalid_response", { detail: l10n.t("the code has expired already") });
  return Math.min(seconds, longestCodeLifeSeconds) * 1000;
}

/** Brings the interval of the endpoint's reply into bounds; leaves one out that is none, for it may be absent. */
export function withUsableInterval(endpoint: string, fetch: CustomFetch): CustomFetch {
  return async (url, init) => {
    const response = await fetch(url, init);
    if (url !== endpoint || !response.ok) return response;
    const text = await response.text();
    const { status, headers } = response;
    return new Response(mended(text), { status, headers });
  };
}

function mended(text: string): string {
  const reply = parseObject(text);
  if (reply?.["interval"] === undefined) return text;
  const { interval, ...others } = reply;
  const seconds = typeof interval === "string" ? Number(interval) : interval;
  if (typeof seconds !== "number" || !(seconds > 0)) return JSON.stringify(others);
  const bounded = Math.min(Math.max(seconds, shortestIntervalSeconds), longestIntervalSeconds);
  return JSON.stringify({ ...others, interval: bounded });
}

function parseObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : undefined;
  } catch {
    // The library says what is wrong with it.
    return undefined;
  }
}
