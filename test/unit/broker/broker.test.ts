// The local door: who may come in, where it is, and that nothing a stranger sends can hurt the window.
import assert from "node:assert/strict";
import { once } from "node:events";
import { chmod, chown, mkdir, mkdtemp, readdir, rename, rm, stat, symlink, utimes, writeFile } from "node:fs/promises";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, beforeEach, test } from "node:test";
import { descriptorPathFor, readDescriptor } from "../../../src/broker/descriptor.ts";
import type { BrokerAnswer, HeadersSource } from "../../../src/broker/exchange.ts";
import { startBroker, type Broker } from "../../../src/broker/server.ts";
import { newSocketPath, socketFolders } from "../../../src/broker/socketPlace.ts";
import { callBroker, descriptorAt, rightHead, sendRaw, type Call } from "../../support/broker/brokerCaller.ts";
import { stretched } from "../../support/runner/patience.ts";

const root = await mkdtemp(join(tmpdir(), "broker-"));
after(() => rm(root, { recursive: true }));

const reply = {
  version: 1,
  connection: { name: "demo", uri: "db://demo", hostOverride: "http://127.0.0.1:1" },
  headers: { authorization: "Bearer token-of-the-test" },
} as const;
const source: HeadersSource = {
  headers: () => Promise.resolve(reply),
  status: () => ({ version: 1, connections: [] }),
};

let folder: string;
/** Closed at the end whatever a test has left open: a failure must not keep the run from ending. */
const opened: Broker[] = [];
after(() => Promise.all(opened.map((broker) => broker.dispose())));
/** For tests that wait for something that may not come. */
const patient = { timeout: stretched(5_000) };
beforeEach(async () => {
  folder = await mkdtemp(join(root, "w"));
});

async function started(
  using: HeadersSource = source,
  options?: Parameters<typeof startBroker>[2],
): Promise<AsyncDisposable & Broker> {
  const place = {
    descriptorPath: descriptorPathFor(folder, "file:///project", "machine"),
    socketFolder: join(folder, "s"),
  };
  const broker = await startBroker(place, using, options);
  opened.push(broker);
  return { ...broker, [Symbol.asyncDispose]: () => broker.dispose() };
}

async function codeOf(broker: Broker, call: Call): Promise<[number, string]> {
  const { status, body } = await callBroker(await descriptorAt(broker.descriptorPath), call);
  return [status, (body as { error: { code: string } }).error.code];
}

test("the bearer and the custom header open the door", async () => {
  await using broker = await started();
  const { status, body } = await callBroker(await descriptorAt(broker.descriptorPath), { query: { uri: "db://demo" } });
  assert.deepEqual({ status, body }, { status: 200, body: reply });
});

test("every other caller is refused", async () => {
  await using broker = await started();
  const strangers: Record<string, string | undefined>[] = [
    { authorization: undefined },
    { authorization: "Bearer wrong" },
    { authorization: "" },
    { "x-lancedb-auth": undefined },
    { "x-lancedb-auth": "2" },
    { host: "localhost" },
    { host: "lancedb-auth.evil.example" },
    { origin: "http://localhost" },
    { origin: "null" },
    { "sec-fetch-mode": "cors" },
    { "sec-fetch-site": "none" },
  ];
  const codes = await Promise.all(strangers.map((headers) => codeOf(broker, { headers })));
  assert.deepEqual(
    codes,
    strangers.map(() => [403, "forbidden"]),
  );
});

test("every path and method is answered with JSON", async () => {
  await using broker = await started();
  const calls: Call[] = [
    { path: "/" },
    { path: "/v1/headers/" },
    { path: "/v1/nothing" },
    { path: "//evil.example/v1/headers" },
    { method: "POST", body: "{}" },
    { method: "DELETE" },
    { method: "OPTIONS" },
    { method: "POST", headers: { expect: "100-continue" } },
    { headers: { expect: "something" }, path: "/x" },
    { headers: { connection: "upgrade", upgrade: "websocket" }, path: "/x" },
    { path: "/v1/headers?uri=db://a&uri=db://b" },
    { query: { uri: "db://a\nb" } },
    { query: { uri: "db://".padEnd(3000, "a") } },
  ];
  const codes = await Promise.all(calls.map((call) => codeOf(broker, call)));
  assert.deepEqual(
    codes,
    calls.map(() => [400, "bad_request"]),
  );
});

test("a body is refused without being read", async () => {
  await using broker = await started();
  const descriptor = await descriptorAt(broker.descriptorPath);
  const text = await sendRaw(broker.socketPath, `${rightHead(descriptor)}content-length: 99999999999\r\n\r\nxxxx`);
  assert.match(text, /^HTTP\/1.1 400 .*"bad_request"/s);
});

