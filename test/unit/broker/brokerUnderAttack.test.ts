// The broker under attack: by the thousand, slowly, through links and full disks, and from what crashed windows leave behind.
// Times are only printed: npm run bench measures them.
import assert from "node:assert/strict";
import { once } from "node:events";
import { execFile } from "node:child_process";
import {
  chmod,
  chown,
  copyFile,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  symlink,
  utimes,
  writeFile,
} from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, beforeEach, test } from "node:test";
import { promisify } from "node:util";
import { descriptorPathFor, readDescriptor } from "../../../src/broker/descriptor.ts";
import type { HeadersSource } from "../../../src/broker/exchange.ts";
import { startBroker, type Broker, type BrokerLimits } from "../../../src/broker/server.ts";
import { newSocketPathIn, surroundings } from "../../../src/broker/socketPlace.ts";
import { openFairQueue } from "../../../src/broker/fairQueue.ts";
import { callBroker, descriptorAt, rightHead, sendRaw } from "../../support/broker/brokerCaller.ts";
import {
  callersElsewhere,
  strangerKinds,
  hammer,
  honestCalls,
  pipelineWithoutReading,
} from "../../support/broker/brokerLoad.ts";
import { canMount, startBrokerProcess } from "../../support/broker/brokerProcess.ts";
import { until } from "../../support/workbench/person.ts";

const root = await mkdtemp(join(tmpdir(), "attack-"));
after(() => rm(root, { recursive: true }));
const asRoot = { skip: process.getuid?.() !== 0 && "needs root, to be two users" };
const mounting = { skip: !canMount() && "needs a mount of its own (Linux user namespaces)" };

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(root, "w"));
});

const connection = { name: "demo", uri: "db://demo", hostOverride: "http://127.0.0.1:1" };
const source: HeadersSource = {
  headers: () => Promise.resolve({ version: 1, connection, headers: { authorization: "Bearer t" } }),
  status: () => ({ version: 1, connections: [] }),
};
const place = () => ({
  descriptorPath: descriptorPathFor(folder, "file:///project", "machine"),
  socketFolder: join(folder, "s"),
});

async function window(using = source, limits: Partial<BrokerLimits> = {}): Promise<AsyncDisposable & Broker> {
  const broker = await startBroker(place(), using, { limits });
  return { ...broker, [Symbol.asyncDispose]: () => broker.dispose() };
}

// By the thousand.

for (const [what, text] of strangerKinds) {
  test(`among 2,000 ${what} that come again when they are closed, every honest caller is answered`, async (t) => {
    await using broker = startBrokerProcess(folder);
    await broker.tell("start");
    const descriptor = await descriptorAt(join(folder, "sessions", "d.json"));
    const strangers = await callersElsewhere(descriptor.socketPath, 2_000, text);
    const { medianMs, p99Ms, failed } = await honestCalls(descriptor, 100).finally(() =>
      strangers[Symbol.asyncDispose](),
    );
    t.diagnostic(`median ${medianMs.toFixed(1)} ms, p99 ${p99Ms.toFixed(1)} ms, ${failed} of 100 failed`);
    assert.equal(failed, 0);
  });
}

test("those who show no bearer wait behind all who do, however many they are", async () => {
  const turn = openFairQueue(2);
  const order: string[] = [];
  const asking = [
    "unauthenticated",
    "unauthenticated",
    "unauthenticated",
    "authenticated",
    "unauthenticated",
    "authenticated",
  ] as const;
  await Promise.all(
    asking.map(async (standing, at) => {
      await turn(standing);
      order.push(`${standing} ${at}`);
    }),
  );
  assert.deepEqual(order, [
    "unauthenticated 0",
    "unauthenticated 1",
    "authenticated 3",
    "authenticated 5",
    "unauthenticated 2",
    "unauthenticated 4",
  ]);
});

test("where there is no room left, those who have shown no bearer make some, and those who have stay", async () => {
  await using broker = await window(source, { connections: 3, room: 2, graceMs: 0 });
  const descriptor = await descriptorAt(broker.descriptorPath);
  const admitted = connect(broker.socketPath);
  admitted.write(`${rightHead(descriptor)}\r\n`);
  await once(admitted, "data");
  const strangers = Array.from({ length: 5 }, () => sendRaw(broker.socketPath, ""));
  const closed = await Promise.all(strangers.slice(0, 4));
  const { status } = await callBroker(descriptor);
  admitted.write(`${rightHead(descriptor)}\r\n`);
  const [again] = (await once(admitted, "data")) as [Buffer];
  admitted.destroy();
  assert.deepEqual([closed, status, /^HTTP\/1.1 200/.test(again.toString())], [["", "", "", ""], 200, true]);
});

