// One function per OAuth grant, over openid-client: each turns a Connection into a TokenFetcher. The only home of snake_case.
// Stores nothing but the discovery document; the secret is asked for at each request and sent nowhere else.
import * as client from "openid-client";
import type { ClientAuthentication, Connection } from "./connection.ts";
import { AuthError } from "./errors.ts";
import { grantError } from "./grantErrors.ts";
import { guardedFetch, type Fetch } from "./http.ts";
import type { TokenFetcher } from "./headerProvider.ts";
import { Secret } from "./secret.ts";

export interface IssuerFacts {
  readonly tokenUrl: string;
  /** How a client may authenticate, as far as the document says (RFC 8414 section 2); Basic where it is silent. */
  readonly clientAuthentications: readonly ClientAuthentication[];
}

export interface IssuerQuestion {
  readonly issuerUrl: string;
  readonly timeoutSeconds: number;
  readonly fetch: Fetch;
  readonly signal?: AbortSignal | undefined;
}

/** Reads the issuer's discovery document (OpenID Connect Discovery 1.0, else RFC 8414). Rejects with AuthError. */
export async function discoverIssuer(question: IssuerQuestion): Promise<IssuerFacts> {
  const metadata = await discover(question);
  const methods = metadata.token_endpoint_auth_methods_supported;
  const known = { client_secret_basic: "basic", client_secret_post: "post", none: "none" } as const;
  return {
    tokenUrl: metadata.token_endpoint,
    clientAuthentications: Object.entries(known).flatMap(([method, name]) => (methods.includes(method) ? [name] : [])),
  };
}

/** RFC 6749 section 4.4. The fetcher rejects with AuthError. */
export function clientCredentials(
  connection: Connection,
  clientSecret: () => Promise<Secret | undefined>,
  fetch: Fetch,
): TokenFetcher {
  let known: Promise<IssuerMetadata> | undefined;
  const metadata = (signal: AbortSignal | undefined): Promise<IssuerMetadata> => {
    const found = known ?? metadataOf(connection, fetch, signal);
    known = found;
    return found;
  };
  return async (signal) => {
    try {
      const secret = connection.clientAuthentication === "none" ? undefined : await clientSecret();
      if (connection.clientAuthentication !== "none" && secret === undefined) throw new AuthError("secret_missing");
      const server = await metadata(signal);
      const config = configure(connection, server, secret ?? new Secret(""), guardedFetch(fetch, signal));
      const reply = await requestToken(config, connection, server.token_endpoint);
      return { accessToken: reply.access_token, expiresIn: reply.expires_in };
    } catch (error) {
      // The endpoint may have moved: the next request asks again.
      known = undefined;
      throw error;
    }
  };
}

interface IssuerMetadata {
  readonly issuer: string;
  readonly token_endpoint: string;
  readonly token_endpoint_auth_methods_supported: readonly string[];
}

async function metadataOf(
  connection: Connection,
  fetch: Fetch,
  signal: AbortSignal | undefined,
): Promise<IssuerMetadata> {
  const { issuerUrl, tokenUrl, timeoutSeconds } = connection;
  if (tokenUrl !== undefined) {
    const issuer = issuerUrl ?? new URL(tokenUrl).origin;
    return { issuer, token_endpoint: tokenUrl, token_endpoint_auth_methods_supported: [] };
  }
  if (issuerUrl === undefined)
    throw new AuthError("invalid_configuration", { detail: "issuerUrl or tokenUrl is missing" });
  return discover({ issuerUrl, timeoutSeconds, fetch, signal });
}

async function requestToken(
  config: client.Configuration,
  connection: Connection,
  tokenEndpoint: string,
): Promise<client.TokenEndpointResponse> {
  try {
    const reply = await client.clientCredentialsGrant(config, parameters(connection));
    if (reply.token_type !== "bearer")
      throw new AuthError("invalid_response", { detail: "the token is not a bearer token" });
    return reply;
  } catch (error) {
    throw grantError(error, "invalid_response", new URL(tokenEndpoint).host);
  }
}

function parameters({ scopes, audience, resource, extraParameters }: Connection): Record<string, string> {
  return {
    ...extraParameters,
    ...(scopes.length === 0 ? {} : { scope: scopes.join(" ") }),
    ...(audience === undefined ? {} : { audience }),
    ...(resource === undefined ? {} : { resource }),
  };
}

function configure(
  connection: Connection,
  server: IssuerMetadata,
  secret: Secret,
  fetch: client.CustomFetch,
): client.Configuration {
  const { clientId, clientAuthentication, timeoutSeconds } = connection;
  const config = new client.Configuration(
    { issuer: server.issuer, token_endpoint: server.token_endpoint },
    clientId,
    undefined,
    authentication(clientAuthentication, secret),
  );
  config[client.customFetch] = clientAuthentication === "json" ? asJson(fetch) : fetch;
  config.timeout = timeoutSeconds;
  // guardedFetch decides which http is allowed: loopback.
  client.allowInsecureRequests(config);
  return config;
}

function authentication(method: ClientAuthentication, secret: Secret): client.ClientAuth {
  switch (method) {
    case "basic":
      return client.ClientSecretBasic(secret.reveal());
    case "post":
    case "json":
      return client.ClientSecretPost(secret.reveal());
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

async function discover(question: IssuerQuestion): Promise<IssuerMetadata> {
  const server = new URL(question.issuerUrl.replace(/\/\.well-known\/[\w-]+$/, ""));
  // An issuer's trailing slash counts (OpenID Connect Discovery 1.0 section 4.3), but is easily mistyped.
  const other = new URL(server.href.endsWith("/") ? server.href.slice(0, -1) : `${server.href}/`);
  let first: unknown;
  for (const [issuer, algorithm] of [
    [server, "oidc"],
    [other, "oidc"],
    [server, "oauth2"],
  ] as const) {
    try {
      return await discoverOnce(issuer, algorithm, question);
    } catch (error) {
      first ??= error;
      if (!(error instanceof AuthError) || error.code !== "not_an_issuer") throw error;
    }
  }
  throw first;
}

async function discoverOnce(
  issuer: URL,
  algorithm: "oidc" | "oauth2",
  { fetch, timeoutSeconds, signal }: IssuerQuestion,
): Promise<IssuerMetadata> {
  try {
    const options = { algorithm, timeout: timeoutSeconds, execute: [client.allowInsecureRequests] };
    const config = await client.discovery(issuer, "discovery", undefined, client.None(), {
      ...options,
      [client.customFetch]: guardedFetch(fetch, signal),
    });
    const metadata = config.serverMetadata();
    const tokenEndpoint = metadata.token_endpoint;
    if (tokenEndpoint === undefined || !URL.canParse(tokenEndpoint)) {
      throw new AuthError("not_an_issuer", { detail: `${issuer.host} names no token endpoint` });
    }
    const methods = metadata.token_endpoint_auth_methods_supported ?? ["client_secret_basic"];
    return { issuer: metadata.issuer, token_endpoint: tokenEndpoint, token_endpoint_auth_methods_supported: methods };
  } catch (error) {
    const failure = grantError(error, "not_an_issuer", issuer.host);
    throw failure.code === "invalid_response" ? new AuthError("not_an_issuer", { detail: failure.detail }) : failure;
  }
}
