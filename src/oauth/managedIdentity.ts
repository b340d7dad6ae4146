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
  readonly IMDS_ENDPOINT?: string | undefined;
}

/** The one address that is spoken to without TLS beyond this machine: it is link-local, and the host answers it itself. */
const metadataService = "http://169.254.169.254/metadata/identity/oauth2/token";

export interface IdentityParts {
  readonly env: IdentityEnvironment;
  readonly fetch: Fetch;
  /** For Azure Arc, which proves by a file that the program may read what an administrator may. */
  readonly readFile: (path: string) => Promise<string>;
}

/** @param now epoch milliseconds. Rejects with no_identity, invalid_configuration, timeout or cancelled. */
export async function managedIdentityToken(
  connection: Connection,
  { env, fetch, readFile }: IdentityParts,
  signal: AbortSignal | undefined,
  now: number,
): Promise<TokenResponse> {
  const { url, headers } = question(connection, env);
  let challenge: string | null = null;
  const seen: Fetch = async (to, init) => {
    const response = await fetch(to, init);
    challenge = response.headers.get("www-authenticate");
    return response;
  };
  const guarded = guardedFetch(seen, signal, (to) => isSecure(to) || to.href.startsWith(metadataService));
  const deadline = AbortSignal.timeout(connection.timeoutSeconds * 1000);
  const ask = (more: Readonly<Record<string, string>> = {}): Promise<Response> =>
    guarded(url, { method: "GET", headers: { ...headers, ...more }, body: null, redirect: "manual", signal: deadline });
  try {
    const first = await ask();
    const proof = first.status === 401 ? keyPathIn(challenge) : undefined;
    return await tokenOf(proof === undefined ? first : await ask(await proofOf(proof, readFile)), now);
  } catch (error) {
    const failure = asAuthError(error);
    throw failure.code === "unreachable" ? new AuthError("no_identity", { detail: failure.detail }) : failure;
  }
}

async function tokenOf(reply: Response, now: number): Promise<TokenResponse> {
  const fields = parseReply(await reply.json().catch(() => undefined));
  if (reply.status === 200) return tokenIn(fields, now);
  const said = textOf(fields["error_description"]) || textOf(fields["message"]);
  throw new AuthError("no_identity", { detail: `${String(reply.status)} ${said}` });
}

/** Only where Azure Arc puts its keys: nobody else may have a file of this machine read and sent. */
const arcKey = /^(\/var\/opt\/azcmagent\/tokens\/|C:\\ProgramData\\AzureConnectedMachineAgent\\Tokens\\)[\w-]+\.key$/i;

/** https://learn.microsoft.com/azure/azure-arc/servers/managed-identity-authentication */
function keyPathIn(challenge: string | null): string | undefined {
  const [, path = ""] = /^Basic realm="?([^"]+?)"?$/i.exec(challenge ?? "") ?? [];
  return arcKey.test(path) ? path : undefined;
}

async function proofOf(path: string, readFile: IdentityParts["readFile"]): Promise<Record<string, string>> {
  try {
    return { authorization: `Basic ${(await readFile(path)).trim()}` };
  } catch (error) {
    const detail = l10n.t("{0} cannot be read: join the group himds, or run as administrator", path);
    throw new AuthError("no_identity", { cause: error, detail });
  }
}

/** Where to ask, and what shows that a program of this machine asks. */
interface Place {
  readonly url: string;
  readonly version: string;
  readonly headers: Record<string, string>;
  /** Whether one of several identities can be chosen. */
  readonly takesClient: boolean;
}

/** App Service and Container Apps give a header; Azure Arc names its own metadata service beside the endpoint. */
function placeOf({ IDENTITY_ENDPOINT = "", IDENTITY_HEADER = "", IMDS_ENDPOINT = "" }: IdentityEnvironment): Place {
  const metadata = { metadata: "true" };
  if (!URL.canParse(IDENTITY_ENDPOINT)) {
    return { url: metadataService, version: "2018-02-01", headers: metadata, takesClient: true };
  }
  if (IDENTITY_HEADER === "" && IMDS_ENDPOINT !== "") {
    return { url: IDENTITY_ENDPOINT, version: "2020-06-01", headers: metadata, takesClient: false };
  }
  const headers = { "x-identity-header": IDENTITY_HEADER };
  return { url: IDENTITY_ENDPOINT, version: "2019-08-01", headers, takesClient: true };
}

function question(
  { name, scopes, clientId }: Connection,
  env: IdentityEnvironment,
): { readonly url: string; readonly headers: Record<string, string> } {
  const [scope] = scopes;
  if (scope === undefined || scopes.length > 1) {
    throw new AuthError("invalid_configuration", {
      detail: l10n.t('"{0}" needs one scope, as in api://lancedb/.default', name),
    });
  }
  const { url: endpoint, version, headers, takesClient } = placeOf(env);
  if (clientId !== "" && !takesClient) {
    const detail = l10n.t('Azure Arc knows the identity of the machine alone: take clientId out of "{0}"', name);
    throw new AuthError("invalid_configuration", { detail });
  }
  const url = new URL(endpoint);
  url.searchParams.set("api-version", version);
  url.searchParams.set("resource", scope.replace(/\/\.default$/, ""));
  if (clientId !== "") url.searchParams.set("client_id", clientId);
  return { url: url.href, headers };
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
