// Who is at the other end of the broker's socket, as the operating system tells: a real process over a real socket.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { before, describe, test } from "node:test";
import { promisify } from "node:util";
import { agentIn, peerOf, pidBehind, type Peer } from "../../../src/broker/peer.ts";

const hasSs = await promisify(execFile)("ss", ["--version"]).then(
  () => process.platform === "linux",
  () => false,
);
const onlyWithSs = hasSs ? {} : { skip: "this machine has no ss (iproute2)" };

describe("the process at the other end", onlyWithSs, () => {
  let found: Peer | undefined;
  let own: { readonly pid: number; readonly script: string; readonly folder: string };
  before(async () => {
    const folder = await realpath(await mkdtemp(join(tmpdir(), "la peer ")));
    const script = join(folder, "ask me.cjs");
    await writeFile(script, 'require("node:net").connect(process.argv[2]).on("close", () => process.exit());');
    const server = createServer();
    const path = join(folder, "a b.sock");
    await new Promise<void>((resolve) => server.listen(path, resolve));
    const child = execFile(process.execPath, [script, path], {
      cwd: folder,
      env: { ...process.env, CODEX_SANDBOX: "1" },
    });
    try {
      found = await new Promise<Peer | undefined>((resolve, reject) => {
        child.once("exit", () => reject(new Error("the program ended before it was known")));
        server.once("connection", (socket) => {
          peerOf(socket)
            .then(resolve, reject)
            .finally(() => socket.destroy());
        });
      });
      own = { pid: child.pid ?? 0, script, folder };
    } finally {
      child.kill();
      server.close();
      await rm(folder, { recursive: true, force: true });
    }
  });

  test("is known by process, executable, arguments and folder", () => {
    assert.deepEqual(
      [found?.pid, found?.executable, found?.arguments[0], found?.folder],
      [own.pid, process.execPath, own.script, own.folder],
    );
  });

  test("is known by the agent that its environment names", () => {
    assert.equal(found?.agent, "codex");
  });

  test("is known by its parent", () => {
    assert.notEqual(found?.parent, undefined);
  });
});

test("a listing whose rows are other sockets names nobody", () => {
  const listed = 'u_str ESTAB 0 0 /run/a b.sock 10 * 11 users:(("code",pid=1,fd=2))\nu_str ESTAB 0 0 * 11 * 10';
  assert.deepEqual(
    [pidBehind("10", listed), pidBehind("11", listed), pidBehind("12", listed)],
    [undefined, 1, undefined],
  );
});

for (const [variable, agent] of [
  ["AI_AGENT=github_copilot_vscode_agent", "github_copilot_vscode_agent"],
  ["CLAUDECODE=1", "claude-code"],
  ["CURSOR_AGENT=1", "cursor"],
  ["CODEX_THREAD_ID=x", "codex"],
  ["GEMINI_CLI=1", "gemini-cli"],
  ["COPILOT_AGENT=1", "github-copilot"],
  ["CLAUDECODE=", undefined],
  ["PATH=/bin", undefined],
] as const) {
  test(`${variable} in the environment means ${agent ?? "nobody"}`, () => {
    assert.equal(agentIn(["HOME=/root", variable]), agent);
  });
}
