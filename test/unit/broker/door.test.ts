// The door is always where the pointer says: what removes the socket's file, the descriptor or their folders while the window lives is
// noticed, and a caller who asks as clients do gets through without a reload.
import assert from "node:assert/strict";
import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { after, beforeEach, test } from "node:test";
import { descriptorPathFor, readDescriptor } from "../../../src/broker/descriptor.ts";
import type { HeadersSource } from "../../../src/broker/exchange.ts";
import { machineIdOf } from "../../../src/broker/machine.ts";
import { isErrorCode } from "../../../src/broker/privateFile.ts";
import { startBroker, type Broker } from "../../../src/broker/server.ts";
import { askForHeaders } from "../../../src/clients/node/askBroker.ts";
import { callBroker, descriptorAt } from "../../support/broker/brokerCaller.ts";
import { canMount, startBrokerProcess } from "../../support/broker/brokerProcess.ts";
import { until } from "../../support/workbench/person.ts";

const root = await mkdtemp(join(tmpdir(), "door-"));
after(() => rm(root, { recursive: true }));
const posix = { skip: process.platform === "win32" && "a named pipe is no file" };

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(root, "w"));
});

const connection = { name: "demo", uri: "db://demo", hostOverride: "http://127.0.0.1:1" };
const source: HeadersSource = {
  headers: () => Promise.resolve({ version: 1, connection, headers: { authorization: "Bearer t" } }),
  status: () => ({ version: 1, connections: [] }),
};

async function window(machine = "here", told: string[] = []): Promise<AsyncDisposable & Broker> {
  const place = {
    descriptorPath: descriptorPathFor(folder, "file:///project", machine),
    socketFolder: join(folder, "s"),
  };
  const broker = await startBroker(place, source, { onRepair: (what) => told.push(what) });
  return Object.assign(broker, { [Symbol.asyncDispose]: () => broker.dispose() });
}

/** An honest caller, and how long it took him to get through. */
async function askedMs({ descriptorPath }: Broker): Promise<number> {
  const startedAt = performance.now();
  await askForHeaders(descriptorPath, { uri: "db://demo" });
  return performance.now() - startedAt;
}

/** What is made again at once may keep a folder from being removed. */
async function removeFolder(path: string): Promise<void> {
  await rm(path, { recursive: true }).catch((error: unknown) => {
    if (!isErrorCode(error, "ENOTEMPTY")) throw error;
  });
}

const losses: Readonly<Record<string, (broker: Broker) => Promise<unknown>>> = {
  "the socket's file": ({ socketPath }) => rm(socketPath),
  "the socket's folder": ({ socketPath }) => removeFolder(dirname(socketPath)),
  "the descriptor": ({ descriptorPath }) => rm(descriptorPath),
  "the descriptor's folder": ({ descriptorPath }) => removeFolder(dirname(descriptorPath)),
  "each of the two folders": ({ socketPath, descriptorPath }) =>
    Promise.all([socketPath, descriptorPath].map((path) => removeFolder(dirname(path)))),
  "the folder of all": () => removeFolder(folder),
};
for (const [what, lose] of Object.entries(losses)) {
  test(`${what} is removed, twice, and an honest caller gets through within two seconds`, posix, async (t) => {
    await using broker = await window();
    const took: number[] = [await askedMs(broker)];
    for (let times = 0; times < 2; times++) {
      await lose(broker);
      took.push(await askedMs(broker));
    }
    t.diagnostic(took.map((ms) => `${ms.toFixed(0)} ms`).join(", "));
    assert.deepEqual(
      took.filter((ms) => ms > 2_000),
      [],
    );
  });
}

test("what stands in the place of a lost socket is left alone, and another socket is opened", posix, async () => {
  const told: string[] = [];
  await using broker = await window("here", told);
  const { socketPath, descriptorPath } = broker;
  await writeFile(join(folder, "another"), "not a socket");
  await rename(join(folder, "another"), socketPath);
  await askedMs(broker);
  const { socketPath: now } = await descriptorAt(descriptorPath);
  assert.deepEqual(
    [now === socketPath, now === broker.socketPath, told.length, told.join().includes("opened again")],
    [false, true, 1, true],
  );
});

