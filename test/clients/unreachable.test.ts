// Why a program cannot reach the window, as Python, Node and the command line tool say it: each sentence in the real situation, and the
// same in all three. And how long they wait for a window that was there a moment ago.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { EventEmitter, once } from "node:events";
import { chmod, copyFile, mkdir, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { hostname, tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { after, before, describe, test } from "node:test";
import { descriptorAt } from "../support/broker/brokerCaller.ts";
import { canMount, startBrokerProcess } from "../support/broker/brokerProcess.ts";
import { findOnPath } from "../support/runner/tools.ts";
import { startSession, type Ended, type RunOptions, type Session } from "../support/session.ts";

let session: Session;
before(async () => {
  session = await startSession();
  await writePrograms(session);
});
after(() => session[Symbol.asyncDispose]());

const linux = { skip: process.platform !== "linux" && "needs Linux" };
const asRoot = { skip: (process.getuid?.() !== 0 || findOnPath("setpriv") === undefined) && "needs root and setpriv" };
const namespaces = {
  skip: (process.getuid?.() !== 0 || !canMount()) && "needs root and namespaces of its own (Linux)",
};

/** Both name our files by their path, so that they find them also where the terminal's variables are taken away. */
async function writePrograms({ folder, clients }: Session): Promise<void> {
  const python = `import sys
sys.path.insert(0, ${JSON.stringify(clients.pythonExplicit)})
from lancedb_auth import LanceDBAuthError, header_provider
try:
    print(header_provider("db://demo").get_headers()["authorization"])
except LanceDBAuthError as error:
    print(error)
`;
  const node = `const { headers } = require(${JSON.stringify(join(clients.bin, "../node/lancedb-auth/index.cjs"))});
headers({ uri: "db://demo" }).then(({ authorization }) => console.log(authorization), ({ message }) => console.log(message));
`;
  await writeFile(join(folder, "ask.py"), python);
  await writeFile(join(folder, "ask.cjs"), node);
}

interface Way {
  /** What runs the command line tool, where its own wrapper cannot. */
  readonly tool?: readonly [string, ...string[]];
  /** Put in front of the command, which it runs somewhere else. */
  readonly through?: readonly string[];
  readonly options?: RunOptions;
  /** In place of the session's. */
  readonly python?: string | undefined;
}

/** What the three say, each once: one sentence where they agree. */
async function saidBy(own: Session, { through = [], options = {}, python = own.python, tool }: Way): Promise<string[]> {
  const run = (program: string, ...args: string[]): Promise<Ended> => {
    const [first = program, ...rest] = [...through, program, ...args];
    return own.run(first, rest, options);
  };
  const ended = await Promise.all([
    ...(python === undefined ? [] : [run(python, join(own.folder, "ask.py"))]),
    run(process.execPath, join(own.folder, "ask.cjs")),
    run(...(tool ?? ([join(own.clients.bin, "lancedb-auth")] as const)), "token", "--uri", "db://demo"),
  ]);
  const texts = ended.map(({ stdout, stderr }) => {
    const text = `${stdout}${stderr}`.trim().replace(/^lancedb-auth: /, "");
    return text.replace(/^(Bearer )?ey\S+$/, "a token").replace(/waited \d+ s/, "waited N s");
  });
  return [...new Set(texts)];
}

const closedWindow =
  "No VS Code window serves this program any more: the one that started its terminal has been closed, or has nothing to hand out. Open the folder in VS Code again.";
const allowSockets =
  'In VS Code: "chat.agent.sandbox.advanced.runtime": {"network": {"allowAllUnixSockets": true}}. In Claude Code: sandbox.network.allowAllUnixSockets. In Codex: sandbox_workspace_write.network_access.';

// A sandbox.

for (const [call, code] of [
  ["socket", "EPERM"],
  ["socket", "EACCES"],
  ["connect", "EPERM"],
  ["socket", "EAFNOSUPPORT"],
] as const) {
  test(`a sandbox that refuses ${call}() with ${code} is named, with the settings that allow it`, linux, async (t) => {
    if (session.python === undefined) {
      t.skip("needs Python, to refuse a system call");
      return;
    }
    const refusing = [session.python, join(import.meta.dirname, "programs", "refuse_sockets.py"), call, code];
    if (spawnSync(refusing[0] ?? "", [...refusing.slice(1), "true"]).status === 77) {
      t.skip("no seccomp here");
      return;
    }
    assert.deepEqual(await saidBy(session, { through: refusing }), [
      `A sandbox keeps this program from the socket of the VS Code window (${code}). Run it outside the sandbox, or allow Unix sockets there. ${allowSockets}`,
    ]);
  });
}

/** The command in a mount namespace of its own, after a few lines of shell; $1 is a path of the test's choice. */
const elsewhere = (lines: string, path: string, ...flags: string[]): string[] => [
  ...["unshare", "-m", ...flags, "sh", "-c", `set -e; ${lines}; shift; exec "$@"`, "sh", path],
];

test("a sandbox that hides the home is named, and what it must let through", namespaces, async () => {
  await using own = await startSession();
  await writePrograms(own);
  // The client files are there, and the folder of the descriptor is not: as if they were installed into the environment.
  const away = { LANCEDB_AUTH_SESSION: join(own.folder, "hidden", "storage", "sessions", "d.json") };
  await mkdir(dirname(away.LANCEDB_AUTH_SESSION), { recursive: true });
  await copyFile(own.descriptorPath, away.LANCEDB_AUTH_SESSION);
  const hide = elsewhere('mount -t tmpfs none "$1"', join(own.folder, "hidden"));
  assert.deepEqual(await saidBy(own, { through: hide, options: { env: { ...away, SANDBOX_RUNTIME: "1" } } }), [
    `A sandbox hides the files of LanceDB Auth from this program (${away.LANCEDB_AUTH_SESSION}). Run it outside the sandbox, or let it read there (in VS Code: allowRead in chat.agent.sandbox.fileSystem.linux or .mac) and allow Unix sockets. ${allowSockets}`,
  ]);
});

// A container, another user, another machine.

test("a container that does not show the socket is told what to mount", namespaces, async () => {
  const { socketPath } = await descriptorAt(session.descriptorPath);
  const hide = elsewhere('mount -t tmpfs none "$1"', dirname(socketPath));
  assert.deepEqual(await saidBy(session, { through: hide }), [
    `This program runs in a container, or another place that does not show ${socketPath} of the VS Code window. Start it outside, or attach VS Code to the container, or mount the folder ${dirname(socketPath)} there.`,
  ]);
});

test("another user is told that the window's user alone may", asRoot, async () => {
  await using own = await startSession();
  await writePrograms(own);
  await chmod(own.folder, 0o755);
  const nobody = ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"];
  const [setpriv = "", ...flags] = nobody;
  const python = "/usr/bin/python3";
  const canRun = spawnSync(setpriv, [...flags, python, "--version"]).status === 0;
  const env = { PYTHONDONTWRITEBYTECODE: "1" };
  // A shell of that user may not reach our Node, where the clone lies in a folder of ours alone.
  const tool = [process.execPath, join(own.clients.bin, "lancedb-auth.cjs")] as const;
  assert.deepEqual(
    await saidBy(own, { through: nobody, options: { env }, python: canRun ? python : undefined, tool }),
    [
      "This program runs as another user than the VS Code window, and only the user of the window may use its sign-in. Start it as that user: without sudo or su.",
    ],
  );
});

test("who is started by sudo, which takes the pointer away, is told so", async () => {
  const env = { LANCEDB_AUTH_SESSION: undefined, SUDO_USER: "ada" };
  assert.deepEqual(await saidBy(session, { options: { env } }), [
    "sudo takes the variables of the VS Code terminal away from this program (LANCEDB_AUTH_SESSION). Start it without sudo.",
  ]);
});

test(
  "a program on another machine that shares the home is told which machine's window is meant",
  namespaces,
  async () => {
    const { socketPath } = await descriptorAt(session.descriptorPath);
    const boot = join(session.folder, "boot_id");
    await writeFile(boot, "00000000-0000-4000-8000-000000000007\n");
    const other = `hostname node7; mount -t tmpfs none "$1"; mount --bind '${boot.replaceAll("'", `'\\''`)}' /proc/sys/kernel/random/boot_id`;
    const there = elsewhere(other, dirname(socketPath), "-u");
    const here = hostname();
    assert.deepEqual(await saidBy(session, { through: there }), [
      `The VS Code window that signs in to LanceDB runs on the machine "${here}", and this program on "node7": a local socket does not reach across. Start the program on "${here}", or open the folder in VS Code on "node7" (Remote-SSH) and start it in a terminal there.`,
    ]);
  },
);

// The window itself. They wait for real, so they wait together.

describe("the window", { concurrency: true }, () => {
  test("a locked window says that it is locked", async () => {
    await using own = await startSession();
    await writePrograms(own);
    own.lock();
    assert.deepEqual(await saidBy(own, {}), ["LanceDB Auth is locked. Unlock it in VS Code, then try again."]);
  });

  test("a window that is reloaded is waited for, also by a program that connects for the first time", async () => {
    await using own = await startSession();
    await writePrograms(own);
    const leaving = await replaceWithLeavingWindow(own);
    const said = saidBy(own, {});
    await leaving.askedBy(own.python === undefined ? 2 : 3);
    await leaving.close();
    await own.openWindow();
    assert.deepEqual(await said, ["a token"]);
  });

  test("a window that was closed is waited for with a bound, and the sentence says so; later it is not waited for", async () => {
    await using own = await startSession();
    await writePrograms(own);
    await own.closeWindow();
    const first = await saidBy(own, {});
    const startedAt = performance.now();
    const later = await saidBy(own, {});
    assert.deepEqual(
      [first, later, performance.now() - startedAt < 15_000],
      [[`${closedWindow} (This program has waited N s for it.)`], [closedWindow], true],
    );
  });

  test("a window that crashed is said to have ended, after it had the time to come back", linux, async () => {
    await using own = await startSession();
    await writePrograms(own);
    const crashed = startBrokerProcess(own.folder);
    await crashed.tell("start");
    await crashed.kill();
    const env = { LANCEDB_AUTH_SESSION: join(own.folder, "sessions", "d.json") };
    assert.deepEqual(await saidBy(own, { options: { env } }), [
      `The VS Code window that signs in to LanceDB has ended (its process ${crashed.pid} is gone). Open the folder in VS Code again, or run "Developer: Restart Extension Host" there. (This program has waited N s for it.)`,
    ]);
  });

  test("a window that is busy is said to be busy", linux, async () => {
    await using own = await startSession();
    await writePrograms(own);
    await using busy = startBrokerProcess(own.folder);
    await busy.tell("start");
    const env = { LANCEDB_AUTH_SESSION: join(own.folder, "sessions", "d.json") };
    process.kill(busy.pid, "SIGSTOP");
    try {
      assert.deepEqual(await saidBy(own, { options: { env } }), [
        'The VS Code window that signs in to LanceDB is busy: it gave no sign of life for 10 s. Try again; if it stays so, run "Developer: Reload Window" there.',
      ]);
    } finally {
      process.kill(busy.pid, "SIGCONT");
    }
  });

  test("a descriptor that is damaged, or of another version, has its sentence", async () => {
    const path = join(session.folder, "own.json");
    const env = { LANCEDB_AUTH_SESSION: path };
    await writeFile(path, '{"version":2}');
    const version = await saidBy(session, { options: { env } });
    await writeFile(`${path}.new`, "{");
    await rename(`${path}.new`, path);
    const damaged = await saidBy(session, { options: { env } });
    assert.deepEqual(
      [version, damaged],
      [
        [
          "The VS Code window that signs in to LanceDB has another version of LanceDB Auth. Open a new terminal there, and start this program in it.",
        ],
        [
          `The file that leads to the VS Code window is damaged (${path}). Run "Developer: Reload Window" there. (This program has waited N s for it.)`,
        ],
      ],
    );
  });
});

/** A window in the moment when it closes: it takes a question, and is gone before it has answered. */
async function replaceWithLeavingWindow(own: Session): Promise<{
  /** So many programs have had to learn that. */
  askedBy(count: number): Promise<void>;
  close(): Promise<void>;
}> {
  await own.closeWindow();
  const folder = await mkdtemp(join(tmpdir(), "leaving-"));
  const socketPath = process.platform === "win32" ? `\\\\.\\pipe\\${basename(folder)}` : join(folder, "s");
  const [programs, news] = [new Set<string>(), new EventEmitter()];
  const server = createServer((socket) => {
    socket.on("error", () => undefined);
    socket.on("data", (head) => {
      programs.add(/x-lancedb-auth-client: (\S+)/i.exec(head.toString())?.[1] ?? "");
      socket.destroy();
      news.emit("asked");
    });
  }).listen(socketPath);
  await once(server, "listening");
  const descriptor = { version: 1, socketPath, bearer: "b", pid: process.pid };
  await writeFile(own.descriptorPath, JSON.stringify(descriptor), { mode: 0o600 });
  return {
    askedBy: async (count) => {
      while (programs.size < count) await once(news, "asked");
    },
    close: async () => {
      await rm(own.descriptorPath);
      server.close();
      await once(server, "close");
      await rm(folder, { recursive: true });
    },
  };
}
