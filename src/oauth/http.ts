// The one door to an authorization server: https or loopback only, no redirects, capped replies, faults as AuthError.
// Takes the fetch to use as a parameter; never logs, never keeps a body.
import * as l10n from "@vscode/l10n";
import type { CustomFetch } from "openid-client";
import { readCapped } from "./cappedBody.ts";
import { isSecure } from "./connection.ts";
import { confidencesOf, withoutEcho } from "./grants/echo.ts";
import { AuthError, asAuthError } from "./errors.ts";

/** The part of the platform's fetch that is used here. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** Discovery documents and token replies are a few kilobytes. */
const largestReplyBytes = 1_048_576;

/** A fetch that throws AuthError for whatever is not an answer: insecure, unreachable, late, redirected, too large, 429, 5xx. */
export function guardedFetch(
  fetch: Fetch,
  cancel: AbortSignal | undefined,
  allows: (url: URL) => boolean = isSecure,
): CustomFetch {
  return async (address, { body: given, signal: deadline, ...init }) => {
    const url = new URL(address);
    // openid-client sends forms, and the JSON variant a text.
    const body = given instanceof URLSearchParams || typeof given === "string" ? given : undefined;
    if (!allows(url)) throw new AuthError("insecure_url", { detail: url.origin });
    const signals = [deadline, cancel].filter((signal) => signal !== undefined);
    const signal = AbortSignal.any(signals);
    try {
      const response = await fetch(address, {
        ...init,
        ...(body === undefined ? {} : { body }),
        redirect: "manual",
        signal,
      });
      const reply = await bytesOf(response);
      refuseFaults(response, url);
      const confidences = response.ok ? [] : confidencesOf(new Headers(init.headers), body);
      const bytes = reply === null ? null : withoutEcho(reply, confidences);
      return new Response(bytes, { status: response.status, headers: readableHeaders(response) });
    } catch (error) {
      throw failureOf(error, url, signal);
    }
  };
}

/** A challenge would hide the error code in the body (RFC 6749 section 5.2 has both). */
function readableHeaders(response: Response): Headers {
  const headers = new Headers(response.headers);
  headers.delete("www-authenticate");
  return headers;
}

/** Null where a status has no body. */
async function bytesOf({ body, status }: Response): Promise<Uint8Array<ArrayBuffer> | null> {
  if (body === null || [204, 205, 304].includes(status)) return null;
  const tooLarge = (): AuthError =>
    new AuthError("invalid_response", { detail: l10n.t("the reply is larger than 1 MB") });
  return readCapped(body, largestReplyBytes, tooLarge);
}

function refuseFaults(response: Response, url: URL): void {
  const { status } = response;
  const detail = l10n.t("{0} answered {1}", url.host, status);
  const retryAfterMs = retryAfter(response.headers.get("retry-after"), response.headers.get("date"));
  if (status === 429) throw new AuthError("rate_limited", { detail, retryAfterMs });
  if (status >= 500) throw new AuthError("server_error", { detail, retryAfterMs });
  if (status >= 300 && status < 400) {
    throw new AuthError("invalid_response", {
      detail: l10n.t("{0} redirects elsewhere, which is not followed", url.host),
    });
  }
}

/** RFC 9110 section 10.2.3: seconds, or a date (compared with the reply's own date). At most a day. */
function retryAfter(value: string | null, date: string | null): number | undefined {
  if (value === null) return undefined;
  const ms = /^\d+$/.test(value.trim()) ? Number(value) * 1000 : Date.parse(value) - Date.parse(date ?? "");
  return Number.isFinite(ms) && ms > 0 ? Math.min(ms, 86_400_000) : undefined;
}

function failureOf(error: unknown, url: URL, signal: AbortSignal): AuthError {
  if (error instanceof AuthError) return error;
  if (signal.aborted) {
    const reason: unknown = signal.reason;
    if (reason instanceof Error && reason.name === "TimeoutError")
      return new AuthError("timeout", { detail: url.host });
    return reason instanceof AuthError ? reason : new AuthError("cancelled");
  }
  const code = systemCode(error);
  return new AuthError("unreachable", {
    cause: asPlainCause(error),
    detail: code === undefined ? url.host : `${url.host} (${code})`,
  });
}

/** "ECONNREFUSED", "CERT_HAS_EXPIRED": the innermost code that fetch wraps. */
function systemCode(error: unknown): string | undefined {
  let found: string | undefined;
  for (let at = error, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth++) {
    if ("code" in at && typeof at.code === "string") found = at.code;
  }
  return found;
}

function asPlainCause(error: unknown): Error {
  return error instanceof Error ? error : asAuthError(error);
}