test("who is being answered when the socket vanishes gets his answer", posix, async () => {
  const asked = Promise.withResolvers<undefined>();
  const released = Promise.withResolvers<undefined>();
  const slow: HeadersSource = {
    ...source,
    headers: async (request) => {
      asked.resolve(undefined);
      await released.promise;
      return source.headers(request);
    },
  };
  const place = { descriptorPath: join(folder, "sessions", "d.json"), socketFolder: join(folder, "s") };
  const broker = await startBroker(place, slow);
  try {
    const before = await descriptorAt(broker.descriptorPath);
    const answer = callBroker(before);
    await asked.promise;
    await rm(before.socketPath);
    await until("another socket", async () => {
      return (await readDescriptor(broker.descriptorPath))?.socketPath !== before.socketPath;
    });
    released.resolve(undefined);
    assert.equal((await answer).status, 200);
  } finally {
    released.resolve(undefined);
    await broker.dispose();
  }
});

test("after it was opened again, closing leaves neither socket nor descriptor behind", posix, async () => {
  const broker = await window();
  await rm(broker.socketPath);
  await askedMs(broker);
  await broker.dispose();
  const left = [...(await readdir(join(folder, "s"))), ...(await readdir(join(folder, "sessions")))];
  assert.deepEqual(left, []);
});

for (const [what, lose] of Object.entries(losses)) {
  test(
    `a window that closes in the moment when ${what} is removed ends, and leaves nothing behind`,
    posix,
    async () => {
      const broker = await window();
      await lose(broker);
      await broker.dispose();
      const left = await readdir(folder, { recursive: true }).catch(() => []);
      assert.deepEqual(
        left.filter((name) => /\.(sock|json)$/.test(name)),
        [],
      );
    },
  );
}

// One home, several machines.

test("each machine that shares the home has its own descriptor, and a workspace's lie beside one another", () => {
  const linux = { platform: "linux", systemId: "one-image", editorsId: "my laptop" } as const;
  const ids = [
    machineIdOf({ ...linux, host: "login1" }),
    machineIdOf({ ...linux, host: "login2" }),
    machineIdOf({ ...linux, host: "login1", systemId: "another" }),
  ];
  const names = ids.map((id) => basename(descriptorPathFor("/home/ada/storage", "file:///project", id)));
  const workspaces = names.map((name) => name.split("-")[0]);
  assert.deepEqual([new Set(names).size, new Set(workspaces).size], [3, 1]);
});

test("a laptop that is called otherwise in another network keeps its descriptor", () => {
  const mac = { platform: "darwin", systemId: undefined, editorsId: "a1b2" } as const;
  assert.equal(machineIdOf({ ...mac, host: "ada.local" }), machineIdOf({ ...mac, host: "dhcp-17" }));
});

const twoMounts = { skip: !canMount() && "needs a mount of its own (Linux user namespaces)" };
test(
  "two hosts that cannot see one another's socket keep both descriptors through an hour of renewals",
  twoMounts,
  async () => {
    const hosts = ["login1", "login2"] as const;
    await mkdir(join(folder, "s"), { mode: 0o700 });
    await using first = startBrokerProcess(folder, "sockets of its own", hosts[0]);
    await using second = startBrokerProcess(folder, "sockets of its own", hosts[1]);
    for (const host of [first, second]) await host.tell("start");
    const pathOf = (host: string): string => descriptorPathFor(folder, "file:///project", host);
    const before = await Promise.all(hosts.map((host) => readFile(pathOf(host), "utf8")));
    // A window looks when it comes to the front and when a token is renewed: once a minute here.
    for (let minute = 0; minute < 60; minute++) for (const host of [first, second]) await host.tell("restore");
    const answers = [await first.tell("ask"), await second.tell("ask")];
    const afterwards = await Promise.all(hosts.map((host) => readFile(pathOf(host), "utf8")));
    assert.deepEqual([answers, afterwards], [[{ status: 200 }, { status: 200 }], before]);
  },
);
