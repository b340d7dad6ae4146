// LanceDB's own API key as a credential: a token that a person typed, that never expires and that no server renews.
// Says which keys a header can carry, and asks a LanceDB server whether it takes one. Stores nothing.
import * as l10n from "@vscode/l10n";
import { allowsHost, hostOf, type Connection } from "./connection.ts";
import { AuthError, asAuthError } from "./errors.ts";
import type { Problem } from "./fields.ts";
import { guardedFetch, type Fetch } from "./http.ts";
import { databaseHeader, oneTableUrl } from "./lancedbRequest.ts";
import { Secret } from "./secret.ts";
import { tokenFrom, type Token } from "./token.ts";

/** RFC 9110 section 5.5: what a header's value can be without blanks. */
const headerSafe = /^[\x21-\x7e]{1,4096}$/;

export const problemWithApiKey: Problem = (text) => {
  if (text === "") return l10n.t("The API key is missing.");
  return headerSafe.test(text)
    ? undefined
    : l10n.t("An API key holds up to 4096 letters, digits and signs, and no blanks.");
};

/** How a fetcher's reply becomes the connection's token. Throws AuthError. */
export function replyReader({ flow }: Pick<Connection, "flow">): (reply: unknown, now: number) => Token {
  return flow === "api_key" ? keyFrom : tokenFrom;
}

function keyFrom(reply: unknown, now: number): Token {
  const key = typeof reply === "object" && reply !== null && "accessToken" in reply ? reply.accessToken : undefined;
  if (typeof key !== "string") throw new AuthError("secret_missing");
  const problem = problemWithApiKey(key);
  if (problem !== undefined) throw new AuthError("key_rejected", { detail: problem });
  return { accessToken: new Secret(key), obtainedAt: now };
}

/** Asks the connection's server for its tables. Rejects with key_rejected, lancedb_unreachable or cancelled. */
export async function tryApiKey(
  connection: Connection,
  key: Secret,
  fetch: Fetch,
  signal: AbortSignal | undefined,
): Promise<void> {
  const headers = { "x-api-key": key.reveal(), ...databaseHeader(connection) };
  const ask = guardedFetch(fetch, signal, allowsHost(connection));
  const deadline = AbortSignal.timeout(connection.timeoutSeconds * 1000);
  let status: number;
  try {
    ({ status } = await ask(oneTableUrl(connection), {
      method: "GET",
      headers,
      body: null,
      redirect: "manual",
      signal: deadline,
    }));
  } catch (error) {
    const { code, detail } = asAuthError(error);
    throw code === "cancelled" ? error : new AuthError("lancedb_unreachable", { detail });
  }
  if (status === 200) return;
  const isRefused = status === 401 || status === 403;
  const detail = l10n.t("{0} answered {1}", new URL(hostOf(connection)).host, status);
  throw new AuthError(isRefused ? "key_rejected" : "lancedb_unreachable", { detail });
}
