// Passes one request on to a server and its reply back, both as streams: nothing is held that the other side has not asked for.
// Knows no tickets and no tokens: it sends the headers that it is given.
import type {
  Agent,
  ClientRequest,
  IncomingHttpHeaders,
  IncomingMessage,
  OutgoingHttpHeaders,
  ServerResponse,
} from "node:http";
import type { RequestOptions } from "node:https";

export interface Target {
  /** The server's URL, a path included where it has one. */
  readonly host: string;
  /** Certificates, where the caller's options name some. */
  readonly tls: RequestOptions;
  /** How long a client may stand still in the middle of a body. */
  readonly stalledMs?: number;
  /** Told of each part of a body that passes. */
  readonly onBytes?: (count: number) => void;
}

/** A client that would send more, and a server that would take it. */
const longestStallMs = 30_000;

/** Of one connection alone (RFC 9110 section 7.6.1), and what could turn a request into another one behind us. */
const notPassedOn = new Set([
  ...["connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "proxy-connection", "te", "trailer"],
  ...["transfer-encoding", "upgrade", "http2-settings", "host", "expect", "cookie", "forwarded", "via"],
  ...["x-http-method", "x-http-method-override", "x-method-override", "x-original-url", "x-rewrite-url"],
]);
const notPassedBack = new Set([
  "connection",
  "keep-alive",
  "proxy-connection",
  "transfer-encoding",
  "upgrade",
  "alt-svc",
]);

export function passedOn(headers: IncomingHttpHeaders): OutgoingHttpHeaders {
  const ofConnection = new Set((headers.connection ?? "").split(",").map((name) => name.trim().toLowerCase()));
  return Object.fromEntries(
    Object.entries(headers).filter(
      ([name]) =>
        !notPassedOn.has(name) && !ofConnection.has(name) && !name.startsWith(":") && !name.startsWith("x-forwarded-"),
    ),
  );
}

const agents = new Map<string, Agent>();

/** Rejects where the server cannot be reached; a reply that breaks off breaks off for the client as well. */
export async function forward(
  request: IncomingMessage,
  response: ServerResponse,
  { host, tls, stalledMs = longestStallMs, onBytes }: Target,
  target: string,
  headers: OutgoingHttpHeaders,
): Promise<void> {
  const { pipeline } = await import("node:stream/promises");
  const asked = await open(host, tls, target, request, headers);
  const replied = new Promise<IncomingMessage>((resolve, reject) => {
    asked.on("response", resolve);
    asked.on("error", reject);
  });
  response.on("close", () => asked.destroy());
  if (onBytes !== undefined) request.on("data", (chunk: Buffer) => onBytes(chunk.length));
  const stalled = watchBody(request, response, stalledMs, () => asked.writableNeedDrain);
  // A server may refuse before it has read everything; what counts is its answer, and `replied` rejects where there is none.
  pipeline(request, asked)
    .catch(() => undefined)
    .finally(stalled.stop);
  const reply = await replied;
  response.writeHead(reply.statusCode ?? 502, passedBack(reply.headers));
  if (onBytes !== undefined) reply.on("data", (chunk: Buffer) => onBytes(chunk.length));
  await pipeline(reply, response);
}

async function open(
  host: string,
  tls: RequestOptions,
  target: string,
  { method }: IncomingMessage,
  headers: OutgoingHttpHeaders,
): Promise<ClientRequest> {
  const isSecure = host.startsWith("https:");
  const http = isSecure ? await import("node:https") : await import("node:http");
  const { protocol, hostname, port, pathname } = new URL(host);
  let agent = agents.get(protocol);
  if (agent === undefined) agents.set(protocol, (agent = new http.Agent({ keepAlive: true })));
  // The path goes as it came: an address that is put together anew would change its encoding.
  const path = pathname.replace(/\/+$/, "") + target;
  const plainHostname = hostname.replace(/^\[(.*)\]$/, "$1");
  return http.request({ protocol, hostname: plainHostname, port, path, method, headers, agent, ...tls });
}

function passedBack(headers: IncomingHttpHeaders): OutgoingHttpHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !notPassedBack.has(name)));
}

/** A client that stops in the middle of a body would hold the server's connection for ever. */
function watchBody(
  request: IncomingMessage,
  response: ServerResponse,
  stalledMs: number,
  serverIsSlow: () => boolean,
): { readonly stop: () => void } {
  const timer = setTimeout(() => {
    if (serverIsSlow()) timer.refresh();
    else response.destroy();
  }, stalledMs);
  timer.unref();
  request.on("data", () => timer.refresh());
  return {
    stop: () => {
      clearTimeout(timer);
    },
  };
}
