// The broker in a process of its own under load: how long its event loop, which is the editor's, is held up; how long an honest
// caller waits among strangers; what memory is left in use. Each beside the same without the load, or a bare server under the same.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Descriptor } from "../../src/broker/protocol.ts";
import { descriptorAt } from "../support/broker/brokerCaller.ts";
import {
  callersElsewhere,
  strangerKinds,
  hammer,
  honestCalls,
  pipelineWithoutReading,
} from "../support/broker/brokerLoad.ts";
import { startBrokerProcess, type BrokerProcess } from "../support/broker/brokerProcess.ts";
import { median, type Figure } from "./figure.ts";

type Started = { readonly broker: BrokerProcess; readonly descriptor: Descriptor; readonly folder: string };

export async function brokerUnderLoadFigures(): Promise<readonly Figure[]> {
  const found = [await withBroker(eventLoopDelay)];
  for (const [what, text] of strangerKinds) {
    found.push(
      await withBroker(({ descriptor }) =>
        waitAmong(`2,000 ${what}`, descriptor, () => callersElsewhere(descriptor.socketPath, 2_000, text)),
      ),
    );
  }
  const slow = await withBroker(({ descriptor }) =>
    waitAmong("200 callers who ask 200 times each and read nothing", descriptor, () => slowReaders(descriptor)),
  );
  found.push({ ...slow, isDetail: true }, await withBroker(memory));
  return found;
}

async function withBroker(measure: (started: Started) => Promise<Figure>): Promise<Figure> {
  const folder = await mkdtemp(join(tmpdir(), "la-bench-"));
  try {
    await using broker = startBrokerProcess(folder);
    await broker.tell("start");
    return await measure({ broker, descriptor: await descriptorAt(join(folder, "sessions", "d.json")), folder });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** As a timer of the same process sees it, with what the other programs of the machine take meanwhile. */
async function eventLoopDelay({ broker, descriptor, folder }: Started): Promise<Figure> {
  await using bare = startBrokerProcess(folder);
  const { socketPath } = (await bare.tell("startBare")) as { socketPath: string };
  const delayOf = async (server: BrokerProcess, at: Descriptor): Promise<number> => {
    await server.tell("watchDelay");
    const { failed } = await hammer(at, 64, 10_000);
    if (failed > 0) throw new Error(`${failed} of 10,000 requests failed`);
    return ((await server.tell("delay")) as { wallP99Ms: number }).wallP99Ms;
  };
  const measures = {
    ours: () => delayOf(broker, descriptor),
    baseline: () => delayOf(bare, { ...descriptor, socketPath }),
  };
  // The first turn is for the compiler.
  await measures.ours();
  await measures.baseline();
  return {
    name: "event loop delay under 64 clients without a pause (p99)",
    unit: "ms",
    ...(await byTurns(5, measures)),
    against: "a bare node:http server",
    bar: { of: "ours", atMost: 10 },
  };
}

/** The median wait of an honest caller, by turns with the strangers and without it. */
async function waitAmong(who: string, descriptor: Descriptor, gather: () => Promise<AsyncDisposable>): Promise<Figure> {
  const wait = async (): Promise<number> => {
    // So long, for the strangers is sent away after a second, and comes again.
    const { medianMs, failed } = await honestCalls(descriptor, 100, 2_000);
    if (failed > 0) throw new Error(`${failed} honest callers were not answered among ${who}`);
    return medianMs;
  };
  const amongThem = async (): Promise<number> => {
    const strangers = await gather();
    return wait().finally(() => strangers[Symbol.asyncDispose]());
  };
  await wait();
  return {
    name: `an honest caller's wait among ${who}`,
    unit: "ms",
    ...(await byTurns(3, { ours: amongThem, baseline: wait })),
    against: "with no strangers",
    bar: { of: "ours", atMost: 50 },
  };
}

async function slowReaders(descriptor: Descriptor): Promise<AsyncDisposable> {
  const sockets = await Promise.all(Array.from({ length: 200 }, () => pipelineWithoutReading(descriptor, 200)));
  return {
    [Symbol.asyncDispose]: () => {
      for (const socket of sockets) socket.destroy();
      return Promise.resolve();
    },
  };
}

async function memory({ broker, descriptor }: Started): Promise<Figure> {
  const megabytes = async (): Promise<number> =>
    ((await broker.tell("memory")) as { usedBytes: number }).usedBytes / 1_048_576;
  await hammer(descriptor, 16, 5_000);
  const before = await megabytes();
  const { failed } = await hammer(descriptor, 16, 100_000);
  if (failed > 0) throw new Error(`${failed} of 100,000 requests failed`);
  return {
    name: "memory in use after 100,000 requests to the broker",
    unit: "MB",
    ours: await megabytes(),
    baseline: before,
    against: "before them",
    bar: { of: "difference", atMost: 5 },
  };
}

type Pair = Pick<Figure, "ours" | "baseline">;

async function byTurns(turns: number, measures: Record<keyof Pair, () => Promise<number>>): Promise<Pair> {
  const found = { ours: [] as number[], baseline: [] as number[] };
  for (let turn = 0; turn < turns; turn++) {
    const order = turn % 2 === 0 ? (["ours", "baseline"] as const) : (["baseline", "ours"] as const);
    for (const which of order) found[which].push(await measures[which]());
  }
  return { ours: median(found.ours), baseline: median(found.baseline) };
}
