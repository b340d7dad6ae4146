// A broker in a process of its own, for tests that kill it, fill its disk or measure its memory. Obeys the words on its standard
// input, a line each, and answers each with a line of JSON. Arguments: the folder of the descriptor and the socket, and a machine's name where the descriptor is to be that
// machine's.
import { closeSync, mkdirSync, openSync, readdirSync, writeSync } from "node:fs";
import { join } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { createInterface } from "node:readline";
import { descriptorPathFor } from "../../../src/broker/descriptor.ts";
import type { HeadersSource } from "../../../src/broker/exchange.ts";
import { startBroker, type Broker } from "../../../src/broker/server.ts";
import { isErrorCode } from "../../../src/broker/privateFile.ts";
import { startBareServer } from "../servers/bareServer.ts";
import { callBroker, descriptorAt } from "./brokerCaller.ts";

const folder = process.argv[2] ?? "";
const host = process.argv[3];
const descriptorPath =
  host === undefined ? join(folder, "sessions", "d.json") : descriptorPathFor(folder, "file:///project", host);
const connection = { name: "demo", uri: "db://demo", hostOverride: "http://127.0.0.1:1" };
const source: HeadersSource = {
  headers: () =>
    Promise.resolve({ version: 1, connection, headers: { authorization: `Bearer ${"t".repeat(800)}` }, expiresAt: 1 }),
  status: () => ({ version: 1, connections: [] }),
};
const brokers: Broker[] = [];
const delay = monitorEventLoopDelay({ resolution: 1 });
/** What this process worked between two chances for a timer to run: the delay without what other programs take from it. */
let workMs: number[] = [];
let workedAt = process.cpuUsage();
let watching: NodeJS.Timeout | undefined;

const words: Readonly<Record<string, () => unknown>> = {
  start: async () => {
    const broker = await startBroker({ descriptorPath, socketFolder: join(folder, "s") }, source);
    brokers.push(broker);
    return { descriptorPath, socketPath: broker.socketPath };
  },
  /** A server to compare with, in place of a broker. */
  startBare: async () => {
    const { socketPath } = await startBareServer(folder);
    return { socketPath };
  },
  fill: () => {
    mkdirSync(folder, { recursive: true });
    const file = openSync(join(folder, "filler"), "w");
    try {
      for (;;) writeSync(file, Buffer.alloc(1024));
    } catch (error) {
      return { full: isErrorCode(error, "ENOSPC") };
    } finally {
      closeSync(file);
    }
  },
  restore: async () => {
    for (const broker of brokers) await broker.restore();
    return { restored: brokers.length };
  },
  ask: async () => ({ status: (await callBroker(await descriptorAt(descriptorPath))).status }),
  files: () => ({ files: readdirSync(folder, { recursive: true, encoding: "utf8" }).sort() }),
  memory: () => {
    for (let i = 0; i < 4; i++) globalThis.gc?.();
    const { heapUsed, external, rss } = process.memoryUsage();
    return { usedBytes: heapUsed + external, rss };
  },
  watchDelay: () => {
    workMs = [];
    workedAt = process.cpuUsage();
    delay.reset();
    delay.enable();
    watching = setInterval(() => {
      const { user, system } = process.cpuUsage(workedAt);
      workedAt = process.cpuUsage();
      workMs.push((user + system) / 1000);
    }, 1);
    return { watching: true };
  },
  /** What was seen since it is watched; it is no more from now on. */
  delay: () => {
    clearInterval(watching);
    delay.disable();
    workMs.sort((a, b) => a - b);
    return { p99Ms: workMs[Math.floor(workMs.length * 0.99)], wallP99Ms: delay.percentile(99) / 1e6 - 1 };
  },
};

for await (const word of createInterface(process.stdin)) {
  try {
    console.log(JSON.stringify(await words[word]?.()));
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : String(error);
    console.log(JSON.stringify({ failed: code }));
  }
}
await Promise.all(brokers.map((broker) => broker.dispose()));
process.exit(0);
