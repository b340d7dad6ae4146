// A real HTTP server on loopback that answers wrongly, in every way in which authorization servers and what stands before
// them do. The table below is the list of faults; each endpoint has one at a time, to be set while the server runs.
import type { IncomingMessage, ServerResponse } from "node:http";
import { gzipSync } from "node:zlib";
import { listenOnLoopback, readBody, sendJson } from "./loopback.ts";

type Exchange = {
  readonly response: ServerResponse;
  /** What a healthy server would have answered, as JSON. */
  readonly healthy: Readonly<Record<string, unknown>>;
  readonly path: string;
  /** Another server, which must never see a secret. */
  readonly elsewhere: string;
  /** What came with the request: its Authorization header and its body. */
  readonly sent: string;
};

type Fault = (exchange: Exchange) => void;

const html = "<!doctype html><html><head><title>Sign in</title></head><body><h1>Welcome</h1></body></html>";
const markup =
  'Ask <a href="https://evil.example">IT</a> or [run](command:workbench.action.terminal.new) $(alert) **now**';
const oneMegabyte = 1024 * 1024;

export const faults = {
  none: answer(200),

  // Not JSON, or not whole.
  html: ({ response }) => void response.writeHead(200, { "content-type": "text/html" }).end(html),
  empty: ({ response }) => void response.writeHead(200, { "content-type": "application/json" }).end(),
  notJson: ({ response }) => void response.writeHead(200, { "content-type": "application/json" }).end("{'no': json"),
  jsonArray: ({ response }) => sendJson(response, 200, ["not", "an", "object"]),
  hang: () => undefined,
  hangsMidBody: ({ response }) =>
    void response.writeHead(200, { "content-type": "application/json" }).write('{"access_'),
  oneByteASecond: ({ response, healthy }) => drip(response, JSON.stringify(healthy)),
  slow: ({ response, healthy }) => void setTimeout(() => sendJson(response, 200, healthy), 300),
  deepJson: ({ response }) => {
    response.writeHead(200, { "content-type": "application/json" }).end("[".repeat(400_000) + "]".repeat(400_000));
  },
  closesAtOnce: ({ response }) => void response.destroy(),
  closesMidBody: ({ response }) => {
    response.writeHead(200, { "content-type": "application/json", "content-length": "1000" });
    response.write('{"access_token": "half', () => response.destroy());
  },
  hugeBody: ({ response }) => sendForEver(response),
  gzipBomb: ({ response }) => {
    response.writeHead(200, { "content-type": "application/json", "content-encoding": "gzip" }).end(gzipBomb());
  },

  // Refusals that may pass.
  status429: answer(429, { error: "slow_down" }, { "retry-after": "7" }),
  status500: answer(500, { error: "server_error" }),
  status502: ({ response }) => void response.writeHead(502, { "content-type": "text/html" }).end(html),
  status503: answer(503, { error: "temporarily_unavailable" }, { "retry-after": "7" }),
  status503Date: answer(503, { error: "temporarily_unavailable" }, { "retry-after": "Fri, 31 Dec 2100 23:59:59 GMT" }),

  /** The server's clock is many years behind; the wait that it asks for is seven seconds. */
  status503OldDate: answer(
    503,
    { error: "temporarily_unavailable" },
    { date: "Mon, 01 Jan 2001 00:00:00 GMT", "retry-after": "Mon, 01 Jan 2001 00:00:07 GMT" },
  ),
  status429Date: answer(
    429,
    { error: "slow_down" },
    { date: "Mon, 01 Jan 2001 00:00:00 GMT", "retry-after": "Mon, 01 Jan 2001 00:00:07 GMT" },
  ),

  // Refusals that stay.
  status404: ({ response }) => void response.writeHead(404, { "content-type": "text/plain" }).end("Not Found"),
  invalid_client: answer(401, { error: "invalid_client" }, { "www-authenticate": 'Basic realm="faulty"' }),
  unauthorized_client: answer(401, { error: "unauthorized_client" }),
  invalid_scope: answer(400, { error: "invalid_scope", error_description: "scope nope is unknown" }),
  invalid_grant: answer(400, { error: "invalid_grant" }),
  errorDescriptionWithMarkup: answer(400, { error: "invalid_request", error_description: markup }),

  // Quotes the request, secret included, as debugging servers do.
  echoesRequest: ({ response, sent }) =>
    sendJson(response, 401, { error: "invalid_client", error_description: `not accepted: ${sent}` }),

  // To another server, which takes what comes and answers well.
  redirectElsewhere: ({ response, elsewhere, path }) => {
    response.writeHead(307, { location: `${elsewhere}${path}` }).end();
  },

  // Discovery documents.
  wrongIssuer: merge({ issuer: "https://another-issuer.example" }),
  noTokenEndpoint: merge({ token_endpoint: undefined }),
  plainHttpTokenEndpoint: merge({ token_endpoint: "http://issuer.example/token" }),

  // Tokens and lifetimes.
  missingAccessToken: merge({ access_token: undefined }),
  emptyAccessToken: merge({ access_token: "" }),
  crlfToken: merge({ access_token: "abc\r\nx-injected: yes" }),
  nonAsciiToken: merge({ access_token: "tökén" }),
  hugeToken: merge({ access_token: "x".repeat(oneMegabyte) }),
  longestToken: merge({ access_token: "x".repeat(65_536) }),
  wrongTokenType: merge({ token_type: "DPoP" }),
  missingTokenType: merge({ token_type: undefined }),
  expiresInMissing: merge({ expires_in: undefined }),
  expiresInText: merge({ expires_in: "3600" }),
  expiresInWords: merge({ expires_in: "soon" }),
  expiresInZero: merge({ expires_in: 0 }),
  expiresInNegative: merge({ expires_in: -1 }),
  expiresInVast: merge({ expires_in: 1e12 }),
  expiresInFraction: merge({ expires_in: 1.5 }),
} as const satisfies Record<string, Fault>;

