// The grants that nobody has to be present for, over openid-client: client credentials, refresh token, and revocation.
// Stores nothing but the discovery document; a secret is asked for at each request and sent nowhere else.
import * as l10n from "@vscode/l10n";
import * as client from "openid-client";
import {
  configure,
  grantedBy,
  neededSecret,
  parameters,
  type Granted,
  type GrantRequest,
} from "./clientConfiguration.ts";
import { isSecure, type Connection } from "../connection.ts";
import { AuthError } from "../errors.ts";
import { grantError } from "./grantErrors.ts";
import type { Fetch } from "../http.ts";
import type { TokenFetcher } from "../headerProvider.ts";
import { issuerMetadataOf, tokenMetadataOf, type IssuerMetadata } from "./issuer.ts";
import type { Secret } from "../secret.ts";

/** RFC 6749 section 4.4. The fetcher rejects with AuthError. */
export function clientCredentials(
  connection: Connection,
  clientSecret: () => Promise<Secret | undefined>,
  fetch: Fetch,
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
      return await answered(server, () => client.clientCredentialsGrant(config, parameters(connection)));
    } catch (error) {
      // The endpoint may have moved: the next request asks again.
      known = undefined;
      throw error;
    }
  };
}

/** RFC 6749 section 6. Rejects with interaction_required when only a person can help. */
export async function renew(request: GrantRequest, refreshToken: Secret): Promise<Granted> {
  const { connection, fetch, signal } = request;
  const secret = await neededSecret(request);
  const server = await tokenMetadataOf(connection, fetch, signal);
  const config = await configure(request, server, secret);
  // The scope is left out: it stays what was granted, and a wider one would be refused.
  const asked = parameters({ ...connection, scopes: [] });
  try {
    return await answered(server, () => client.refreshTokenGrant(config, refreshToken.reveal(), asked));
  } catch (error) {
    // At least one server answers invalid_request to a refresh token that it does not take any more.
    if (error instanceof AuthError && error.detail.startsWith("invalid_request")) {
      throw new AuthError("interaction_required", { detail: error.detail });
    }
    throw error;
  }
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
    throw grantError(error, "invalid_response", new URL(server.revocation_endpoint).host);
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

async function answered(server: IssuerMetadata, ask: () => Promise<client.TokenEndpointResponse>): Promise<Granted> {
  try {
    return grantedBy(await ask());
  } catch (error) {
    throw grantError(error, "invalid_response", new URL(server.token_endpoint).host);
  }
}
