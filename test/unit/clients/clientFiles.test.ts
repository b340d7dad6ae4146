// The copy of the client files: complete, in place, unchanged where nothing changed, quoted for every shell and platform.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { cliWrappers, installClientFiles, quoteNodeOption } from "../../../src/sessions/clientFiles.ts";

const run = promisify(execFile);

/** A folder with shipped files, in a path that is hard on shells. */
async function withShipped(use: (shipped: string, target: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'la it\'s "odd" '));
  const shipped = join(folder, "shipped");
  try {
    await mkdir(join(shipped, "bin"), { recursive: true });
    await mkdir(join(shipped, "node"), { recursive: true });
    await writeFile(join(shipped, "bin", "lancedb-auth.cjs"), "console.log(JSON.stringify(process.argv.slice(2)));\n");
    await writeFile(join(shipped, "node", "register.cjs"), "globalThis.registered = true;\n");
    await use(shipped, join(folder, "target"));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

test("every shipped file arrives with its content", () =>
  withShipped(async (shipped, target) => {
    await installClientFiles(shipped, target);
    const register = join("node", "register.cjs");
    assert.equal(await readFile(join(target, register), "utf8"), await readFile(join(shipped, register), "utf8"));
  }));

test("a second copy touches nothing, a newer version replaces what differs", () =>
  withShipped(async (shipped, target) => {
    await installClientFiles(shipped, target);
    const [register, cli] = [join(target, "node", "register.cjs"), join(target, "bin", "lancedb-auth.cjs")];
    const before = [(await stat(register)).ino, (await stat(cli)).ino];
    await writeFile(join(shipped, "node", "register.cjs"), "// newer\n");
    await installClientFiles(shipped, target);
    const after = [(await stat(register)).ino, (await stat(cli)).ino];
    assert.deepEqual([after[0] === before[0], after[1] === before[1]], [false, true]);
  }));

test(
  "the command runs on the given Node from a path with spaces and quotes, whatever NODE_OPTIONS say",
  { skip: process.platform === "win32" },
  () =>
    withShipped(async (shipped, target) => {
      const { bin } = await installClientFiles(shipped, target);
      const env = { ...process.env, NODE_OPTIONS: "--require /nowhere.cjs" };
      const { stdout } = await run(join(bin, "lancedb-auth"), ["a b", '"c"'], { env });
      assert.deepEqual(JSON.parse(stdout), ["a b", '"c"']);
    }),
);

test("programs that start while an update replaces the files again and again start all the same", () =>
  withShipped(async (shipped, target) => {
    const { nodeOption } = await installClientFiles(shipped, target);
    const env = { ...process.env, NODE_OPTIONS: nodeOption };
    const outcomes: string[] = [];
    const programs = Promise.all(
      [1, 2, 3].map(async () => {
        for (let starts = 0; starts < 12; starts++) {
          const ended = run(process.execPath, ["-p", "globalThis.registered"], { env });
          outcomes.push(
            await ended.then(
              ({ stdout }) => stdout.trim(),
              (error: unknown) => String(error),
            ),
          );
        }
      }),
    );
    const running = { is: true };
    void programs.finally(() => (running.is = false));
    let updates = 0;
    while (running.is) {
      // Long, so that a file that is half written would be read by somebody.
      const text = `globalThis.registered = true;\n//${"x".repeat(500_000)}${String(updates++)}\n;globalThis.registered &&= true;\n`;
      await writeFile(join(shipped, "node", "register.cjs"), text);
      await installClientFiles(shipped, target);
    }
    await programs;
    assert.deepEqual([new Set(outcomes), outcomes.length, updates > 10], [new Set(["true"]), 36, true]);
  }));

test("the option for NODE_OPTIONS loads the hook from a path with spaces and quotes", () =>
  withShipped(async (shipped, target) => {
    const { nodeOption } = await installClientFiles(shipped, target);
    const env = { ...process.env, NODE_OPTIONS: `--no-warnings ${nodeOption} ` };
    const { stdout } = await run(process.execPath, ["-p", "globalThis.registered"], { env });
    assert.equal(stdout.trim(), "true");
  }));

test("backslashes of a Windows path are doubled inside NODE_OPTIONS' quotes", () => {
  assert.equal(quoteNodeOption("C:\\Users\\A B\\register.cjs"), '"C:\\\\Users\\\\A B\\\\register.cjs"');
});

test("Windows gets a .cmd that runs VS Code's Electron as Node", () => {
  const wrappers = cliWrappers({ platform: "win32", execPath: "C:\\VS Code\\Code.exe" }, "C:\\s\\lancedb-auth.cjs");
  const cmd = wrappers["lancedb-auth.cmd"] ?? "";
  assert.deepEqual(
    [cmd.includes("set ELECTRON_RUN_AS_NODE=1"), cmd.includes('"C:\\VS Code\\Code.exe" "%~dp0lancedb-auth.cjs" %*')],
    [true, true],
  );
});
