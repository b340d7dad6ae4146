// The grants that nobody has to be present for, over openid-client: client credentials, refresh token, and revocation.
// Stores nothing but the discovery document; a secret is asked for at each request and sent nowhere else.
import * as l10n from "@vscode/l10n";
import * as client from "openid-client";
import { configure, grantedBy, neededSecret, type Granted, type GrantRequest } from "./clientConfiguration.ts";
import { isSecure, type Connection } from "../connection.ts";
import { AuthError } from "../errors.ts";
import { grantError } from "./grantErrors.ts";
import type { Fetch } from "../http.ts";
import type { TokenFetcher } from "../headerProvider.ts";
import { issuerMetadataOf, tokenMetadataOf, type IssuerMetadata } from "./issuer.ts";
import { traitsOf } from "../../providers/providers.ts";
import { machineParameters, renewalParameters } from "./requestParameters.ts";
import type { Secret } from "../secret.ts";

/**
 * RFC 6749 section 4.4, and for the flow token_exchange RFC 8693 section 2. The fetcher rejects with AuthError.
 * @param subjectToken reads the token that is exchanged
 */
export function clientCredentials(
  connection: Connection,
  clientSecret: () => Promise<Secret | undefined>,
  fetch: Fetch,
  subjectToken: () => Promise<Secret> = noSubject,
): TokenFetcher {
  let known: Promise<IssuerMetadata> | undefined;
  const metadata = (signal: AbortSignal | undefined): Promise<IssuerMetadata> => {
    const found = known ?? tokenMetadataOf(connection, fetch, signal);
    known = found;
    return found;
  };
  return async (signal) => {
    const request: GrantRequest = { connection, clientSecret, fetch, signal };
    try {
      const secret = await neededSecret(request);
      const server = await metadata(signal);
      const config = await configure(request, server, secret);
      const asked = machineParameters(connection);
      if (connection.flow !== "token_exchange") {
        return await answered(connection, server, () => client.clientCredentialsGrant(config, asked));
      }
      const exchanged = { ...asked, ...exchangeParameters(connection, (await subjectToken()).reveal()) };
      return await answered(connection, server, () => client.genericGrantRequest(config, tokenExchange, exchanged));
    } catch (error) {
      // The endpoint may have moved: the next request asks again.
      known = undefined;
      throw error;
    }
  };
}

const tokenExchange = "urn:ietf:params:oauth:grant-type:token-exchange";

const noSubject = (): Promise<Secret> =>
  Promise.reject(new AuthError("invalid_configuration", { detail: l10n.t("{0} is missing", "tokenFile") }));

/** Another type of token than a JWT is said in the connection's extraParameters (RFC 8693 section 3). */
function exchangeParameters({ extraParameters }: Connection, token: string): Record<string, string> {
  const type = extraParameters["subject_token_type"] ?? "urn:ietf:params:oauth:token-type:jwt";
  return { subject_token: token.trim(), subject_token_type: type };
}

/** RFC 6749 section 6. Rejects with interaction_required when only a person can help. */
export async function renew(request: GrantRequest, refreshToken: Secret): Promise<Granted> {
  const { connection, fetch, signal } = request;
  const secret = await neededSecret(request);
  const server = await tokenMetadataOf(connection, fetch, signal);
  const config = await configure(request, server, secret);
  const asked = renewalParameters(connection, server);
  try {
    return grantedBy(await client.refreshTokenGrant(config, refreshToken.reveal(), asked));
  } catch (error) {
    throw renewalError(error, connection, new URL(server.token_endpoint).host);
  }
}

/**
 * Whether the server has said that the session is over: by invalid_grant (RFC 6749 section 5.2), or by what this service is documented to
 * say instead. Every other refusal may be the request's own fault, and the refresh token stays.
 */
function renewalError(thrown: unknown, connection: Connection, host: string): AuthError {
  const traits = traitsOf(connection);
  const failure = grantError(thrown, "invalid_response", host, traits);
  const said = thrown instanceof client.ResponseBodyError ? thrown.error : "";
  const { detail, reason, challenge } = failure;
  if (said === "invalid_grant" || traits.sessionEnds.includes(said)) {
    return new AuthError("interaction_required", { detail, reason, challenge, sessionIsOver: true });
  }
  if (failure.code !== "request_rejected" || reason !== undefined) return failure;
  return new AuthError(failure.code, { detail, reason: "renewal_refused" });
}

/** RFC 7009; answers false where the server offers no revocation. */
export async function revoke(request: GrantRequest, refreshToken: Secret): Promise<boolean> {
  const { connection, fetch, signal } = request;
  if (connection.issuerUrl === undefined) return false;
  const secret = await neededSecret(request);
  const server = await issuerMetadataOf(connection, fetch, signal);
  if (server.revocation_endpoint === undefined) return false;
  try {
    await client.tokenRevocation(await configure(request, server, secret), refreshToken.reveal(), {
      token_type_hint: "refresh_token",
    });
    return true;
  } catch (error) {
    throw grantError(error, "invalid_response", new URL(server.revocation_endpoint).host, traitsOf(connection));
  }
}

/** OpenID Connect RP-Initiated Logout 1.0: the page that ends the session at the issuer; undefined where it has none. */
export async function endSessionUrl({ connection, fetch, signal }: GrantRequest): Promise<string | undefined> {
  const server = await issuerMetadataOf(connection, fetch, signal);
  const page = server.end_session_endpoint;
  if (page === undefined) return undefined;
  if (!URL.canParse(page) || !isSecure(new URL(page)))
    throw new AuthError("insecure_url", { detail: l10n.t("the sign-out page") });
  const url = new URL(page);
  url.searchParams.set("client_id", connection.clientId);
  return url.href;
}

async function answered(
  connection: Connection,
  server: IssuerMetadata,
  ask: () => Promise<client.TokenEndpointResponse>,
): Promise<Granted> {
  try {
    return grantedBy(await ask());
  } catch (error) {
    throw grantError(error, "invalid_response", new URL(server.token_endpoint).host, traitsOf(connection));
  }
}
