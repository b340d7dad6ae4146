// An OAuth issuer on loopback that hands out the window's tokens to a client that knows OAuth's client credentials. Inside a Node
// program it serves LanceDB's client (0.31 and newer), for a header provider would keep the process from ending; for all else it
// is `lancedb-auth issuer`.
import type { IncomingMessage } from "node:http";
import { BrokerFailure } from "../node/askBroker.ts";
import { longestTrustMs, remainingMs, type RecentHeaders } from "../node/recentHeaders.ts";
import { refuse, send, startLoopbackServer, type Answer, type LoopbackServer } from "./loopbackServer.ts";
import { refusalOf } from "./requestRules.ts";

/** The option of LanceDB's connect that makes it use this issuer. */
export interface OAuthConfig {
  readonly issuerUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly scopes: string[];
  readonly flow: "client_credentials";
  readonly refreshBufferSecs: number;
}

export interface IssuedTokens {
  readonly source: RecentHeaders;
  /** A token's life is told as at most this, so that the client asks again and a sign-out is seen. */
  readonly trustMs: number;
}

export const issuerClientId = "lancedb-auth";

/** A token is renewed so long before its end; the request that carries it must still arrive. */
const bufferSeconds = 2;

/** What was asked at connect is good for the first token. */
const freshMs = 500;

let running: Promise<LoopbackServer> | undefined;
const issued: IssuedTokens[] = [];

/** The one issuer of this process, which it does not keep alive. */
export async function issuerFor(source: RecentHeaders): Promise<OAuthConfig> {
  running ??= startLoopbackServer(issuerAnswer((number) => issued[Number(number)]));
  const { origin, secret } = await running;
  const number = issued.push({ source, trustMs: longestTrustMs }) - 1;
  return {
    issuerUrl: `${origin}/${number}`,
    clientId: issuerClientId,
    clientSecret: secret,
    // LanceDB insists on one; this issuer ignores it.
    scopes: ["lancedb"],
    flow: "client_credentials",
    refreshBufferSecs: bufferSeconds,
  };
}

/** @param tokensOf what the first part of the path stands for */
export function issuerAnswer(tokensOf: (first: string) => IssuedTokens | undefined): Answer {
  return async (request, response, { origin, hosts, secret }) => {
    const refusal = refusalOf(request, hosts);
    if (refusal !== undefined) {
      refuse(response, refusal.status, refusal.sentence);
      return;
    }
    const [, first = "", ...rest] = (request.url ?? "").split("/");
    const tokens = tokensOf(first);
    const path = `/${rest.join("/")}`;
    try {
      if (tokens === undefined) send(response, 404, {});
      else if (path.startsWith("/.well-known/")) send(response, 200, metadata(`${origin}/${first}`));
      else if (path !== "/token" || !(await showsSecret(request, secret)))
        send(response, 401, { error: "invalid_client" });
      else send(response, 200, await tokenOf(tokens));
    } catch (error) {
      // LanceDB shows the body as it is: a sentence, not the JSON of RFC 6749 section 5.2.
      const sentence = error instanceof BrokerFailure ? error.message : "LanceDB Auth has a fault.";
      response.writeHead(400, { "content-type": "text/plain; charset=utf-8" }).end(sentence);
    }
  };
}

function metadata(issuer: string): object {
  return {
    issuer,
    token_endpoint: `${issuer}/token`,
    grant_types_supported: ["client_credentials"],
    token_endpoint_auth_methods_supported: ["client_secret_basic", "client_secret_post"],
  };
}

/** Of a request for a token; a client's own are some hundred bytes. */
const largestBody = 16_384;

/** In the body or as Basic: LanceDB's versions differ. */
async function showsSecret(request: IncomingMessage, secret: string): Promise<boolean> {
  const { isSameSecret } = await import("./sameSecret.ts");
  let body = "";
  for await (const chunk of request) {
    body += String(chunk);
    if (body.length > largestBody) return false;
  }
  const posted = new URLSearchParams(body).get("client_secret");
  if (posted !== null && isSameSecret(posted, secret)) return true;
  const [scheme = "", credentials = ""] = (request.headers.authorization ?? "").split(" ");
  const [, shown = ""] = /^[^:]*:(.*)$/s.exec(Buffer.from(credentials, "base64").toString()) ?? [];
  return scheme.toLowerCase() === "basic" && isSameSecret(shown, secret);
}

async function tokenOf({ source, trustMs }: IssuedTokens): Promise<object> {
  const reply = await source.get(freshMs);
  const seconds = Math.min(remainingMs(reply) ?? Infinity, trustMs) / 1000;
  return {
    access_token: (reply.headers["authorization"] ?? "").replace(/^Bearer /, ""),
    token_type: "Bearer",
    expires_in: Math.max(Math.floor(seconds), 1),
  };
}
