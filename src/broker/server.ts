// The broker: listens on a local socket, within limits that keep the editor responsive, and closes without a trace. What a request is
// answered is in exchange.ts.
import { randomBytes } from "node:crypto";
import { createServer, STATUS_CODES, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { limitConnections } from "./connectionLimit.ts";
import { BrokerError, errorReply } from "./errorReply.ts";
import { answer, type BrokerAnswer, type HeadersSource } from "./exchange.ts";
import { openDoor } from "./door.ts";
import { keepDescriptor, type KeptDescriptor } from "./keptDescriptor.ts";
import { machineMarks, type MachineMarks } from "./machine.ts";
import { protocolVersion, type Descriptor } from "./protocol.ts";
import { newSocketPath, newSocketPathIn, surroundings } from "./socketPlace.ts";
import { openFairQueue } from "./fairQueue.ts";

export interface BrokerPlace {
  /** The same for a workspace at every start; see descriptorPathFor. */
  readonly descriptorPath: string;
  /** A short folder that only this user can enter; by default one below XDG_RUNTIME_DIR or the temporary folder. */
  readonly socketFolder?: string;
  readonly platform?: NodeJS.Platform;
  /** What the descriptor says of this machine; by default what is true. */
  readonly machine?: MachineMarks;
}

export interface BrokerOptions {
  /** Told of every answer, for the activity log; never holds a token. */
  readonly onAnswer?: (answer: BrokerAnswer) => void;
  /** Told of what was damaged and has been put right, for the log. */
  readonly onRepair?: (what: string) => void;
  readonly limits?: Partial<BrokerLimits>;
}

export interface Broker {
  readonly descriptorPath: string;
  /** Another one once the socket's file has vanished and been opened again. */
  readonly socketPath: string;
  /** Opens the socket again where its file is gone, and makes the descriptor ours where the window that it points to is. */
  restore(): Promise<void>;
  dispose(): Promise<void>;
}

export interface BrokerLimits {
  /** So many sockets at once, and not one more. */
  readonly connections: number;
  /** Beyond so many, those that have shown no bearer within {@link graceMs} are closed. */
  readonly room: number;
  readonly graceMs: number;
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
  graceMs: 1_000,
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
  const bearer = randomBytes(32).toString("base64url");
  const onRepair = options.onRepair ?? (() => undefined);
  let kept: KeptDescriptor | undefined;
  const door = await openDoor({
    newPath: () => (folder === undefined ? newSocketPathIn(around) : newSocketPath(folder, around.platform)),
    newServer: () => answeringServer(bearer, source, options),
    onMoved: async (socketPath) => {
      onRepair("the file of the local socket had vanished, and the socket was opened again");
      await kept?.pointTo(socketPath);
    },
  });
  const where = { socketPath: door.path, pid: process.pid, ...(place.machine ?? machineMarks()) };
  const descriptor: Descriptor = { version: protocolVersion, bearer, ...where };
  try {
    kept = await keepDescriptor(place.descriptorPath, descriptor, onRepair);
    // The door may have moved meanwhile.
    await kept.pointTo(door.path);
  } catch (error) {
    await door.close();
    throw error;
  }
  const ours = kept;
  let closing: Promise<void> | undefined;
  return {
    descriptorPath: place.descriptorPath,
    get socketPath() {
      return door.path;
    },
    async restore() {
      await door.check().catch(() => undefined);
      await ours.restore();
    },
    dispose: () => (closing ??= ours.close().finally(() => door.close())),
  };
}

/** One for each socket: what is opened again has the same bearer and the same limits. */
function answeringServer(bearer: string, source: HeadersSource, options: BrokerOptions): Server {
  const limits = { ...defaultLimits, ...options.limits };
  const onAnswer = options.onAnswer ?? (() => undefined);
  const queue = openFairQueue(answersPerTurn);
  const server = httpServer(limits, (request, response) => {
    void answer({ request, response, bearer, source, onAnswer, connections, queue });
  });
  const connections = limitConnections(server, limits.room, limits.graceMs);
  return server;
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
