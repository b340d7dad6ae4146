// Passes a call of gRPC on over HTTP/2, trailers included: LanceDB's SQL service speaks Flight SQL. For the command line tool alone.
import {
  connect,
  constants,
  type ClientHttp2Session,
  type ClientHttp2Stream,
  type IncomingHttpHeaders,
  type OutgoingHttpHeaders,
  type ServerHttp2Stream,
} from "node:http2";
import { BrokerFailure } from "../node/askBroker.ts";
import { sessionMegabytes } from "./protocols.ts";
import { headersFor, refusedFor, type Admitted } from "./gateway.ts";

/** gRPC's own status codes (grpc.io, "Status codes and their use"). */
const status = { permissionDenied: 7, unavailable: 14, unauthenticated: 16, unimplemented: 12 } as const;

/** @param serverOf the connection's SQL server, as a URL */
export function grpcAnswer(serverOf: () => string): (asked: Admitted) => Promise<void> {
  const sessions = new Map<string, ClientHttp2Session>();
  return async ({ request, upstream, target }) => {
    const stream = parseStream(request);
    if (stream === undefined) return;
    const refused = refusedFor(upstream, request, target);
    // A query of SQL can write as well, and what it does cannot be seen from outside.
    if (refused !== undefined) {
      fail(stream, status.permissionDenied, refused);
      return;
    }
    try {
      const headers = await headersFor(request, upstream);
      pass(stream, sessionWith(sessions, serverOf()), target, headers);
    } catch (error) {
      const known = error instanceof BrokerFailure;
      const sentence = known ? error.message : "LanceDB's SQL service cannot be reached.";
      fail(stream, known ? status.unauthenticated : status.unavailable, sentence);
    }
  };
}

function sessionWith(sessions: Map<string, ClientHttp2Session>, server: string): ClientHttp2Session {
  const present = sessions.get(server);
  if (present !== undefined && !present.closed && !present.destroyed) return present;
  const session = connect(server, { maxSessionMemory: sessionMegabytes });
  sessions.set(server, session);
  // Each of its calls hears of it and says so.
  session.on("error", () => session.destroy());
  session.on("close", () => {
    if (sessions.get(server) === session) sessions.delete(server);
  });
  return session;
}

function pass(
  stream: ServerHttp2Stream,
  session: ClientHttp2Session,
  target: string,
  headers: OutgoingHttpHeaders,
): void {
  const asked = session.request({ ...headers, te: "trailers", ":method": "POST", ":path": target });
  let trailers: OutgoingHttpHeaders = {};
  stream.pipe(asked);
  stream.on("error", () => undefined);
  stream.on("close", () => {
    if (!asked.closed) asked.close(constants.NGHTTP2_CANCEL);
  });
  // Node's compatibility API would send its own, and there is none twice.
  stream.removeAllListeners("wantTrailers");
  stream.on("wantTrailers", () => stream.sendTrailers(trailers));
  asked.on("trailers", (received: IncomingHttpHeaders) => {
    trailers = withoutPseudo(received);
  });
  asked.on("response", (received: IncomingHttpHeaders & { readonly [":status"]?: number }, flags: number) => {
    const hasEnded = (flags & constants.NGHTTP2_FLAG_END_STREAM) !== 0;
    stream.respond(
      { ...withoutPseudo(received), ":status": received[":status"] ?? 502 },
      hasEnded ? { endStream: true } : { waitForTrailers: true },
    );
    if (!hasEnded) asked.pipe(stream);
  });
  failWith(asked, stream);
}

function failWith(asked: ClientHttp2Stream, stream: ServerHttp2Stream): void {
  asked.on("error", () => {
    if (stream.headersSent) stream.close(constants.NGHTTP2_INTERNAL_ERROR);
    else fail(stream, status.unavailable, "LanceDB's SQL service cannot be reached.");
  });
}

/** gRPC says it in the headers of an answer without a body (its "Trailers-Only"). */
function fail(stream: ServerHttp2Stream, code: number, sentence: string): void {
  if (stream.destroyed) return;
  const message = sentence.replace(/[^\x20-\x24\x26-\x7e]/gu, encodeURIComponent);
  stream.respond(
    { ":status": 200, "content-type": "application/grpc", "grpc-status": String(code), "grpc-message": message },
    { endStream: true },
  );
}

function withoutPseudo(headers: IncomingHttpHeaders): OutgoingHttpHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !name.startsWith(":")));
}

/** The stream of a request of HTTP/2. */
function parseStream(request: object): ServerHttp2Stream | undefined {
  return "stream" in request ? (request.stream as ServerHttp2Stream) : undefined;
}
