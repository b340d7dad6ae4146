// What the suites are and how each is run. A filter keeps the test files whose path contains it.
import { glob } from "node:fs/promises";
import { join, sep } from "node:path";
import { runChecks } from "./checks.ts";
import { runEditorSuite } from "../workbench/editor.ts";
import { runNodeTests } from "./nodeTests.ts";
import { packageVsix } from "../package.ts";
import { runPytest } from "./pytest.ts";
import { nothing, sum, type Tally } from "./tally.ts";
import { ensureChromium, ensureCodeServer, root, say } from "./tools.ts";

export const suites = {
  check: runChecks,
  unit: async (filter) => runNodeTests(await testFiles("test/unit/**/*.test.ts", filter), { concurrency: 2 }),
  clients: async (filter) =>
    sum([
      await runNodeTests(await testFiles("test/clients/**/*.test.ts", filter), { concurrency: 1 }),
      await runPytest(await testFiles("test/clients/**/test_*.py", filter)),
    ]),
  editor: runEditor,
  ui: runUi,
  soak: async (filter) =>
    runNodeTests(await testFiles("test/soak/**/*.test.ts", filter), { concurrency: 1, testMs: 45 * 60_000 }),
} as const satisfies Record<string, (filter: string) => Promise<Tally>>;

export type SuiteName = keyof typeof suites;

/** Run where they are named, and not with all the others: they take long, and each has a short version in another suite. */
export const longSuites: readonly SuiteName[] = ["soak"];

async function testFiles(pattern: string, filter: string): Promise<readonly string[]> {
  const files: string[] = [];
  for await (const file of glob(pattern, { cwd: root })) files.push(file.split(sep).join("/"));
  return files
    .filter((file) => file.includes(filter))
    .sort()
    .map((file) => join(root, file));
}

const editorMarks = { passed: "✔", failed: "✖", skipped: "﹣" } as const;

async function runEditor(filter: string): Promise<Tally> {
  await ensureCodeServer();
  await ensureChromium();
  const report = await runEditorSuite(filter);
  if (report === undefined) return { ...nothing, failed: ["the editor suite, which gave no report"] };
  for (const { title, state, durationMs, error } of report.tests) {
    console.log(`${editorMarks[state]} ${title} (${durationMs}ms)${error === undefined ? "" : `\n${error}`}`);
  }
  const titles = (wanted: string): string[] =>
    report.tests.filter(({ state }) => state === wanted).map(({ title }) => title);
  return { passed: titles("passed").length, failed: titles("failed"), skipped: titles("skipped") };
}

async function runUi(filter: string): Promise<Tally> {
  const files = await testFiles("test/ui/**/*.test.ts", filter);
  await ensureCodeServer();
  await ensureChromium();
  say("packing the extension");
  await packageVsix();
  return runNodeTests(files, { concurrency: 1 });
}
