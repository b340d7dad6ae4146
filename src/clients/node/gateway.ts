// For LanceDB's clients before 0.31, which know no OAuth: a gateway on loopback inside the user's own process, which passes
// each request on to the connection's own server with the window's headers. A header provider would keep the process from ending.
import type { IncomingHttpHeaders, IncomingMessage, OutgoingHttpHeaders, ServerResponse } from "node:http";
import type { RequestOptions } from "node:https";
import { BrokerFailure } from "./askBroker.ts";
import { send, startLoopbackServer, type Answer, type LoopbackServer } from "./loopbackServer.ts";
import { longestTrustMs, type RecentHeaders } from "./recentHeaders.ts";

/** Where a connection's requests go, and how. */
export interface Upstream {
  /** The server's URL, a path included where it has one. */
  readonly host: string;
  readonly source: RecentHeaders;
  /** Certificates, where the caller's options name some. */
  readonly tls: RequestOptions;
  /** LanceDB Cloud tells databases by the host; only other servers want the header. */
  readonly sendsDatabase: boolean;
}

/** The options of LanceDB's connect that lead through this gateway. */
export interface ThroughGateway {
  readonly hostOverride: string;
  readonly extraHeaders: Readonly<Record<string, string>>;
}

let running: Promise<LoopbackServer> | undefined;
const upstreams: Upstream[] = [];
const ticketHeader = "x-lancedb-auth-ticket";

export async function throughGateway(upstream: Upstream): Promise<ThroughGateway> {
  running ??= startLoopbackServer(answer);
  const { origin, secret } = await running;
  const number = upstreams.push(upstream) - 1;
  return { hostOverride: origin, extraHeaders: { [ticketHeader]: `${number}.${secret}` } };
}

const answer: Answer = async (request, response, { secret }) => {
  const ticket = String(request.headers[ticketHeader] ?? "");
  const upstream = upstreams[Number(ticket.split(".")[0])];
  if (upstream === undefined || ticket !== `${upstreams.indexOf(upstream)}.${secret}`) {
    send(response, 403, { error: "This address is for the process alone that opened it." });
    return;
  }
  try {
    const { headers } = await upstream.source.get(longestTrustMs);
    await pass(request, response, upstream, { ...passedOn(request.headers, upstream), ...headers });
  } catch (error) {
    // LanceDB shows the text of a 401 and does not try again.
    const message = error instanceof BrokerFailure ? error.message : "The LanceDB server cannot be reached.";
    if (!response.headersSent) response.writeHead(401, { "content-type": "text/plain" }).end(message);
    else response.destroy();
  }
};

const notPassedOn = new Set(["host", "connection", "x-api-key", "authorization", ticketHeader]);

function passedOn(headers: IncomingHttpHeaders, { sendsDatabase }: Upstream): OutgoingHttpHeaders {
  return Object.fromEntries(
    Object.entries(headers).filter(([name]) => {
      return !notPassedOn.has(name) && (sendsDatabase || name !== "x-lancedb-database");
    }),
  );
}

async function pass(
  request: IncomingMessage,
  response: ServerResponse,
  { host, tls }: Upstream,
  headers: OutgoingHttpHeaders,
): Promise<void> {
  const [{ pipeline }, http] = [
    await import("node:stream/promises"),
    host.startsWith("https:") ? await import("node:https") : await import("node:http"),
  ];
  const url = new URL(host.replace(/\/+$/, "") + (request.url ?? "/"));
  const asked = http.request(url, { method: request.method, headers, ...tls });
  const replied = new Promise<IncomingMessage>((resolve, reject) => {
    asked.on("response", resolve);
    asked.on("error", reject);
  });
  response.on("close", () => asked.destroy());
  // A server may refuse before it has read everything; what counts is its answer, and `replied` rejects where there is none.
  pipeline(request, asked).catch(() => undefined);
  const reply = await replied;
  response.writeHead(reply.statusCode ?? 502, reply.headers);
  await pipeline(reply, response);
}
