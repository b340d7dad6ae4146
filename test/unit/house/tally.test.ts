// What npm test counts: a crash, a hang, an empty file and an empty suite are failures, whatever the runner calls them.
import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { commandLine } from "../../support/runner/processTree.ts";
import { inWords, nothing, notEmpty, sum, type Tally } from "../../support/runner/tally.ts";
import { loud, root } from "../../support/runner/tools.ts";
import { until } from "../../support/workbench/person.ts";

const importTest = 'import { describe, test } from "node:test";\n';

const quick = { testMs: 1_000, silenceMs: 2_000, graceMs: 500 };

/** Runs one test file in a runner of its own (a runner inside a runner counts nothing), and answers what it was counted as. */
async function countedAs(context: TestContext, code: string, options = quick): Promise<Tally> {
  const folder = await mkdtemp(join(tmpdir(), "la-tally-"));
  context.after(() => rm(folder, { recursive: true, force: true }));
  const [file, runner] = [join(folder, "some.test.mjs"), join(folder, "runner.mjs")];
  await writeFile(file, importTest + code);
  await writeFile(
    runner,
    `const { runNodeTests } = await import(${JSON.stringify(join(root, "test", "support", "runner", "nodeTests.ts"))});
     const tally = await runNodeTests([${JSON.stringify(file)}], ${JSON.stringify(options)});
     console.log("\\n" + JSON.stringify(tally));`,
  );
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const said = await loud(process.execPath, [runner], folder, env);
  const { passed, failed, skipped } = JSON.parse(said.trim().split("\n").at(-1) ?? "") as Tally;
  const plain = failed.map((name) => name.replace(/^.*\//, "").replace(/for \d+ s/, "for N s"));
  return { passed, failed: plain, skipped };
}

for (const [what, code, expected] of [
  ["passed and failed tests by name", 'test("a", () => {}); test("b", () => { throw 1; });', [1, ["b"], []]],
  ["tests of a group, and not the group", 'describe("g", () => { test("a", () => { throw 1; }); });', [0, ["a"], []]],
  ["a skipped test with its reason", 'test("a", { skip: "no Python" }, () => {});', [0, [], ["a: no Python"]]],
  ["a file without a test as failed", "", [0, ["some.test.mjs holds no test"], []]],
  ["a file that crashes as failed", 'throw new Error("x");', [0, ["some.test.mjs did not end well"], []]],
  ["a test that hangs as failed", 'test("a", () => new Promise((r) => setTimeout(r, 2e3)));', [0, ["a"], []]],
  [
    "a file that leaves something open as failed, its tests beside it",
    'test("a", () => {}); setInterval(() => {}, 1e3);',
    [1, ["some.test.mjs did not end well"], []],
  ],
  [
    "a file that never lets go of the processor as failed",
    "for (;;);",
    [0, ["some.test.mjs was ended: nothing was heard of it for N s"], []],
  ],
] as const) {
  test(`the runner counts ${what}`, async (context) => {
    const { passed, failed, skipped } = await countedAs(context, code);
    assert.deepEqual([passed, failed, skipped], expected);
  });
}

const posix = { skip: process.platform === "win32" && "Windows does not tell which process started which" };

test("what a file has started ends with it when it is ended", posix, async (context) => {
  const child = 'spawn(process.execPath, ["-e", "setInterval(() => {}, 1e3)"], { detached: true })';
  const { failed } = await countedAs(
    context,
    `import { spawn } from "node:child_process";
     const { pid } = ${child};
     test(String(pid), () => new Promise(() => setInterval(() => {}, 1e3)), { timeout: 1e6 });`,
    { ...quick, testMs: 60_000 },
  );
  const [, pid = ""] = /, in “(\d+)”$/.exec(failed[0] ?? "") ?? [];
  assert.equal(pid !== "", true, failed.join());
  // Nobody may have collected the orphan yet: then its command line is empty.
  await until("its end", async () => !(await commandLine(pid)).includes("setInterval"));
});

test("a suite that ran no test has failed", () => {
  assert.deepEqual(notEmpty(nothing, "the suite ui").failed, ["the suite ui ran no test"]);
});

test("the closing line adds up and names the skipped only where there are some", () => {
  const one = { passed: 2, failed: ["a"], skipped: [] };
  assert.deepEqual(
    [inWords(sum([one, one])), inWords(sum([one, { ...nothing, skipped: ["b"] }]))],
    ["4 passed, 2 failed", "2 passed, 1 failed, 1 skipped"],
  );
});
