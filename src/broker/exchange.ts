// One request to the broker and its answer: checked, in its turn, as JSON. No failure of a request ever reaches the extension host.
import type { IncomingMessage, ServerResponse } from "node:http";
import type { ConnectionLimit } from "./connectionLimit.ts";
import { asBrokerError, errorReply } from "./errorReply.ts";
import { paths, type BrokerErrorCode, type HeadersReply, type HeadersRequest, type StatusReply } from "./protocol.ts";
import { clientOf, questionOf, type Question } from "./requestCheck.ts";
import type { openFairQueue } from "./fairQueue.ts";

/** Whom the broker asks; what is thrown becomes an answer: a BrokerError or an AuthError says what to do. */
export interface HeadersSource {
  /**
   * @param signal tells that the caller has gone
   * @param lifeMs a token with less life left is replaced first, where that can be done
   */
  headers(request: HeadersRequest, signal?: AbortSignal, lifeMs?: number): Promise<HeadersReply>;
  status(folder?: string): StatusReply;
}

export interface BrokerAnswer {
  readonly path: string;
  /** What was asked for: a name or a URI, where the request got as far. */
  readonly about?: string;
  /** What the caller says that it is; nobody has checked that. */
  readonly client?: string;
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
async function questionFromQueue(
  request: IncomingMessage,
  bearer: string,
  queue: Exchange["queue"],
): Promise<Question> {
  let question: Question;
  try {
    question = questionOf(request, bearer);
  } catch (refusal) {
    await queue("stranger");
    throw refusal;
  }
  await queue("known");
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
