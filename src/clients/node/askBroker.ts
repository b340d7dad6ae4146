// Asks the window's broker over its local socket. For the hook and the command line tool: Node's own modules only, and those
// loaded when the first question is asked.
import type { IncomingMessage } from "node:http";
import type { Obstacle } from "./unreachable.ts";
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

/** What can go wrong; window_closed: no window can be reached from here, and the message says why. */
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

/** Thrown where no answer came; becomes a BrokerFailure with the sentence that is true here. */
class Unreached extends Error {
  readonly obstacle: Obstacle;

  constructor(obstacle: Obstacle) {
    super(obstacle.what);
    this.obstacle = obstacle;
  }
}

function unreadableAnswer(): BrokerFailure {
  return new BrokerFailure(
    "window_closed",
    'The VS Code window that signs in to LanceDB gave an answer that cannot be read. Run "Developer: Reload Window" there, and open a new terminal.',
  );
}

/** How often a window is looked for that was there a moment ago. */
const pauseMs = 100;

/** A caller without a valid token waits for a window that is being reloaded; one that has a token goes on with it. */
async function ask(descriptorPath: string, path: string, patienceMs: number): Promise<unknown> {
  const startedAt = Date.now();
  let waitedMs = 0;
  for (;;) {
    try {
      const { status, body } = await exchange(await readDescriptor(descriptorPath), path, patienceMs);
      if (status === 200) return body;
      throw parseFailure(body);
    } catch (error) {
      if (!(error instanceof Unreached)) throw error;
      const { sentenceFor, worthWaitingMs } = await import("./unreachable.ts");
      const waits = patienceMs >= signOfLifeMs && worthWaitingMs(error.obstacle, descriptorPath, waitedMs) > 0;
      if (!waits) throw new BrokerFailure("window_closed", sentenceFor(error.obstacle, descriptorPath, waitedMs));
    }
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
    waitedMs = Date.now() - startedAt;
  }
}

async function readDescriptor(path: string): Promise<Descriptor> {
  const { readFile } = await import("node:fs/promises");
  const text = await readFile(path, "utf8").catch((error: unknown) => {
    throw new Unreached({ what: "descriptor", code: codeOf(error) });
  });
  return parseDescriptor(text);
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "";
}

async function exchange(
  descriptor: Descriptor,
  path: string,
  patienceMs: number,
): Promise<{ status: number; body: unknown }> {
  const { request } = await import("node:http");
  const { socketPath, bearer } = descriptor;
  const headers = {
    host: brokerHost,
    authorization: `Bearer ${bearer}`,
    [requestHeader.name]: requestHeader.value,
    [clientHeader]: ownName(),
    ...agentHeaders(process.env),
  };
  return new Promise((resolve, reject) => {
    const fail = (error: unknown): void => {
      reject(error instanceof Unreached ? error : new Unreached({ what: "socket", code: codeOf(error), descriptor }));
    };
    const asked = request({ socketPath, path, headers, agent: false }, (reply) => {
      readBody(reply).then((body) => resolve({ status: reply.statusCode ?? 0, body: parseJson(body) }), fail);
    });
    const giveUp = (what: "busy" | "slow", ms: number): NodeJS.Timeout =>
      setTimeout(() => asked.destroy(new Unreached({ what, seconds: ms / 1000 })), ms);
    let timer = giveUp("busy", patienceMs);
    const alive = (): void => {
      clearTimeout(timer);
      timer = giveUp("slow", replyDeadlineMs);
    };
    asked.on("information", alive);
    asked.on("response", alive);
    asked.on("error", fail);
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
  const body = parseJson(text);
  const found = parseRecord(body);
  const { version, socketPath, bearer, pid, host, boot, mounts } = found;
  if (body === undefined) throw new Unreached({ what: "damaged" });
  if (version !== protocolVersion || typeof socketPath !== "string" || typeof bearer !== "string") {
    throw new Unreached({ what: "version" });
  }
  const marks = Object.entries({ host, boot, mounts }).filter(([, value]) => typeof value === "string");
  return { version, socketPath, bearer, pid: Number(pid), ...(Object.fromEntries(marks) as Record<string, string>) };
}

function parseRecord(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}

function parseHeadersReply(body: unknown): HeadersReply {
  const { connection, headers, expiresAt } = parseRecord(body);
  if (typeof headers !== "object" || headers === null) throw unreadableAnswer();
  return {
    ...(body as HeadersReply),
    connection: connection as HeadersReply["connection"],
    ...(typeof expiresAt === "number" ? { expiresAt } : {}),
  };
}

function parseStatusReply(body: unknown): StatusReply {
  if (!Array.isArray(parseRecord(body)["connections"])) throw unreadableAnswer();
  return body as StatusReply;
}

function parseFailure(body: unknown): BrokerFailure {
  const { code, message } = parseRecord(parseRecord(body)["error"]);
  const known = typeof code === "string" && code in errorStatus;
  if (!known || typeof message !== "string") return unreadableAnswer();
  return new BrokerFailure(code as BrokerErrorCode, message);
}
