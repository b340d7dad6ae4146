// What npm test counts: a crash, a hang, an empty file and an empty suite are failures, whatever the runner calls them.
import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { inWords, nothing, notEmpty, sum, type Tally } from "../../support/runner/tally.ts";
import { loud, root } from "../../support/runner/tools.ts";

const importTest = 'import { describe, test } from "node:test";\n';

/** Runs one test file in a runner of its own (a runner inside a runner counts nothing), and answers what it was counted as. */
async function countedAs(context: TestContext, code: string): Promise<Tally> {
  const folder = await mkdtemp(join(tmpdir(), "la-tally-"));
  context.after(() => rm(folder, { recursive: true, force: true }));
  const [file, runner] = [join(folder, "some.test.mjs"), join(folder, "runner.mjs")];
  await writeFile(file, importTest + code);
  const options = { concurrency: 1, testMs: 1_000, silenceMs: 3_000 };
  await writeFile(
    runner,
    `const { runNodeTests } = await import(${JSON.stringify(join(root, "test", "support", "runner", "nodeTests.ts"))});
     const tally = await runNodeTests([${JSON.stringify(file)}], ${JSON.stringify(options)});
     console.log("\\n" + JSON.stringify(tally));`,
  );
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const said = await loud(process.execPath, [runner], folder, env);
  const { passed, failed, skipped } = JSON.parse(said.trim().split("\n").at(-1) ?? "") as Tally;
  return { passed, failed: failed.map((name) => name.replace(/^.*\//, "")), skipped };
}

for (const [what, code, expected] of [
  ["passed and failed tests by name", 'test("a", () => {}); test("b", () => { throw 1; });', [1, ["b"], []]],
  ["tests of a group, and not the group", 'describe("g", () => { test("a", () => { throw 1; }); });', [0, ["a"], []]],
  ["a skipped test with its reason", 'test("a", { skip: "no Python" }, () => {});', [0, [], ["a: no Python"]]],
  ["a file without a test as failed", "", [0, ["some.test.mjs holds no test"], []]],
  ["a file that crashes as failed", 'throw new Error("x");', [0, ["some.test.mjs did not end well"], []]],
  ["a test that hangs as failed", 'test("a", () => new Promise((r) => setTimeout(r, 2e3)));', [0, ["a"], []]],
  [
    "a file that never ends as failed, its tests beside it",
    'test("a", () => {}); setInterval(() => {}, 1e3);',
    [1, ["some.test.mjs did not end well"], []],
  ],
] as const) {
  test(`the runner counts ${what}`, async (context) => {
    const { passed, failed, skipped } = await countedAs(context, code);
    assert.deepEqual([passed, failed, skipped], expected);
  });
}

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
