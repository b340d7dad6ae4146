// One request to the broker and its answer: checked, in its turn, as JSON. No failure of a request ever reaches the extension host.
import type { IncomingMessage, ServerResponse } from "node:http";
import type { ConnectionLimit } from "./connectionLimit.ts";
import { asBrokerError, errorReply } from "./errorReply.ts";
import { peerOf, type Peer } from "./peer.ts";
import {
  paths,
  signOfLifeMs,
  type BrokerErrorCode,
  type HeadersReply,
  type HeadersRequest,
  type StatusReply,
} from "./protocol.ts";
import { agentOf, clientOf, questionOf, type Question } from "./requestCheck.ts";
import type { openFairQueue } from "./fairQueue.ts";

/** Whom the broker asks; what is thrown becomes an answer: a BrokerError or an AuthError says what to do. */
export interface HeadersSource {
  /**
   * Asked before a program is given headers, and for programs alone: resolves when it may have them, which can take a person's time.
   * Rejects with a BrokerError, denied among them.
   */
  admit?(request: HeadersRequest, caller: Caller, signal: AbortSignal): Promise<Admission>;
  /**
   * @param signal tells that the caller has gone
   * @param lifeMs a token with less life left is replaced first, where that can be done
   * @param admission what was found out about the caller, where it is a program
   */
  headers(request: HeadersRequest, signal?: AbortSignal, lifeMs?: number, admission?: Admission): Promise<HeadersReply>;
  status(folder?: string): StatusReply;
}

/** Who asks: what the program says of itself, and how to find out what the operating system knows of it. */
export interface Caller {
  readonly client?: string;
  /** The agent that runs it, by its own word. */
  readonly agent?: string;
  /** Undefined where the system does not tell; while the caller waits alone. */
  readonly peer: () => Promise<Peer | undefined>;
}

export interface Admission {
  /** An agent runs the program. */
  readonly isAgent: boolean;
}

export interface BrokerAnswer {
  readonly path: string;
  /** What was asked for: a name or a URI, where the request got as far. */
  readonly about?: string;
  /** What the caller says that it is; nobody has checked that. */
  readonly client?: string;
  /** The agent that runs the caller, as it says itself. */
  readonly agent?: string;
  readonly outcome: "ok" | BrokerErrorCode;
}

export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly bearer: string;
  readonly source: HeadersSource;
  readonly onAnswer: (answer: BrokerAnswer) => void;
  readonly connections: ConnectionLimit;
  readonly queue: ReturnType<typeof openFairQueue>;
}

/** Never rejects: what goes wrong is an answer, or a connection that ends. */
export async function answer({
  request,
  response,
  bearer,
  source,
  onAnswer,
  connections,
  queue,
}: Exchange): Promise<void> {
  const gone = new AbortController();
  response.on("error", () => response.destroy());
  response.on("close", () => gone.abort());
  let question: Question | undefined;
  const tell = (outcome: BrokerAnswer["outcome"]): void => onAnswer({ ...describe(question, request), outcome });
  try {
    question = await questionFromQueue(request, bearer, queue);
    connections.admit(request.socket);
    const body = await replyTo(question, source, { request, response }, gone.signal);
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
async function questionFromQueue(
  request: IncomingMessage,
  bearer: string,
  queue: Exchange["queue"],
): Promise<Question> {
  let question: Question;
  try {
    question = questionOf(request, bearer);
  } catch (refusal) {
    await queue("unauthenticated");
    throw refusal;
  }
  await queue("authenticated");
  return question;
}

async function replyTo(
  question: Question,
  source: HeadersSource,
  { request, response }: Pick<Exchange, "request" | "response">,
  gone: AbortSignal,
): Promise<object> {
  if (question.path === paths.status) return source.status(question.folder);
  // An answer that is at hand comes before this; one that has to be fetched, or a person's, comes after signs of life.
  const signOfLife = setImmediate(() => response.writeProcessing());
  const moreSigns = setInterval(() => response.writeProcessing(), signOfLifeMs);
  try {
    const admission = await source.admit?.(question.request, callerOf(request), gone);
    return await source.headers(question.request, gone, undefined, admission);
  } finally {
    clearImmediate(signOfLife);
    clearInterval(moreSigns);
  }
}

function callerOf({ headers, socket }: IncomingMessage): Caller {
  const [client, agent] = [clientOf(headers), agentOf(headers)];
  const said = { ...(client === undefined ? {} : { client }), ...(agent === undefined ? {} : { agent }) };
  return { ...said, peer: () => peerOf(socket) };
}

function describe(question: Question | undefined, { headers }: IncomingMessage): Omit<BrokerAnswer, "outcome"> {
  const [client, agent] = [clientOf(headers), agentOf(headers)];
  const said = {
    path: question?.path ?? "",
    ...(client === undefined ? {} : { client }),
    ...(agent === undefined ? {} : { agent }),
  };
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