test("64 clients that ask without a pause are all answered", async (t) => {
  await using broker = startBrokerProcess(folder);
  await broker.tell("start");
  const descriptor = await descriptorAt(join(folder, "sessions", "d.json"));
  await hammer(descriptor, 64, 2_000);
  await broker.tell("watchDelay");
  const { failed } = await hammer(descriptor, 64, 10_000);
  const { p99Ms, wallP99Ms } = (await broker.tell("delay")) as { p99Ms: number; wallP99Ms: number };
  t.diagnostic(
    `the event loop is held up for ${p99Ms.toFixed(1)} ms (p99), with other programs ${wallP99Ms.toFixed(1)} ms`,
  );
  assert.equal(failed, 0);
});

test("after 5,000 requests the memory is where it was", async (t) => {
  await using broker = startBrokerProcess(folder);
  await broker.tell("start");
  const descriptor = await descriptorAt(join(folder, "sessions", "d.json"));
  await hammer(descriptor, 16, 2_000);
  const before = (await broker.tell("memory")) as { usedBytes: number };
  const { failed } = await hammer(descriptor, 16, 5_000);
  const now = (await broker.tell("memory")) as { usedBytes: number };
  const grown = (now.usedBytes - before.usedBytes) / 1_048_576;
  t.diagnostic(`${grown.toFixed(2)} MB more`);
  assert.deepEqual([grown < 5, failed], [true, 0]);
});

// Slowly.

test("answers to pipelined requests come in order, each once", async () => {
  let asked = 0;
  await using broker = await window({
    ...source,
    headers: () => {
      const name = `answer-${asked++}`;
      return Promise.resolve({ version: 1, connection: { ...connection, name }, headers: {} });
    },
  });
  const descriptor = await descriptorAt(broker.descriptorPath);
  const head = `${rightHead(descriptor)}\r\n`;
  const text = await sendRaw(broker.socketPath, `${head.repeat(9)}${rightHead(descriptor)}connection: close\r\n\r\n`);
  assert.deepEqual(
    text.match(/answer-\d/g),
    Array.from({ length: 10 }, (_, at) => `answer-${at}`),
  );
});

test("a bad bearer behind a good one on the same socket gets nothing", async () => {
  await using broker = await window();
  const good = rightHead(await descriptorAt(broker.descriptorPath));
  const bad = good.replace(/Bearer .*\r\n/, "Bearer guessed\r\n");
  const text = await sendRaw(broker.socketPath, `${good}\r\n${bad}connection: close\r\n\r\n`);
  assert.deepEqual(text.match(/HTTP\/1.1 (200|403)/g), ["HTTP/1.1 200", "HTTP/1.1 403"]);
});

test("200 callers who ask 200 times each and read nothing cost little, and an honest one is answered", async (t) => {
  await using broker = startBrokerProcess(folder);
  await broker.tell("start");
  const descriptor = await descriptorAt(join(folder, "sessions", "d.json"));
  await hammer(descriptor, 16, 1_000);
  const before = (await broker.tell("memory")) as { usedBytes: number };
  const slow = await Promise.all(Array.from({ length: 200 }, () => pipelineWithoutReading(descriptor, 200)));
  const { medianMs, failed } = await honestCalls(descriptor, 50);
  const during = (await broker.tell("memory")) as { usedBytes: number };
  const grown = (during.usedBytes - before.usedBytes) / 1_048_576;
  for (const socket of slow) socket.destroy();
  t.diagnostic(`median ${medianMs.toFixed(1)} ms, ${grown.toFixed(1)} MB held`);
  assert.deepEqual([failed, grown < 64], [0, true]);
});

// Crashes, and windows beside one another.

test("after a SIGKILL callers learn at once that nobody listens, and the next window serves and sweeps", async () => {
  await using crashed = startBrokerProcess(folder);
  await crashed.tell("start");
  const path = join(folder, "sessions", "d.json");
  const left = await descriptorAt(path);
  await crashed.kill();
  const refused = await callBroker(left).catch((error: unknown) => (error as NodeJS.ErrnoException).code);
  const longAgo = new Date(Date.now() - 3_600_000);
  await utimes(left.socketPath, longAgo, longAgo);
  await using next = startBrokerProcess(folder);
  await next.tell("start");
  const { status } = await callBroker(await descriptorAt(path));
  assert.deepEqual([refused, status, (await readdir(join(folder, "s"))).length], ["ECONNREFUSED", 200, 1]);
});

test("an old bearer is worth nothing at the new window's socket", async () => {
  await using first = await window();
  const old = await descriptorAt(first.descriptorPath);
  await first.dispose();
  await using second = await window();
  const { status } = await callBroker({ ...old, socketPath: second.socketPath });
  assert.equal(status, 403);
});

test("of two windows on one folder, the one that stays serves when the other closes", async () => {
  await using staying = await window();
  await using other = await window();
  await other.dispose();
  await until("the staying window's descriptor", async () => {
    return (await readDescriptor(staying.descriptorPath))?.socketPath === staying.socketPath;
  });
  const { status } = await callBroker(await descriptorAt(staying.descriptorPath));
  assert.equal(status, 200);
});