test("what is not HTTP gets an answer and the door", async () => {
  await using broker = await started();
  const replies = await Promise.all([
    sendRaw(broker.socketPath, "hello\r\n\r\n"),
    sendRaw(broker.socketPath, "CONNECT evil:443 HTTP/1.1\r\nhost: evil\r\n\r\n"),
    sendRaw(broker.socketPath, `GET / HTTP/1.1\r\nx: ${"y".repeat(50_000)}\r\n\r\n`),
  ]);
  assert.deepEqual(
    replies.map((text) => /^HTTP\/1.1 400 .*"code":"bad_request"/s.test(text)),
    [true, true, true],
  );
});

test("a socket on which nothing or too little comes is closed", async () => {
  await using broker = await started(source, { limits: { headMs: 50 } });
  const replies = await Promise.all([
    sendRaw(broker.socketPath, ""),
    sendRaw(broker.socketPath, "GET / HTTP/1.1\r\nx:"),
  ]);
  assert.deepEqual(
    replies.map((text) => text === "" || text.includes("bad_request")),
    [true, true],
  );
});

test("a connection too many is closed and the others live", patient, async () => {
  const { promise: held, resolve: release } = Promise.withResolvers<typeof reply>();
  const arrived = Promise.withResolvers<undefined>();
  const slow = { ...source, headers: () => (arrived.resolve(undefined), held) };
  await using broker = await started(slow, { limits: { connections: 1 } });
  const descriptor = await descriptorAt(broker.descriptorPath);
  const first = callBroker(descriptor);
  await arrived.promise;
  await assert.rejects(callBroker(descriptor));
  release(reply);
  assert.equal((await first).status, 200);
});

