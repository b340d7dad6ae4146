// How this client speaks to an authorization server: its authentication, its parameters, its way through http.ts.
// Reveals a secret to openid-client and to nobody else; stores nothing.
import * as l10n from "@vscode/l10n";
import * as client from "openid-client";
import { clientKeyFrom } from "./clientKey.ts";
import type { Connection } from "../connection.ts";
import { AuthError } from "../errors.ts";
import { guardedFetch, type Fetch } from "../http.ts";
import type { IssuerMetadata } from "./issuer.ts";
import { Secret } from "../secret.ts";
import type { TokenResponse } from "../token.ts";

/** What every request for a token is made of. */
export interface GrantRequest {
  readonly connection: Connection;
  readonly clientSecret: () => Promise<Secret | undefined>;
  readonly fetch: Fetch;
  readonly signal?: AbortSignal | undefined;
}

/** What a grant gives: the token, and what renews it where the server hands that out. */
export interface Granted extends TokenResponse {
  readonly refreshToken?: Secret;
}

/** The secret that the connection's client authentication needs. Rejects with secret_missing. */
export async function neededSecret({ connection, clientSecret }: GrantRequest): Promise<Secret> {
  if (connection.clientAuthentication === "none") return new Secret("");
  const secret = await clientSecret();
  if (secret === undefined) throw new AuthError("secret_missing");
  return secret;
}

/** Rejects with invalid_configuration where the private key cannot be used. */
export async function configure(
  request: GrantRequest,
  server: IssuerMetadata,
  secret: Secret,
): Promise<client.Configuration> {
  const { clientId, clientAuthentication, timeoutSeconds } = request.connection;
  const authentication = await authenticationOf(request.connection, server, secret);
  const config = new client.Configuration(server, clientId, undefined, authentication);
  const fetch = guardedFetch(request.fetch, request.signal);
  config[client.customFetch] = clientAuthentication === "json" ? asJson(fetch) : fetch;
  config.timeout = timeoutSeconds;
  // guardedFetch decides which http is allowed: loopback.
  client.allowInsecureRequests(config);
  return config;
}

export function parameters({ scopes, audience, resource, extraParameters }: Connection): Record<string, string> {
  return {
    ...extraParameters,
    ...(scopes.length === 0 ? {} : { scope: scopes.join(" ") }),
    ...(audience === undefined ? {} : { audience }),
    ...(resource === undefined ? {} : { resource }),
  };
}

/** As {@link parameters}, and asks for a refresh token where the server has a scope for that (OpenID Connect Core 1.0 section 11). */
export function personalParameters(connection: Connection, server: IssuerMetadata): Record<string, string> {
  const offered = ["openid", "offline_access"].filter((scope) => server.scopes_supported?.includes(scope) === true);
  const scopes = [...new Set([...(offered.includes("offline_access") ? offered : []), ...connection.scopes])];
  const consent = scopes.includes("offline_access") ? { prompt: "consent" } : {};
  return { ...consent, ...parameters({ ...connection, scopes }) };
}

/** Takes what is needed from a token reply. Throws AuthError. */
export function grantedBy(reply: client.TokenEndpointResponse): Granted {
  if (reply.token_type !== "bearer") {
    throw new AuthError("invalid_response", { detail: l10n.t("the token is not a bearer token") });
  }
  const token = { accessToken: reply.access_token, expiresIn: reply.expires_in };
  const renewal = reply.refresh_token;
  return renewal === undefined || renewal === "" ? token : { ...token, refreshToken: new Secret(renewal) };
}

async function authenticationOf(
  connection: Connection,
  server: IssuerMetadata,
  secret: Secret,
): Promise<client.ClientAuth> {
  switch (connection.clientAuthentication) {
    case "basic":
      return client.ClientSecretBasic(secret.reveal());
    case "post":
    case "json":
      return client.ClientSecretPost(secret.reveal());
    case "client_secret_jwt":
      return client.ClientSecretJwt(secret.reveal(), audienceOf(connection));
    case "private_key_jwt": {
      const taken = server.token_endpoint_auth_signing_alg_values_supported;
      return client.PrivateKeyJwt(await clientKeyFrom(secret, taken), audienceOf(connection));
    }
    case "none":
      return client.None();
  }
}

/** The assertion is for the issuer; where none is known, for the token endpoint (RFC 7523 section 3). */
function audienceOf({ issuerUrl, tokenUrl }: Connection): client.ModifyAssertionOptions {
  if (issuerUrl !== undefined || tokenUrl === undefined) return {};
  return {
    [client.modifyAssertion]: (_header, payload) => {
      Object.assign(payload, { aud: tokenUrl });
    },
  };
}

/** LanceDB's page of the class shows a token request as JSON; some hosted services take nothing else. */
function asJson(fetch: client.CustomFetch): client.CustomFetch {
  return (url, init) => {
    if (!(init.body instanceof URLSearchParams)) return fetch(url, init);
    const headers = { ...init.headers, "content-type": "application/json" };
    return fetch(url, { ...init, headers, body: JSON.stringify(Object.fromEntries(init.body)) });
  };
}
