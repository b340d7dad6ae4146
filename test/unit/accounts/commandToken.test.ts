// The command that prints a token, with real processes: no shell, an end to everything, and nothing left running.
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { runTokenCommand } from "../../../src/accounts/commandToken.ts";

let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), "la-command-"));
});
after(() => rm(folder, { recursive: true }));

function run(script: string, args: readonly string[] = [], timeoutMs = 30_000, signal?: AbortSignal): Promise<string> {
  return runTokenCommand({ command: process.execPath, args: ["-e", script, ...args], timeoutMs }, signal);
}

const failure = (work: Promise<string>): Promise<unknown> =>
  work.then(
    () => "printed",
    (error: unknown) => (error instanceof Error && "code" in error ? [error.code, error.message] : error),
  );

const said = "The command that prints a token failed: ";

test("arguments arrive as they are, whatever a shell would make of them", async () => {
  const hostile = ["a b", "$(touch pwned)", "; touch pwned", "`id`", "*", '"', "%PATH%", "&& echo no"];
  assert.deepEqual(JSON.parse(await run("console.log(JSON.stringify(process.argv.slice(1)))", hostile)), hostile);
});

test("a failure says the code and what the command complained, in one line without tokens", async () => {
  const script = "console.error('run \\`login\\` first\\n eyJhbGciOi.eyJzdWIi.c2ln'); process.exit(3)";
  const [code, message] = (await failure(run(script))) as [string, string];
  assert.deepEqual(
    [code, message.startsWith(`${said}node ended with 3: run`), message.includes("eyJ")],
    ["command_failed", true, false],
  );
});

test("a command that is not there is said to be so", async () => {
  const asked = runTokenCommand({ command: "no-such-command-here", args: [], timeoutMs: 1_000 });
  assert.deepEqual(await failure(asked), ["command_failed", `${said}no-such-command-here cannot be started (ENOENT)`]);
});

test("a command that prints without end is stopped", async () => {
  const script = "const more = () => process.stdout.write('x'.repeat(65536), more); more()";
  assert.deepEqual(await failure(run(script)), ["command_failed", `${said}node printed more than a token can be`]);
});

test("a command that complains without end does not wait for a reader", async () => {
  assert.equal(await run("process.stderr.write('x'.repeat(1e6), () => console.log('token'))"), "token\n");
});

/** A process that says its id in a file, and what it started holds the pipe open. */
const hanging = `
  const { spawn } = require("node:child_process");
  const child = spawn(process.execPath, ["-e", "setTimeout(() => {}, 5000)"], { stdio: "inherit" });
  require("node:fs").writeFileSync(process.argv[1], String(process.pid));
  setInterval(() => {}, 1000);`;

test("a command that does not end is stopped after its time", async () => {
  const [code, message] = (await failure(run(hanging, [join(folder, "late")], 1_000))) as [string, string];
  assert.deepEqual([code, message], ["command_failed", `${said}node did not end within 1 s`]);
});

test("a cancel stops it, and leaves no timer and no process behind", async () => {
  const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  const held = (): string => {
    const names = process.getActiveResourcesInfo();
    return names
      .filter((name) => /Process|Pipe|Timeout/.test(name))
      .sort()
      .join();
  };
  // What the test before has stopped is gone in a moment; the runner's deadline ends each wait.
  while (held().includes("Process")) await turn();
  const heldBefore = held();
  const [file, abort] = [join(folder, "cancelled"), new AbortController()];
  const asked = failure(run(hanging, [file], 30_000, abort.signal));
  while (!existsSync(file)) await turn();
  abort.abort();
  const [code] = (await asked) as [string];
  while (held() !== heldBefore) await turn();
  assert.equal(code, "cancelled");
});
