// An OAuth issuer on loopback inside the user's own process, from which LanceDB's client (0.31 and newer) fetches the window's
// tokens. A header provider would keep the process from ending; LanceDB's own OAuth does not.
import type { IncomingMessage } from "node:http";
import { BrokerFailure } from "./askBroker.ts";
import { send, startLoopbackServer, type Answer, type LoopbackServer } from "./loopbackServer.ts";
import { longestTrustMs, remainingMs, type RecentHeaders } from "./recentHeaders.ts";

/** The option of LanceDB's connect that makes it use this issuer. */
export interface OAuthConfig {
  readonly issuerUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly scopes: string[];
  readonly flow: "client_credentials";
  readonly refreshBufferSecs: number;
}

let running: Promise<LoopbackServer> | undefined;
const sources: RecentHeaders[] = [];

/** A token is renewed so long before its end; the request that carries it must still arrive. */
const bufferSeconds = 2;

/** What was asked at connect is good for the first token. */
const freshMs = 500;

export async function issuerFor(source: RecentHeaders): Promise<OAuthConfig> {
  running ??= startLoopbackServer(answer);
  const { origin, secret } = await running;
  const number = sources.push(source) - 1;
  return {
    issuerUrl: `${origin}/${number}`,
    clientId: "lancedb-auth",
    clientSecret: secret,
    // LanceDB insists on one; this issuer ignores it.
    scopes: ["lancedb"],
    flow: "client_credentials",
    refreshBufferSecs: bufferSeconds,
  };
}

const answer: Answer = async (request, response, { origin, secret }) => {
  const [, number, ...rest] = (request.url ?? "").split("/");
  const source = sources[Number(number)];
  const path = `/${rest.join("/")}`;
  try {
    if (source === undefined) send(response, 404, {});
    else if (path.startsWith("/.well-known/")) send(response, 200, metadata(`${origin}/${String(number)}`));
    else if (path !== "/token" || !(await showsSecret(request, secret)))
      send(response, 401, { error: "invalid_client" });
    else send(response, 200, await tokenOf(source));
  } catch (error) {
    // LanceDB shows the body as it is: a sentence, not the JSON of RFC 6749 section 5.2.
    const sentence = error instanceof BrokerFailure ? error.message : "LanceDB Auth has a fault.";
    response.writeHead(400, { "content-type": "text/plain; charset=utf-8" }).end(sentence);
  }
};

function metadata(issuer: string): object {
  return { issuer, token_endpoint: `${issuer}/token`, grant_types_supported: ["client_credentials"] };
}

/** In the body or as Basic: LanceDB's versions differ. */
async function showsSecret(request: IncomingMessage, secret: string): Promise<boolean> {
  let body = "";
  for await (const chunk of request) body += String(chunk);
  if (new URLSearchParams(body).get("client_secret") === secret) return true;
  const [scheme, credentials = ""] = (request.headers.authorization ?? "").split(" ");
  return scheme === "Basic" && Buffer.from(credentials, "base64").toString().endsWith(`:${secret}`);
}

/** Its life is told as at most what LanceDB may trust it for, so that it asks again and a sign-out is seen. */
async function tokenOf(source: RecentHeaders): Promise<object> {
  const reply = await source.get(freshMs);
  const seconds = Math.min(remainingMs(reply) ?? Infinity, longestTrustMs) / 1000;
  return {
    access_token: (reply.headers["authorization"] ?? "").replace(/^Bearer /, ""),
    token_type: "Bearer",
    expires_in: Math.max(Math.floor(seconds), 1),
  };
}
