// What an issuer says of itself: finds and checks its discovery document (OpenID Connect Discovery 1.0, else RFC 8414).
// Keeps nothing; rejects with AuthError.
import * as l10n from "@vscode/l10n";
import * as client from "openid-client";
import type { ClientAuthentication, Connection } from "../connection.ts";
import { AuthError } from "../errors.ts";
import { grantError } from "./grantErrors.ts";
import { guardedFetch, type Fetch } from "../http.ts";
import { asAsked } from "./namedIssuer.ts";
import { traitsOf } from "../../providers/providers.ts";
import type { ProviderId } from "../../providers/traits.ts";

export type IssuerMetadata = client.ServerMetadata & { readonly token_endpoint: string };

/** The document names no issuer but a template, for many tenants: an id_token's issuer cannot be foreseen. */
export function hasVaryingIssuer({ issuer }: Pick<IssuerMetadata, "issuer">): boolean {
  return issuer.includes("{");
}

/** What the dialogue needs to know of an issuer. */
export interface IssuerFacts {
  readonly tokenUrl: string;
  /** How a client may authenticate, as far as the document says (RFC 8414 section 2); Basic where it is silent. */
  readonly clientAuthentications: readonly ClientAuthentication[];
  readonly offers: IssuerOffers;
}

/** Where a person can sign in. */
export interface IssuerOffers {
  readonly browser: boolean;
  readonly deviceCode: boolean;
}

export interface IssuerQuestion {
  readonly issuerUrl: string;
  readonly provider?: ProviderId | undefined;
  readonly timeoutSeconds: number;
  readonly fetch: Fetch;
  readonly signal?: AbortSignal | undefined;
}

/** OAuth's names of them and ours, the one that is taken first where several fit first. */
const authenticationNames: readonly (readonly [method: string, name: ClientAuthentication])[] = [
  ["client_secret_basic", "basic"],
  ["client_secret_post", "post"],
  ["client_secret_jwt", "client_secret_jwt"],
  ["private_key_jwt", "private_key_jwt"],
  ["none", "none"],
];

export async function discoverIssuer(question: IssuerQuestion): Promise<IssuerFacts> {
  const metadata = await discover(question);
  const methods = metadata.token_endpoint_auth_methods_supported ?? ["client_secret_basic"];
  return {
    tokenUrl: metadata.token_endpoint,
    clientAuthentications: authenticationNames.flatMap(([method, name]) => (methods.includes(method) ? [name] : [])),
    offers: offersOf(metadata),
  };
}

export function offersOf(metadata: IssuerMetadata): IssuerOffers {
  return {
    browser: metadata.authorization_endpoint !== undefined,
    deviceCode: metadata.device_authorization_endpoint !== undefined,
  };
}

/** What a token request needs: a token URL in the settings makes discovery unnecessary. */
export async function tokenMetadataOf(
  connection: Connection,
  fetch: Fetch,
  signal: AbortSignal | undefined,
): Promise<IssuerMetadata> {
  const { issuerUrl, tokenUrl } = connection;
  if (tokenUrl === undefined) return issuerMetadataOf(connection, fetch, signal);
  return { issuer: issuerUrl ?? new URL(tokenUrl).origin, token_endpoint: tokenUrl };
}

/** Everything the issuer says, with the token URL of the settings where there is one. */
export async function issuerMetadataOf(
  { issuerUrl, tokenUrl, timeoutSeconds, provider }: Connection,
  fetch: Fetch,
  signal: AbortSignal | undefined,
): Promise<IssuerMetadata> {
  if (issuerUrl === undefined) throw new AuthError("invalid_configuration", { detail: l10n.t("issuerUrl is missing") });
  const found = await discover({ issuerUrl, provider, timeoutSeconds, fetch, signal });
  return tokenUrl === undefined ? found : { ...found, token_endpoint: tokenUrl };
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
  { fetch, timeoutSeconds, signal, issuerUrl, provider }: IssuerQuestion,
): Promise<IssuerMetadata> {
  const traits = traitsOf(provider === undefined ? { issuerUrl } : { provider });
  let namedIssuer: string | undefined;
  try {
    const options = { algorithm, timeout: timeoutSeconds, execute: [client.allowInsecureRequests] };
    const config = await client.discovery(issuer, "discovery", undefined, client.None(), {
      ...options,
      [client.customFetch]: asAsked(guardedFetch(fetch, signal), issuer, traits, (named) => {
        namedIssuer = named;
      }),
    });
    const found: Readonly<client.ServerMetadata> = config.serverMetadata();
    const metadata = namedIssuer === undefined ? found : { ...found, issuer: namedIssuer };
    const tokenEndpoint = metadata.token_endpoint;
    if (tokenEndpoint === undefined || !URL.canParse(tokenEndpoint)) {
      throw new AuthError("not_an_issuer", { detail: l10n.t("{0} names no token endpoint", issuer.host) });
    }
    return { ...metadata, token_endpoint: tokenEndpoint };
  } catch (error) {
    const failure = grantError(error, "not_an_issuer", issuer.host, traits);
    throw failure.code === "invalid_response" ? new AuthError("not_an_issuer", { detail: failure.detail }) : failure;
  }
}
