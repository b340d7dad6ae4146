// The broker: listens on a local socket, checks every caller, answers every request with JSON, and closes without a trace.
// No failure of a request ever reaches the extension host.
import { randomBytes } from "node:crypto";
import { createServer, STATUS_CODES, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { watchCrowd, type Crowd } from "./crowd.ts";
import { asBrokerError, BrokerError, errorReply } from "./errorReply.ts";
import { keepDescriptor, type KeptDescriptor } from "./keptDescriptor.ts";
import {
  paths,
  protocolVersion,
  type BrokerErrorCode,
  type Descriptor,
  type HeadersReply,
  type HeadersRequest,
  type StatusReply,
} from "./protocol.ts";
import { clientOf, questionOf, type Question } from "./requestCheck.ts";
import { newSocketPath, newSocketPathIn, surroundings } from "./socketPlace.ts";
import { takingTurns } from "./turns.ts";

export interface BrokerPlace {
  /** The same for a workspace at every start; see descriptorPathFor. */
  readonly descriptorPath: string;
  /** A short folder that only this user can enter; by default one below XDG_RUNTIME_DIR or the temporary folder. */
  readonly socketFolder?: string;
  readonly platform?: NodeJS.Platform;
}

/** Whom the broker asks; what is thrown becomes an answer: a BrokerError or an AuthError says what to do. */
export interface HeadersSource {
  /**
   * @param signal tells that the caller has gone
   * @param lifeMs a token with less life left is replaced first, where that can be done
   */
  headers(request: HeadersRequest, signal?: AbortSignal, lifeMs?: number): Promise<HeadersReply>;
  status(folder?: string): StatusReply;
}

export interface BrokerOptions {
  /** Told of every answer, for the activity log; never holds a token. */
  readonly onAnswer?: (answer: BrokerAnswer) => void;
  /** Told of what was damaged and has been put right, for the log. */
  readonly onRepair?: (what: string) => void;
  readonly limits?: Partial<BrokerLimits>;
}

export interface BrokerAnswer {
  readonly path: string;
  /** What was asked for: a name or a URI, where the request got as far. */
  readonly about?: string;
  /** What the caller says that it is; nobody has checked that. */
  readonly client?: string;
  readonly outcome: "ok" | BrokerErrorCode;
}

export interface Broker {
  readonly descriptorPath: string;
  readonly socketPath: string;
  /** Makes the descriptor ours again where the window that it points to is gone. */
  restore(): Promise<void>;
  dispose(): Promise<void>;
}

export interface BrokerLimits {
  /** So many sockets at once, and not one more. */
  readonly connections: number;
  /** Beyond so many, those that have shown no bearer within {@link timeToSpeakMs} are closed. */
  readonly room: number;
  readonly timeToSpeakMs: number;
  readonly headBytes: number;
  /** For a request's head to arrive. */
  readonly headMs: number;
  /** For a socket on which nothing moves; longer than an authorization server may take. */
  readonly idleMs: number;
  readonly keepAliveMs: number;
}

const defaultLimits: BrokerLimits = {
  connections: 3_000,
  room: 256,
  timeToSpeakMs: 1_000,
  headBytes: 16_384,
  headMs: 5_000,
  idleMs: 60_000,
  keepAliveMs: 5_000,
};

/** About a millisecond's work. */
const answersPerTurn = 8;

/** Resolves when the socket listens and the descriptor says so. */
export async function startBroker(
  place: BrokerPlace,
  source: HeadersSource,
  options: BrokerOptions = {},
): Promise<Broker> {
  const around = { ...surroundings(), ...(place.platform === undefined ? {} : { platform: place.platform }) };
  const { socketFolder: folder } = place;
  const socketPath = await (folder === undefined ? newSocketPathIn(around) : newSocketPath(folder, around.platform));
  const bearer = randomBytes(32).toString("base64url");
  const limits = { ...defaultLimits, ...options.limits };
  const onAnswer = options.onAnswer ?? (() => undefined);
  const turn = takingTurns(answersPerTurn);
  const server = httpServer(limits, (request, response) => {
    void answer({ request, response, bearer, source, onAnswer, crowd, turn });
  });
  const crowd = watchCrowd(server, limits.room, limits.timeToSpeakMs);
  await listen(server, socketPath);
  const descriptor: Descriptor = { version: protocolVersion, socketPath, bearer, pid: process.pid };
  let kept: KeptDescriptor;
  try {
    kept = await keepDescriptor(place.descriptorPath, descriptor, options.onRepair ?? (() => undefined));
  } catch (error) {
    await close(server);
    throw error;
  }
  let closing: Promise<void> | undefined;
  return {
    descriptorPath: place.descriptorPath,
    socketPath,
    restore: () => kept.restore(),
    dispose: () => (closing ??= kept.close().finally(() => close(server))),
  };
}

function httpServer(
  limits: BrokerLimits,
  listener: (request: IncomingMessage, response: ServerResponse) => void,
): Server {
  const server = createServer(
    {
      maxHeaderSize: limits.headBytes,
      headersTimeout: limits.headMs,
      requestTimeout: limits.headMs,
      keepAliveTimeout: limits.keepAliveMs,
      connectionsCheckingInterval: Math.min(1_000, limits.headMs),
    },
    listener,
  );
  server.maxConnections = limits.connections;
  server.setTimeout(limits.idleMs, (socket) => socket.destroy());
  server.on("checkExpectation", listener);
  server.on("checkContinue", listener);
  server.on("upgrade", (_, socket) => refuseRaw(socket));
  server.on("connect", (_, socket) => refuseRaw(socket));
  server.on("clientError", (_, socket) => refuseRaw(socket));
  return server;
}

/** For what Node does not make a request of: a broken head, one too long or too slow, CONNECT. */
function refuseRaw(socket: Duplex): void {
  socket.on("error", () => socket.destroy());
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const { status, body } = errorReply(new BrokerError("bad_request", "LanceDB Auth does not understand the request."));
  const text = JSON.stringify(body);
  const head = `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ""}\r\ncontent-type: application/json\r\nconnection: close`;
  socket.end(`${head}\r\ncontent-length: ${Buffer.byteLength(text)}\r\n\r\n${text}`, () => socket.destroy());
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly bearer: string;
  readonly source: HeadersSource;
  readonly onAnswer: (answer: BrokerAnswer) => void;
  readonly crowd: Crowd;
  readonly turn: ReturnType<typeof takingTurns>;
}

async function answer({ request, response, bearer, source, onAnswer, crowd, turn }: Exchange): Promise<void> {
  const gone = new AbortController();
  response.on("error", () => response.destroy());
  response.on("close", () => gone.abort());
  let question: Question | undefined;
  const tell = (outcome: BrokerAnswer["outcome"]): void => onAnswer({ ...describe(question, request), outcome });
  try {
    question = await questionInTurn(request, bearer, turn);
    crowd.admit(request.socket);
    const body = await replyTo(question, source, response, gone.signal);
    send(request, response, 200, body);
    tell("ok");
  } catch (thrown) {
    try {
      const error = asBrokerError(thrown);
      const { status, body } = errorReply(error);
      send(request, response, status, body);
      tell(error.code);
    } catch {
      response.destroy();
    }
  }
}

/** Whoever is refused waits behind all who are not: however many ask without a bearer, they take no time from those who have it. */
async function questionInTurn(request: IncomingMessage, bearer: string, turn: Exchange["turn"]): Promise<Question> {
  let question: Question;
  try {
    question = questionOf(request, bearer);
  } catch (refusal) {
    await turn("stranger");
    throw refusal;
  }
  await turn("known");
  return question;
}

async function replyTo(
  question: Question,
  source: HeadersSource,
  response: ServerResponse,
  gone: AbortSignal,
): Promise<object> {
  if (question.path === paths.status) return source.status(question.folder);
  // An answer that is at hand comes before this; one that has to be fetched comes after a sign of life.
  const signOfLife = setImmediate(() => response.writeProcessing());
  try {
    return await source.headers(question.request, gone);
  } finally {
    clearImmediate(signOfLife);
  }
}

function describe(question: Question | undefined, { headers }: IncomingMessage): Omit<BrokerAnswer, "outcome"> {
  const client = clientOf(headers);
  const said = { path: question?.path ?? "", ...(client === undefined ? {} : { client }) };
  const about = question?.path === paths.headers ? (question.request.connection ?? question.request.uri) : undefined;
  return about === undefined ? said : { ...said, about };
}

function send(request: IncomingMessage, response: ServerResponse, status: number, body: object): void {
  if (response.headersSent || response.destroyed) return;
  const text = JSON.stringify(body);
  const head = {
    "content-type": "application/json",
    "cache-control": "no-store",
    "content-length": Buffer.byteLength(text),
  };
  // What follows a refused request's head is not read: no body is ever taken in.
  const unread = status !== 200 && !request.complete;
  response.writeHead(status, unread ? { ...head, connection: "close" } : head);
  response.end(text, unread ? () => request.destroy() : undefined);
}

function listen(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen({ path, readableAll: false, writableAll: false, backlog: 2_048 }, () => {
      server.off("error", reject);
      // An accept that fails later (no file handles left) must not end the extension host.
      server.on("error", () => undefined);
      resolve();
    });
  });
}

async function close(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeAllConnections();
  await closed;
}