test("a source that throws anything at all becomes an answer without its text", async () => {
  const thrown = [new Error("secret-of-the-source"), new SyntaxError("secret-of-the-source")];
  const answers: string[] = [];
  for (const what of thrown) {
    const broken: HeadersSource = {
      headers: () => {
        throw what;
      },
      status: () => {
        throw what;
      },
    };
    await using broker = await started(broken);
    const descriptor = await descriptorAt(broker.descriptorPath);
    for (const path of ["/v1/headers", "/v1/status"]) {
      const { status, body } = await callBroker(descriptor, { path });
      answers.push(`${status} ${JSON.stringify(body)}`);
    }
  }
  const expected = /^503 \{"version":1,"error":\{"code":"unavailable","message":"LanceDB Auth has a fault\. [^-]*$/;
  assert.deepEqual(
    answers.filter((answer) => !expected.test(answer)),
    [],
  );
});

test("a caller that has gone is told to the source", patient, async () => {
  const gone = Promise.withResolvers<boolean>();
  const asked = Promise.withResolvers<undefined>();
  const waiting: HeadersSource = {
    ...source,
    headers: (_, signal) => {
      asked.resolve(undefined);
      return new Promise((_resolve, reject) => {
        signal?.addEventListener("abort", () => {
          gone.resolve(true);
          reject(new Error("gone"));
        });
      });
    },
  };
  await using broker = await started(waiting);
  const descriptor = await descriptorAt(broker.descriptorPath);
  const socket = connect(broker.socketPath, () => socket.write(`${rightHead(descriptor)}\r\n`));
  await asked.promise;
  socket.destroy();
  assert.equal(await gone.promise, true);
});

test("a sign of life comes before a slow answer", patient, async () => {
  const { promise: held, resolve: release } = Promise.withResolvers<typeof reply>();
  await using broker = await started({ ...source, headers: () => held });
  const descriptor = await descriptorAt(broker.descriptorPath);
  const socket = connect(broker.socketPath, () => socket.write(`${rightHead(descriptor)}\r\n`));
  const [first] = (await once(socket, "data")) as [Buffer];
  release(reply);
  socket.destroy();
  assert.match(first.toString(), /^HTTP\/1.1 102 Processing\r\n\r\n$/);
});

test("answers are told without a token, refusals too", async () => {
  const told: BrokerAnswer[] = [];
  await using broker = await started(source, { onAnswer: (answer) => told.push(answer) });
  const descriptor = await descriptorAt(broker.descriptorPath);
  await callBroker(descriptor, { query: { uri: "db://demo" } });
  await callBroker(descriptor, { path: "/v1/status" });
  await callBroker(descriptor, { headers: { authorization: "Bearer x" } });
  assert.deepEqual(told, [
    { path: "/v1/headers", about: "db://demo", outcome: "ok" },
    { path: "/v1/status", outcome: "ok" },
    { path: "", outcome: "forbidden" },
  ]);
});

test("what a caller says that it is gets told as one short line, and nothing where it says nothing", async () => {
  const told: (string | undefined)[] = [];
  await using broker = await started(source, { onAnswer: ({ client }) => told.push(client) });
  const descriptor = await descriptorAt(broker.descriptorPath);
  const says = ["python%204242%20%C3%A4.py", "a%0D%0Ab%E2%80%AE%00c", "%", "x".repeat(400), "%0A", undefined];
  for (const client of says) await callBroker(descriptor, { headers: { "x-lancedb-auth-client": client } });
  assert.deepEqual(told, ["python 4242 ä.py", "a b c", "%", "x".repeat(100), undefined, undefined]);
});

test("descriptor and socket are this user's alone", async () => {
  await using broker = await started();
  const modes = await Promise.all(
    [join(folder, "sessions"), broker.descriptorPath, join(folder, "s")].map(
      async (path) => (await stat(path)).mode & 0o777,
    ),
  );
  assert.deepEqual(modes, [0o700, 0o600, 0o700]);
});

test("the bearer is new at every start, the descriptor's path is not", async () => {
  await using first = await started();
  const before = await descriptorAt(first.descriptorPath);
  await using second = await started();
  const now = await descriptorAt(second.descriptorPath);
  assert.deepEqual(
    { samePath: first.descriptorPath === second.descriptorPath, sameBearer: before.bearer === now.bearer },
    { samePath: true, sameBearer: false },
  );
});

test("closing leaves neither socket nor descriptor behind", async () => {
  const broker = await started();
  await Promise.all([broker.dispose(), broker.dispose()]);
  const left = [...(await readdir(join(folder, "s"))), ...(await readdir(join(folder, "sessions")))];
  assert.deepEqual(left, []);
});

test("a window that closes late leaves the descriptor of the next one alone", async () => {
  const old = await started();
  await using next = await started();
  const written = await descriptorAt(next.descriptorPath);
  await old.dispose();
  assert.deepEqual(await readDescriptor(next.descriptorPath), written);
});

test("a socket that a crashed window left is swept away, a living one is not", async () => {
  const sockets = join(folder, "s");
  await using living = await started();
  const dead = join(sockets, "0123456789ab.sock");
  const crashed = createServer().listen(dead);
  await once(crashed, "listening");
  // Node takes its socket away when it closes; a crash does not.
  await rename(dead, join(folder, "aside"));
  crashed.close();
  await once(crashed, "close");
  await rename(join(folder, "aside"), dead);
  const longAgo = new Date(Date.now() - 3_600_000);
  await Promise.all([dead, living.socketPath].map((path) => utimes(path, longAgo, longAgo)));
  await using next = await started();
  const paths = [living.socketPath, next.socketPath].map((path) => path.slice(sockets.length + 1));
  assert.deepEqual((await readdir(sockets)).toSorted(), paths.toSorted());
});

test("a path over 100 bytes is refused before anything listens", async () => {
  const long = join(folder, "x".repeat(100));
  await assert.rejects(newSocketPath(long, process.platform), /longer than 100 bytes/);
});

test("a folder that is a link or is open to others is not trusted as it is", async () => {
  await mkdir(join(folder, "real"));
  await symlink(join(folder, "real"), join(folder, "link"));
  await assert.rejects(newSocketPath(join(folder, "link"), process.platform), /is not a folder/);
  await mkdir(join(folder, "open"));
  await chmod(join(folder, "open"), 0o777);
  await newSocketPath(join(folder, "open"), process.platform);
  assert.equal((await stat(join(folder, "open"))).mode & 0o777, 0o700);
});

test("a folder that another user made is refused", { skip: process.getuid?.() !== 0 && "needs root" }, async () => {
  await mkdir(join(folder, "theirs"));
  await chown(join(folder, "theirs"), 65_534, 65_534);
  await assert.rejects(newSocketPath(join(folder, "theirs"), process.platform), /belongs to another user/);
});

test("a descriptor that is a link is neither written through nor read", async () => {
  const path = descriptorPathFor(folder, "file:///project", "machine");
  await mkdir(join(folder, "sessions"));
  await writeFile(join(folder, "victim"), "untouched");
  await symlink(join(folder, "victim"), path);
  await assert.rejects(started(), /is a symbolic link/);
  await assert.rejects(readDescriptor(path));
});

test("each platform gets a place that is short and its own", async () => {
  const linux = { platform: "linux", runtimeFolder: "/run/user/1000", temporaryFolder: "/tmp", userId: 1000 } as const;
  const pipe = await newSocketPath(undefined, "win32");
  assert.deepEqual(
    [
      socketFolders(linux),
      socketFolders({ ...linux, runtimeFolder: undefined }),
      socketFolders({ ...linux, runtimeFolder: "relative" }),
      socketFolders({ ...linux, runtimeFolder: `/run/${"x".repeat(90)}` }),
      socketFolders({
        ...linux,
        platform: "darwin",
        runtimeFolder: undefined,
        temporaryFolder: "/var/folders/ab/T",
      }),
      socketFolders({ ...linux, platform: "win32" }),
      /^\\\\\.\\pipe\\lancedb-auth-[0-9a-f]{32}$/.test(pipe),
    ],
    [
      ["/run/user/1000/lancedb-auth", "/tmp/lancedb-auth-1000"],
      ["/tmp/lancedb-auth-1000"],
      ["/tmp/lancedb-auth-1000"],
      ["/tmp/lancedb-auth-1000"],
      ["/var/folders/ab/T/lancedb-auth-1000"],
      [],
      true,
    ],
  );
});
