// The gateway on loopback: passes each request that shows a ticket on to the connection's own server, with the window's headers.
// For LanceDB's Node clients before 0.31 it is inside their process (a header provider would keep that from ending); for all else
// it is `lancedb-auth gateway`. A ticket speaks for one connection.
import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from "node:http";
import { BrokerFailure } from "../node/askBroker.ts";
import { longestTrustMs, type RecentHeaders } from "../node/recentHeaders.ts";
import { forward, passedOn, type Target } from "./forward.ts";
import { refuse, startLoopbackServer, type Answer, type LoopbackServer } from "./loopbackServer.ts";
import { onlyReads } from "./readOnly.ts";
import { refusalOf } from "./requestRules.ts";
import { shownTickets, ticketHeader, type Shown } from "./tickets.ts";

/** Where a connection's requests go, and how. */
export interface Upstream extends Target {
  readonly source: RecentHeaders;
  /**
   * What becomes of x-lancedb-database: passed on as it is; never sent, for LanceDB Cloud tells databases by the host; or the
   * connection's own, and no other.
   */
  readonly database: "asSent" | "none" | { readonly name: string };
  readonly readOnly?: boolean;
  /** Where the server does not answer. LanceDB's clients show the text of a 401 and do not try again. */
  readonly unreachableStatus: 401 | 502;
}

/** The upstream of a ticket, compared in a time that tells nothing; undefined for any other. */
export type Admission = (ticket: string) => Upstream | undefined;

/** @param grpc answers requests of gRPC, where the server takes some */
export function gatewayAnswer(admit: Admission, grpc?: (asked: Admitted) => Promise<void>): Answer {
  return async (request, response, { hosts }) => {
    const refusal = refusalOf(request, hosts);
    if (refusal !== undefined) {
      refuse(response, refusal.status, refusal.sentence);
      return;
    }
    const admitted = admittedBy(admit, request);
    if (admitted === undefined) {
      refuse(response, 403, "This address is only for those who were given its ticket.");
      return;
    }
    const isGrpc = /^application\/grpc/i.test(request.headers["content-type"] ?? "");
    if (isGrpc && request.httpVersionMajor === 2 && grpc !== undefined) await grpc({ ...admitted, request, response });
    else await answerWith({ ...admitted, request, response });
  };
}

export interface Admitted {
  readonly upstream: Upstream;
  readonly target: string;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

function admittedBy(admit: Admission, request: IncomingMessage): Pick<Admitted, "upstream" | "target"> | undefined {
  const found = shownTickets(request.url ?? "/", request.headers).map(({ ticket, target }: Shown) => {
    const upstream = admit(ticket);
    return upstream === undefined ? undefined : { upstream, target };
  });
  return found.find((each) => each !== undefined);
}

async function answerWith({ request, response, upstream, target }: Admitted): Promise<void> {
  const refused = refusedFor(upstream, request, target);
  if (refused !== undefined) {
    response.writeHead(403, { "content-type": "text/plain; charset=utf-8" }).end(refused);
    return;
  }
  try {
    await forward(request, response, upstream, target, await headersFor(request, upstream));
  } catch (error) {
    if (response.headersSent) {
      response.destroy();
      return;
    }
    const known = error instanceof BrokerFailure;
    const sentence = known ? error.message : "The LanceDB server cannot be reached.";
    response.writeHead(known ? 401 : upstream.unreachableStatus, { "content-type": "text/plain" }).end(sentence);
  }
}

/** Why this ticket does not open that; undefined where it does. */
export function refusedFor(
  { readOnly, database }: Upstream,
  request: IncomingMessage,
  target: string,
): string | undefined {
  const named = request.headers["x-lancedb-database"];
  if (typeof database === "object" && named !== undefined && named !== database.name)
    return `This gateway speaks for the database ${database.name} alone.`;
  if (readOnly !== true || onlyReads(request.method ?? "", target)) return undefined;
  return "This gateway only reads, for it was started with --read-only.";
}

/** What never goes further: whatever the client showed for itself. */
const ofTheClient = new Set([
  "x-api-key",
  "authorization",
  "x-lancedb-credential-type",
  "x-lancedb-database",
  ticketHeader,
]);

/** Rejects with BrokerFailure where there is no token to be had. */
export async function headersFor(request: IncomingMessage, upstream: Upstream): Promise<OutgoingHttpHeaders> {
  const { headers } = await upstream.source.get(longestTrustMs);
  const others = Object.entries(passedOn(request.headers)).filter(([name]) => !ofTheClient.has(name));
  const named = request.headers["x-lancedb-database"];
  const database = { asSent: named, none: undefined };
  const name = typeof upstream.database === "object" ? upstream.database.name : database[upstream.database];
  return {
    ...Object.fromEntries(others),
    ...(name === undefined ? {} : { "x-lancedb-database": name }),
    ...headers,
  };
}

/** The options of LanceDB's connect that lead through this gateway. */
export interface ThroughGateway {
  readonly hostOverride: string;
  readonly extraHeaders: Readonly<Record<string, string>>;
}

let running: Promise<LoopbackServer> | undefined;
const upstreams: Upstream[] = [];

/** The one gateway of this process, which it does not keep alive. */
export async function throughGateway(upstream: Upstream): Promise<ThroughGateway> {
  running ??= startOwn();
  const { origin, secret } = await running;
  const number = upstreams.push(upstream) - 1;
  return { hostOverride: origin, extraHeaders: { [ticketHeader]: `${number}.${secret}` } };
}

async function startOwn(): Promise<LoopbackServer> {
  const { isSameSecret } = await import("./sameSecret.ts");
  return startLoopbackServer(async (request, response, server) => {
    const admit: Admission = (ticket) => {
      const [number = "", ...rest] = ticket.split(".");
      return isSameSecret(rest.join("."), server.secret) ? upstreams[Number(number)] : undefined;
    };
    await gatewayAnswer(admit)(request, response, server);
  });
}
