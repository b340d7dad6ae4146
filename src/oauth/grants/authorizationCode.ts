// Authorization code with PKCE (RFC 6749 section 4.1, RFC 7636, RFC 8252): the address to open, and what the browser brings back.
// State and issuer (RFC 9207) are checked before the code is exchanged. Opens nothing and listens nowhere itself.
import * as l10n from "@vscode/l10n";
import * as client from "openid-client";
import { configure, grantedBy, neededSecret, type Granted, type GrantRequest } from "./clientConfiguration.ts";
import type { Clock } from "../clock.ts";
import { isSecure, type Connection } from "../connection.ts";
import { within } from "../deadline.ts";
import { AuthError } from "../errors.ts";
import { grantError } from "./grantErrors.ts";
import { hasVaryingIssuer, issuerMetadataOf, type IssuerMetadata } from "./issuer.ts";
import { traitsOf } from "../../providers/providers.ts";
import { authorizationParameters, challengeParameters } from "./requestParameters.ts";

/** Where the browser comes back to; open until closed. */
export interface RedirectPlace {
  readonly redirectUri: string;
  /** Waits for what the browser brings, hands it over once, and tells the person in the browser how that went. */
  answer<Result>(accept: (callback: URL) => Promise<Result>): Promise<Result>;
  close(): Promise<void>;
}

export interface BrowserParts {
  readonly openPlace: () => Promise<RedirectPlace>;
  readonly browse: (url: string) => Promise<void>;
  readonly clock: Clock;
}

/** Some failures never come back from the browser (a wrong password, a refused redirect address). */
export const browserPatienceMs = 300_000;

/** Rejects with AuthError; whatever happens, the place is closed. */
export async function signInWithBrowser(request: GrantRequest, parts: BrowserParts): Promise<Granted> {
  const place = await parts.openPlace();
  try {
    const late = (): AuthError => new AuthError("sign_in_expired", { detail: l10n.t("the browser did not come back") });
    const limit = { clock: parts.clock, ms: browserPatienceMs, late, signal: request.signal };
    return await within(limit, async (signal) => {
      const { url, redeem } = await requestAuthorization({ ...request, signal }, place.redirectUri);
      const answered = place.answer(redeem);
      return Promise.race([answered, parts.browse(url).then(() => answered)]);
    });
  } finally {
    await place.close();
  }
}

export interface AuthorizationRequest {
  /** The page to open in the browser. */
  readonly url: string;
  /** Checks what the browser brought back and exchanges its code. Rejects with AuthError. */
  readonly redeem: (callback: URL) => Promise<Granted>;
}

export async function requestAuthorization(request: GrantRequest, redirectUri: string): Promise<AuthorizationRequest> {
  const { connection, fetch, signal } = request;
  const secret = await neededSecret(request);
  const server = await issuerMetadataOf(connection, fetch, signal);
  refuseWithoutPage(server);
  const config = await configure(request, server, secret);
  config[client.customFetch] = repeating(redirectUri, config[client.customFetch]);
  const [verifier, state] = [client.randomPKCECodeVerifier(), client.randomState()];
  const asked = { ...authorizationParameters(connection, server), ...challengeParameters(request.challenge) };
  const hasIdToken = asked["scope"]?.split(" ").includes("openid") === true && !hasVaryingIssuer(server);
  const nonce = hasIdToken ? client.randomNonce() : undefined;
  const url = client.buildAuthorizationUrl(config, {
    ...asked,
    redirect_uri: redirectUri,
    state,
    ...(nonce === undefined ? {} : { nonce }),
    code_challenge: await client.calculatePKCECodeChallenge(verifier),
    code_challenge_method: "S256",
  });
  const checks = {
    ...{ pkceCodeVerifier: verifier, expectedState: state },
    ...(nonce === undefined ? {} : { expectedNonce: nonce }),
  };
  return {
    url: url.href,
    redeem: (callback) => redeem(config, withAnswer(redirectUri, callback), checks, connection, server),
  };
}

async function redeem(
  config: client.Configuration,
  answer: URL,
  checks: client.AuthorizationCodeGrantChecks,
  connection: Connection,
  { issuer }: IssuerMetadata,
): Promise<Granted> {
  try {
    return grantedBy(await client.authorizationCodeGrant(config, answer, checks));
  } catch (error) {
    throw grantError(error, "invalid_response", hostIn(issuer), traitsOf(connection));
  }
}

/** An issuer may be a template, "https://login.example.com/{tenantid}/v2.0". */
function hostIn(issuer: string): string {
  return URL.canParse(issuer) ? new URL(issuer).host : issuer;
}

function withAnswer(redirectUri: string, callback: URL): URL {
  const answer = new URL(redirectUri);
  answer.search = callback.search;
  return answer;
}

function refuseWithoutPage({ authorization_endpoint: page, issuer }: IssuerMetadata): void {
  const host = hostIn(issuer);
  if (page === undefined) {
    throw new AuthError("flow_unsupported", { detail: l10n.t("{0} has no page to sign in by browser", host) });
  }
  if (!isSecure(new URL(page))) throw new AuthError("insecure_url", { detail: new URL(page).origin });
}

/** The token request repeats the redirect address as it was (RFC 6749 section 4.1.3); openid-client leaves its query out. */
function repeating(redirectUri: string, fetch: client.CustomFetch | undefined): client.CustomFetch {
  return (url, init) => {
    if (fetch === undefined) throw new AuthError("invalid_configuration");
    if (init.body instanceof URLSearchParams && init.body.has("redirect_uri")) {
      init.body.set("redirect_uri", redirectUri);
    }
    return fetch(url, init);
  };
}
