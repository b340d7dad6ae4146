// Asks the window's broker over its local socket. For the hook and the command line tool: Node's own modules only, and those
// loaded when the first question is asked.
import type { ClientRequest, IncomingMessage } from "node:http";
import {
  agentHeader,
  agentVariables,
  brokerHost,
  clientHeader,
  errorStatus,
  paths,
  protocolVersion,
  replyDeadlineMs,
  requestHeader,
  signOfLifeMs,
  type BrokerErrorCode,
  type Descriptor,
  type HeadersReply,
  type HeadersRequest,
  type StatusReply,
} from "../../broker/protocol.ts";

/** What can go wrong; windowClosed: the descriptor is gone, or nobody answers behind it. */
export type FailureCode = BrokerErrorCode | "window_closed";

export class BrokerFailure extends Error {
  override readonly name = "LanceDBAuthError";
  readonly code: FailureCode;

  constructor(code: FailureCode, message: string) {
    super(message);
    this.code = code;
  }
}

export async function askForHeaders(
  descriptorPath: string,
  question: HeadersRequest,
  patienceMs = signOfLifeMs,
): Promise<HeadersReply> {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(question)) if (typeof value === "string") query.set(name, value);
  return parseHeadersReply(await ask(descriptorPath, `${paths.headers}?${query.toString()}`, patienceMs));
}

/** @param folder whose active connection is marked */
export async function askForStatus(descriptorPath: string, folder: string): Promise<StatusReply> {
  const query = new URLSearchParams({ folder });
  return parseStatusReply(await ask(descriptorPath, `${paths.status}?${query.toString()}`, signOfLifeMs));
}

function windowClosed(detail: string): BrokerFailure {
  return new BrokerFailure(
    "window_closed",
    `The VS Code window that signs in to LanceDB does not answer (${detail}). Open the folder in VS Code again, or start this program in a new terminal there.`,
  );
}

async function ask(descriptorPath: string, path: string, patienceMs: number): Promise<unknown> {
  const { readFile } = await import("node:fs/promises");
  const text = await readFile(descriptorPath, "utf8").catch(() => {
    throw windowClosed("it has been closed");
  });
  const { status, body } = await exchange(parseDescriptor(text), path, patienceMs);
  if (status === 200) return body;
  throw parseFailure(body);
}

async function exchange(
  { socketPath, bearer }: Descriptor,
  path: string,
  patienceMs: number,
): Promise<{ status: number; body: unknown }> {
  const { request } = await import("node:http");
  const headers = {
    host: brokerHost,
    authorization: `Bearer ${bearer}`,
    [requestHeader.name]: requestHeader.value,
    [clientHeader]: ownName(),
    ...agentHeaders(process.env),
  };
  return new Promise((resolve, reject) => {
    const asked = request({ socketPath, path, headers, agent: false }, (reply) => {
      readBody(reply).then((body) => resolve({ status: reply.statusCode ?? 0, body: parseJson(body) }), reject);
    });
    const giveUp = (): ClientRequest => asked.destroy(windowClosed("it is busy"));
    let timer = setTimeout(giveUp, patienceMs);
    const alive = (): void => {
      clearTimeout(timer);
      timer = setTimeout(giveUp, replyDeadlineMs);
    };
    asked.on("information", alive);
    asked.on("response", alive);
    asked.on("error", (error) => {
      reject(error instanceof BrokerFailure ? error : windowClosed("it has been closed"));
    });
    asked.on("close", () => {
      clearTimeout(timer);
    });
    asked.end();
  });
}

/** The file's name alone: a path or an argument may hold what nobody else is to read. */
function ownName(): string {
  const [, script = ""] = process.argv;
  const file = script.split(/[\\/]/).pop() ?? "";
  const words = file === "lancedb-auth.cjs" ? ["lancedb-auth", process.pid] : ["node", process.pid, file];
  return encodeURIComponent(words.join(" ").trim().slice(0, 100));
}

/** By the environment's word; VS Code tells what an agent runs apart. */
export function agentHeaders(env: NodeJS.ProcessEnv): Readonly<Record<string, string>> {
  for (const [name, agent] of agentVariables) {
    const found = name.endsWith("*") ? Object.keys(env).find((key) => key.startsWith(name.slice(0, -1))) : name;
    const value = found === undefined ? undefined : env[found];
    if (value !== undefined && value !== "")
      return { [agentHeader]: encodeURIComponent((agent === "" ? value : agent).slice(0, 100)) };
  }
  return {};
}

async function readBody(reply: IncomingMessage): Promise<string> {
  reply.setEncoding("utf8");
  let text = "";
  for await (const chunk of reply) text += String(chunk);
  return text;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function parseDescriptor(text: string): Descriptor {
  const found = parseRecord(parseJson(text));
  const { version, socketPath, bearer, pid } = found;
  if (version !== protocolVersion || typeof socketPath !== "string" || typeof bearer !== "string") {
    throw windowClosed("its version is another one");
  }
  return { version, socketPath, bearer, pid: Number(pid) };
}

function parseRecord(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}

function parseHeadersReply(body: unknown): HeadersReply {
  const { connection, headers, expiresAt } = parseRecord(body);
  if (typeof headers !== "object" || headers === null) throw windowClosed("its answer cannot be read");
  return {
    ...(body as HeadersReply),
    connection: connection as HeadersReply["connection"],
    ...(typeof expiresAt === "number" ? { expiresAt } : {}),
  };
}

function parseStatusReply(body: unknown): StatusReply {
  if (!Array.isArray(parseRecord(body)["connections"])) throw windowClosed("its answer cannot be read");
  return body as StatusReply;
}

function parseFailure(body: unknown): BrokerFailure {
  const { code, message } = parseRecord(parseRecord(body)["error"]);
  const known = typeof code === "string" && code in errorStatus;
  if (!known || typeof message !== "string") return windowClosed("its answer cannot be read");
  return new BrokerFailure(code as BrokerErrorCode, message);
}