export type FaultName = keyof typeof faults;

export type FaultyRequest = {
  readonly at: number;
  readonly method: string;
  readonly path: string;
  /** What was wrong with the answer. */
  readonly fault: FaultName;
  /** Whether a client secret or Basic credentials came with it. */
  readonly secretArrived: boolean;
};

export type FaultyServer = {
  readonly issuerUrl: string;
  readonly tokenUrl: string;
  /** What is wrong with the discovery document and with the token endpoint; "none" at first. */
  discovery: FaultName;
  token: FaultName;
  readonly requests: readonly FaultyRequest[];
  /** Requests that arrived at the other server, the one that redirectElsewhere names. */
  readonly requestsElsewhere: readonly FaultyRequest[];
  close(): Promise<void>;
};

export async function startFaultyServer(
  set: { readonly discovery?: FaultName; readonly token?: FaultName } = {},
): Promise<FaultyServer> {
  const [main, other] = [await listenOnLoopback(), await listenOnLoopback()];
  const [requests, requestsElsewhere]: [FaultyRequest[], FaultyRequest[]] = [[], []];
  const server: FaultyServer = {
    issuerUrl: main.origin,
    tokenUrl: `${main.origin}/token`,
    discovery: set.discovery ?? "none",
    token: set.token ?? "none",
    requests,
    requestsElsewhere,
    close: async () => {
      await Promise.all([main.close(), other.close()]);
    },
  };
  main.listener = (request, response) => {
    const path = request.url ?? "/";
    const fault = path === "/token" ? server.token : server.discovery;
    void record(request, requests, fault).then((sent) => {
      faults[fault]({ response, healthy: healthyReply(main.origin, path), path, elsewhere: other.origin, sent });
    });
  };
  other.listener = (request, response) => {
    const path = request.url ?? "/";
    void record(request, requestsElsewhere, "none").then(() =>
      sendJson(response, 200, healthyReply(other.origin, path)),
    );
  };
  return server;
}

function healthyReply(origin: string, path: string): Exchange["healthy"] {
  if (path === "/token")
    return { access_token: "a-token-of-the-faulty-server", token_type: "Bearer", expires_in: 3600 };
  const endpoints = { token_endpoint: `${origin}/token`, end_session_endpoint: `${origin}/logout` };
  return { issuer: origin, ...endpoints, grant_types_supported: ["client_credentials"] };
}

async function record(request: IncomingMessage, log: FaultyRequest[], fault: FaultName): Promise<string> {
  const at = Date.now();
  const body = (await readBody(request)).toString();
  const secretArrived = request.headers.authorization !== undefined || body.includes("client_secret");
  log.push({ at, method: request.method ?? "", path: request.url ?? "", fault, secretArrived });
  const basic = Buffer.from((request.headers.authorization ?? "").replace("Basic ", ""), "base64").toString();
  return [request.headers.authorization ?? "", basic, body].join(" ");
}

/** Answers that, or the healthy reply, with a status. */
function answer(status: number, body?: Record<string, unknown>, headers?: Record<string, string>): Fault {
  return ({ response, healthy }) => sendJson(response, status, body ?? healthy, headers);
}

/** The healthy reply with some members replaced; undefined takes one away. */
function merge(changes: Record<string, unknown>): Fault {
  return ({ response, healthy }) => sendJson(response, 200, { ...healthy, ...changes });
}

/** Until the reader goes. */
function drip(response: ServerResponse, text: string): void {
  response.writeHead(200, { "content-type": "application/json" });
  let at = 0;
  const timer = setInterval(() => response.write(text.charAt(at++ % text.length)), 1000);
  response.on("close", () => clearInterval(timer));
}

/** A JSON string that never ends, sent as fast as it is read; stops after 256 MB or when the reader goes. */
function sendForEver(response: ServerResponse): void {
  const chunk = Buffer.alloc(oneMegabyte, "a");
  response.writeHead(200, { "content-type": "application/json" });
  response.write('{"access_token": "');
  let left = 256;
  const more = (): void => {
    while (left > 0 && !response.destroyed) {
      left -= 1;
      if (!response.write(chunk)) {
        response.once("drain", more);
        return;
      }
    }
    response.end('"}');
  };
  more();
}

/** Made once, for it takes a while. */
let bomb: Buffer | undefined;

/** 100 MB of blanks before an empty object: a few hundred KB on the wire. */
function gzipBomb(): Buffer {
  return (bomb ??= gzipSync(Buffer.concat([Buffer.alloc(100 * oneMegabyte, " "), Buffer.from("{}")]), { level: 1 }));
}
