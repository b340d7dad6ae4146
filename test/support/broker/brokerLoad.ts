// Load on a broker, always of a stated size: honest callers whose answers are timed, and the other kind.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { Agent, request } from "node:http";
import { connect, type Socket } from "node:net";
import { join } from "node:path";
import { brokerHost, paths, requestHeader, type Descriptor } from "../../../src/broker/protocol.ts";
import { callBroker, rightHead } from "./brokerCaller.ts";

/** Who stands there, and what each says. */
export const strangerKinds = [
  ["half-open connections", ""],
  ["connections that begin a request and stop", "GET /v1/headers HTTP/1.1\r\nhost: lancedb-auth\r\nx:"],
  ["strangers who ask without a pause", "GET /v1/headers HTTP/1.1\r\nhost: evil.example\r\n\r\n"],
] as const;

/** Opens so many sockets, has each say that, again at each answer, and opens another for each that is closed, until disposed of. */
export async function standAtTheDoor(socketPath: string, count: number, text: string): Promise<Disposable> {
  const sockets = new Set<Socket>();
  let over = false;
  const open = (): Promise<void> =>
    new Promise((resolve) => {
      const socket = connect(socketPath);
      sockets.add(socket);
      socket.on("connect", () => {
        socket.write(text);
        resolve();
      });
      socket.on("data", () => socket.write(text));
      socket.on("error", () => undefined);
      socket.on("close", () => {
        sockets.delete(socket);
        resolve();
        if (!over) void open();
      });
    });
  await Promise.all(Array.from({ length: count }, open));
  return {
    [Symbol.dispose]: () => {
      over = true;
      for (const socket of sockets) socket.destroy();
    },
  };
}

/** The same in a process of its own, so that the strangers's work is not in the times of the one who measures. */
export async function callersElsewhere(socketPath: string, count: number, text: string): Promise<AsyncDisposable> {
  const program = join(import.meta.dirname, "strangersProgram.ts");
  const child = spawn(process.execPath, [program, socketPath, String(count), text], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const ended = once(child, "close");
  await Promise.race([once(child.stdout, "data"), ended]);
  return {
    [Symbol.asyncDispose]: async () => {
      child.stdin.end();
      await ended;
    },
  };
}

/** So many honest calls one after the other, and more until so long has passed, each on a connection of its own; how long they took. */
export async function honestCalls(
  descriptor: Descriptor,
  count: number,
  atLeastMs = 0,
): Promise<{ medianMs: number; p99Ms: number; failed: number }> {
  const times: number[] = [];
  let failed = 0;
  const endsAt = performance.now() + atLeastMs;
  while (times.length < count || performance.now() < endsAt) {
    const startedAt = performance.now();
    try {
      const { status } = await callBroker(descriptor);
      if (status !== 200) failed += 1;
    } catch {
      failed += 1;
    }
    times.push(performance.now() - startedAt);
  }
  times.sort((a, b) => a - b);
  return {
    medianMs: times[Math.floor(times.length / 2)] ?? Infinity,
    p99Ms: times[Math.floor(times.length * 0.99)] ?? Infinity,
    failed,
  };
}

/** Clients that ask without a pause over connections that they keep, until so many answers have come. */
export async function hammer(descriptor: Descriptor, clients: number, total: number): Promise<{ failed: number }> {
  const agent = new Agent({ keepAlive: true, maxSockets: clients });
  const headers = {
    host: brokerHost,
    authorization: `Bearer ${descriptor.bearer}`,
    [requestHeader.name]: requestHeader.value,
  };
  let left = total;
  let failed = 0;
  const one = (): Promise<void> =>
    new Promise((resolve) => {
      const asked = request({ socketPath: descriptor.socketPath, path: paths.headers, headers, agent }, (reply) => {
        if (reply.statusCode !== 200) failed += 1;
        reply.resume().on("end", resolve);
      });
      asked.on("error", () => {
        failed += 1;
        resolve();
      });
      asked.end();
    });
  const client = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      await one();
    }
  };
  await Promise.all(Array.from({ length: clients }, client));
  agent.destroy();
  return { failed };
}

/** Asks that often at once on one socket and reads nothing until it is resumed. */
export async function pipelineWithoutReading(descriptor: Descriptor, times: number): Promise<Socket> {
  const socket = connect(descriptor.socketPath);
  await once(socket, "connect");
  socket.on("error", () => undefined);
  socket.pause();
  socket.write(`${rightHead(descriptor)}\r\n`.repeat(times));
  return socket;
}
