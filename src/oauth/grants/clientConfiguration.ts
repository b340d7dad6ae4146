// How this client speaks to an authorization server: its authentication, its parameters, its way through http.ts.
// Reveals a secret to openid-client and to nobody else; stores nothing.
import * as l10n from "@vscode/l10n";
import * as client from "openid-client";
import { assertionOptions, tokenFileAuth } from "./clientAssertion.ts";
import { clientKeyFrom } from "./clientKey.ts";
import { systemClock, type Clock } from "../clock.ts";
import { clockToleranceSeconds, withClockCheck } from "./clockCheck.ts";
import type { Connection } from "../connection.ts";
import { AuthError, type Challenge } from "../errors.ts";
import { guardedFetch, type Fetch } from "../http.ts";
import { hasVaryingIssuer, type IssuerMetadata } from "./issuer.ts";
import { traitsOf } from "../../providers/providers.ts";
import { Secret } from "../secret.ts";
import type { TokenResponse } from "../token.ts";
import { withUsableReply } from "./tokenReply.ts";

/** What every request for a token is made of. */
export interface GrantRequest {
  readonly connection: Connection;
  readonly clientSecret: () => Promise<Secret | undefined>;
  readonly fetch: Fetch;
  readonly signal?: AbortSignal | undefined;
  readonly clock?: Pick<Clock, "now">;
  /** What the server wants to see of the person beyond what it has seen. */
  readonly challenge?: Challenge | undefined;
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
  const { connection, clock = systemClock, signal } = request;
  const { clientId, clientAuthentication, timeoutSeconds } = connection;
  const authentication = await authenticationOf(connection, server, secret);
  const metadata = { [client.clockTolerance]: clockToleranceSeconds };
  const config = new client.Configuration(server, clientId, metadata, authentication);
  const guarded = guardedFetch(request.fetch, signal);
  const fetch = clientAuthentication === "json" ? asJson(guarded) : guarded;
  const usable = withUsableReply(fetch, traitsOf(connection), hasVaryingIssuer(server));
  config[client.customFetch] = withClockCheck(usable, clock);
  config.timeout = timeoutSeconds;
  // guardedFetch decides which http is allowed: loopback.
  client.allowInsecureRequests(config);
  return config;
}

/** Takes what is needed from a token reply. Throws AuthError. */
export function grantedBy(reply: client.TokenEndpointResponse): Granted {
  if (reply.token_type !== "bearer") {
    throw new AuthError("invalid_response", { detail: l10n.t("the token is not a bearer token"), reason: "dpop_only" });
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
      return client.ClientSecretJwt(secret.reveal(), assertionOptions(connection, server));
    case "private_key_jwt": {
      const taken = server.token_endpoint_auth_signing_alg_values_supported;
      const { header, ...key } = await clientKeyFrom(secret, taken);
      return client.PrivateKeyJwt(key, assertionOptions(connection, server, header));
    }
    case "token_file":
      return tokenFileAuth(secret);
    case "none":
      return client.None();
  }
}

/** LanceDB's page of the class shows a token request as JSON; some hosted services take nothing else. */
function asJson(fetch: client.CustomFetch): client.CustomFetch {
  return (url, init) => {
    if (!(init.body instanceof URLSearchParams)) return fetch(url, init);
    const headers = { ...init.headers, "content-type": "application/json" };
    return fetch(url, { ...init, headers, body: JSON.stringify(Object.fromEntries(init.body)) });
  };
}
