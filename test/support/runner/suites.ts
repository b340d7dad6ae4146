// What the suites are and how each is run. A filter keeps the test files whose path contains it.
import { glob } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { join, sep } from "node:path";
import { runChecks } from "./checks.ts";
import { editorTestVariables } from "../workbench/editorSuite.ts";
import { runEditorSuite } from "../workbench/editor.ts";
import { runNodeTests } from "./nodeTests.ts";
import { packageVsix } from "../package.ts";
import { runPytest } from "./pytest.ts";
import { openSlots } from "./slots.ts";
import { nothing, sum, type Tally } from "./tally.ts";
import { ensureChromium, ensureCodeServer, ensureNotebookPython, ensurePython, root, say } from "./tools.ts";

/** How many files, checks or editors run at once: all suites share them. Most of a UI test is waiting, but not all. */
const slots = openSlots(Math.min(4, availableParallelism()));

export const suites = {
  check: (filter) => runChecks(filter, slots),
  unit: async (filter) => runNodeTests(await testFiles("test/unit/**/*.test.ts", filter), { slots }),
  clients: async (filter) => {
    const [files, pythonFiles] = [
      await testFiles("test/clients/**/*.test.ts", filter),
      await testFiles("test/clients/**/test_*.py", filter),
    ];
    return sum(await Promise.all([runNodeTests(files, { slots }), slots(() => runPytest(pythonFiles))]));
  },
  editor: (filter) => slots(() => runEditor(filter)),
  ui: runUi,
  soak: runSoak,
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
  const report = await runEditorSuite(filter);
  if (report === undefined) return { ...nothing, failed: ["the editor suite, which gave no report"] };
  for (const { title, state, durationMs, error } of report.tests) {
    console.log(`${editorMarks[state]} ${title} (${durationMs}ms)${error === undefined ? "" : `\n${error}`}`);
  }
  const titles = (wanted: string): string[] =>
    report.tests.filter(({ state }) => state === wanted).map(({ title }) => title);
  return { passed: titles("passed").length, failed: titles("failed"), skipped: titles("skipped") };
}

/** One after the other, and each may be silent for its whole time. */
async function runSoak(filter: string): Promise<Tally> {
  const files = await runNodeTests(await testFiles("test/soak/**/*.test.ts", filter), { silenceMs: 45 * 60_000 });
  if (!"notebookMinutes".includes(filter)) return files;
  process.env[editorTestVariables.seconds] ??= "120";
  return sum([files, await runEditor("notebookMinutes")]);
}

async function runUi(filter: string): Promise<Tally> {
  const files = await testFiles("test/ui/**/*.test.ts", filter);
  say("packing the extension");
  await packageVsix();
  return runNodeTests(files, { slots });
}

/** Fetches what these suites need, once for all: two processes that fetch the same would be in each other's way. */
export async function prepare(names: readonly SuiteName[]): Promise<void> {
  const seen = names.some((name) => name === "editor" || name === "ui" || name === "soak");
  const python = names.some((name) => name === "editor" || name === "soak") ? ensureNotebookPython() : ensurePython();
  await Promise.all([python, ...(seen ? [ensureCodeServer(), ensureChromium()] : [])]);
}