test("of two windows on one folder, the one that stays takes over from one that crashed, but from none that lives", async () => {
  await using staying = await window();
  await using other = startBrokerProcess(folder);
  await other.tell("start");
  const foreign = await readFile(join(folder, "sessions", "d.json"), "utf8");
  await writeFile(staying.descriptorPath, foreign);
  await staying.restore();
  const whileItLives = (await descriptorAt(staying.descriptorPath)).pid;
  await other.kill();
  await staying.restore();
  const afterwards = (await descriptorAt(staying.descriptorPath)).pid;
  assert.deepEqual([whileItLives, afterwards], [other.pid, process.pid]);
});

// Folders, links and disks.

test("a folder that another user made first is left, for one of our own", asRoot, async () => {
  const temporaryFolder = folder;
  const theirs = join(temporaryFolder, "lancedb-auth-0");
  await mkdir(theirs);
  await chown(theirs, 65_534, 65_534);
  const around = { ...surroundings(), temporaryFolder, runtimeFolder: undefined };
  const paths = [await newSocketPathIn(around), await newSocketPathIn(around)];
  const folders = new Set(paths.map((path) => path.slice(0, path.lastIndexOf("/"))));
  assert.deepEqual(
    [folders.size, [...folders].every((each) => each.startsWith(`${theirs}-`)), await readdir(theirs)],
    [1, true, []],
  );
});

test("a runtime folder that is a link or a file is left for the next place", async () => {
  await mkdir(join(folder, "elsewhere"));
  await mkdir(join(folder, "run"));
  await symlink(join(folder, "elsewhere"), join(folder, "run", "lancedb-auth"));
  const around = { ...surroundings(), userId: 7, temporaryFolder: join(folder, "tmp") };
  const paths = [
    await newSocketPathIn({ ...around, runtimeFolder: join(folder, "run") }),
    await newSocketPathIn({ ...around, runtimeFolder: "/dev/null" }),
  ];
  assert.deepEqual(
    [
      paths.map((path) => path.startsWith(join(folder, "tmp", "lancedb-auth-7"))),
      await readdir(join(folder, "elsewhere")),
    ],
    [[true, true], []],
  );
});

test("a link in the socket folder with a socket's name is neither followed nor in the way", async () => {
  await mkdir(join(folder, "s"), { mode: 0o700 });
  await writeFile(join(folder, "victim"), "untouched");
  await symlink(join(folder, "victim"), join(folder, "s", "0123456789ab.sock"));
  await using broker = await window();
  const { status } = await callBroker(await descriptorAt(broker.descriptorPath));
  assert.deepEqual([status, await readFile(join(folder, "victim"), "utf8")], [200, "untouched"]);
});

test("a folder for descriptors that is a link is refused, and nothing listens then", async () => {
  await mkdir(join(folder, "elsewhere"));
  await symlink(join(folder, "elsewhere"), join(folder, "sessions"));
  await assert.rejects(window(), /is not a folder/);
  assert.deepEqual([await readdir(join(folder, "elsewhere")), await readdir(join(folder, "s"))], [[], []]);
});

test("another user can reach neither descriptor nor socket", asRoot, async () => {
  // The folders above are open, as /tmp and a home may be; the folder of our Node need not be, so that user gets a copy.
  for (const each of [root, folder]) await chmod(each, 0o755);
  const [node, open] = [join(folder, "node"), join(folder, "open.txt")];
  await copyFile(process.execPath, node);
  await chmod(node, 0o755);
  await writeFile(open, "", { mode: 0o644 });
  await using broker = await window();
  const script = `
    const { readFileSync } = require("node:fs");
    const found = [];
    for (const path of process.argv.slice(2)) {
      try { readFileSync(path); found.push("read"); } catch (error) { found.push(error.code); }
    }
    require("node:net").connect(process.argv[1]).on("connect", () => done("connected")).on("error", (error) => done(error.code));
    function done(what) { console.log(JSON.stringify([...found, what])); process.exit(0); }
  `;
  const args = ["-e", script, broker.socketPath, open, broker.descriptorPath];
  const { stdout } = await promisify(execFile)(node, args, { uid: 65_534, gid: 65_534, cwd: "/" });
  assert.deepEqual(JSON.parse(stdout), ["read", "EACCES", "EACCES"]);
});

test("on a full disk the new window fails, and the old one's descriptor stays whole", mounting, async () => {
  await using broker = startBrokerProcess(folder, "64 KB");
  await broker.tell("start");
  const before = await broker.tell("files");
  const full = await broker.tell("fill");
  const second = await broker.tell("start");
  const asked = await broker.tell("ask");
  const files = (await broker.tell("files")) as { files: string[] };
  assert.deepEqual(
    [full, second, asked, files.files.filter((name) => name !== "filler")],
    [{ full: true }, { failed: "ENOSPC" }, { status: 200 }, before["files"]],
  );
});

test("in a read-only home the window says so, and nothing listens", mounting, async () => {
  await using broker = startBrokerProcess(folder, "read-only");
  const started = await broker.tell("start");
  const files = await broker.tell("files");
  assert.deepEqual([started, files], [{ failed: "ENOENT" }, { files: [] }]);
});
