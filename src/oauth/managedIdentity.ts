// A token of this machine's Azure managed identity, asked for as LanceDB's own clients do: from the instance metadata service, or from
// where IDENTITY_ENDPOINT says. No secret is sent, and nothing is stored.
import * as l10n from "@vscode/l10n";
import { isSecure, type Connection } from "./connection.ts";
import { AuthError, asAuthError } from "./errors.ts";
import { guardedFetch, type Fetch } from "./http.ts";
import type { TokenResponse } from "./token.ts";

export interface IdentityEnvironment {
  readonly IDENTITY_ENDPOINT?: string | undefined;
  readonly IDENTITY_HEADER?: string | undefined;
}

/** The one address that is spoken to without TLS beyond this machine: it is link-local, and the host answers it itself. */
const metadataService = "http://169.254.169.254/metadata/identity/oauth2/token";

/** @param now epoch milliseconds. Rejects with no_identity, invalid_configuration, timeout or cancelled. */
export async function managedIdentityToken(
  connection: Connection,
  env: IdentityEnvironment,
  fetch: Fetch,
  signal: AbortSignal | undefined,
  now: number,
): Promise<TokenResponse> {
  const { url, headers } = question(connection, env);
  const ask = guardedFetch(fetch, signal, (to) => isSecure(to) || to.href.startsWith(metadataService));
  const deadline = AbortSignal.timeout(connection.timeoutSeconds * 1000);
  try {
    const reply = await ask(url, { method: "GET", headers, body: null, redirect: "manual", signal: deadline });
    const fields = parseReply(await reply.json().catch(() => undefined));
    if (reply.status === 200) return tokenIn(fields, now);
    throw new AuthError("no_identity", { detail: `${String(reply.status)} ${textOf(fields["error_description"])}` });
  } catch (error) {
    const failure = asAuthError(error);
    throw failure.code === "unreachable" ? new AuthError("no_identity", { detail: failure.detail }) : failure;
  }
}

function question(
  { name, scopes, clientId }: Connection,
  { IDENTITY_ENDPOINT: endpoint = "", IDENTITY_HEADER: header = "" }: IdentityEnvironment,
): { readonly url: string; readonly headers: Record<string, string> } {
  const [scope] = scopes;
  if (scope === undefined || scopes.length > 1) {
    throw new AuthError("invalid_configuration", {
      detail: l10n.t('"{0}" needs one scope, as in api://lancedb/.default', name),
    });
  }
  const usesEndpoint = endpoint !== "" && URL.canParse(endpoint);
  const url = new URL(usesEndpoint ? endpoint : metadataService);
  url.searchParams.set("api-version", usesEndpoint ? "2019-08-01" : "2018-02-01");
  url.searchParams.set("resource", scope.replace(/\/\.default$/, ""));
  if (clientId !== "") url.searchParams.set("client_id", clientId);
  return { url: url.href, headers: usesEndpoint ? { "x-identity-header": header } : { metadata: "true" } };
}

/** Newer endpoints say when it expires, not for how long it lives; both as texts. */
function tokenIn(fields: Readonly<Record<string, unknown>>, now: number): TokenResponse {
  const { access_token: accessToken, expires_in: expiresIn, expires_on: expiresOn } = fields;
  if (typeof accessToken !== "string")
    throw new AuthError("invalid_response", { detail: l10n.t("it holds no access token") });
  if (typeof expiresIn === "string" || typeof expiresIn === "number") return { accessToken, expiresIn };
  const seconds = typeof expiresOn === "string" || typeof expiresOn === "number" ? Number(expiresOn) - now / 1000 : NaN;
  return Number.isNaN(seconds) ? { accessToken } : { accessToken, expiresIn: seconds };
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function parseReply(body: unknown): Readonly<Record<string, unknown>> {
  return typeof body === "object" && body !== null ? (body as Record<string, unknown>) : {};
}
