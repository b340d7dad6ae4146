// What the suites are and how each is run and counted. A suite that crashes, or runs no test, is a failed one.
import { existsSync } from "node:fs";
import { glob, mkdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { run } from "node:test";
import { spec } from "node:test/reporters";
import { spawn } from "node:child_process";
import { checks } from "./checks.ts";
import { runEditorSuite } from "./editor.ts";
import { packageVsix } from "./package.ts";
import { ensureChromium, ensureCodeServer, ensurePython, outputFolder, root, say } from "./tools.ts";

export type Tally = {
  readonly passed: number;
  readonly failed: readonly string[];
  readonly skipped: readonly string[];
};

export const suites = {
  check: runChecks,
  unit: () => runNodeTests("test/unit", 2),
  clients: async () => sum([await runNodeTests("test/clients", 1), await runPytest()]),
  editor: runEditor,
  ui: runUi,
} as const satisfies Record<string, () => Promise<Tally>>;

export type SuiteName = keyof typeof suites;

export function sum(tallies: readonly Tally[]): Tally {
  return {
    passed: tallies.reduce((total, { passed }) => total + passed, 0),
    failed: tallies.flatMap(({ failed }) => failed),
    skipped: tallies.flatMap(({ skipped }) => skipped),
  };
}

/** @param only the checks to run, all by default */
export async function runChecks(only = Object.keys(checks)): Promise<Tally> {
  const failed: string[] = [];
  for (const [name, check] of Object.entries(checks).filter(([each]) => only.includes(each))) {
    const problem = await check();
    console.log(`${problem === undefined ? "✔" : "✖"} ${name}${problem === undefined ? "" : `\n${problem}`}`);
    if (problem !== undefined) failed.push(name);
  }
  return { passed: only.length - failed.length, failed, skipped: [] };
}

export async function runNodeTests(folder: string, concurrency: number): Promise<Tally> {
  const files: string[] = [];
  for await (const file of glob(`${folder}/**/*.test.ts`, { cwd: root })) files.push(join(root, file));
  return runNodeTestFiles(files.sort(), concurrency);
}

export async function runNodeTestFiles(files: readonly string[], concurrency: number): Promise<Tally> {
  if (files.length === 0) return { passed: 0, failed: [], skipped: [] };
  const failed: string[] = [];
  const skipped: string[] = [];
  let passed = 0;
  const events = run({ files: [...files], concurrency });
  events.on("test:pass", ({ name, skip, todo, details }) => {
    if (details.type === "suite") return;
    if (skip !== undefined || todo !== undefined) skipped.push(name);
    else passed += 1;
  });
  events.on("test:fail", ({ name, details }) => {
    if (details.type !== "suite") failed.push(name);
  });
  const printed = events.compose(spec);
  await new Promise((resolve, reject) => {
    printed.on("end", resolve).on("error", reject).pipe(process.stdout, { end: false });
  });
  return passed + failed.length + skipped.length === 0
    ? { passed, failed: ["no test ran"], skipped }
    : { passed, failed, skipped };
}

async function runPytest(): Promise<Tally> {
  const python = await ensurePython();
  if (python === undefined)
    return { passed: 0, failed: [], skipped: ["the Python tests: this machine has no Python 3.9 or newer"] };
  const report = join(outputFolder, "pytest.xml");
  await rm(report, { force: true });
  const args = ["-m", "pytest", "-q", "-p", "no:cacheprovider", `--junitxml=${report}`, "test/clients"];
  const code = await inherit(python, args);
  if (!existsSync(report)) return { passed: 0, failed: [`pytest ended with ${code}`], skipped: [] };
  return readJunit(await readFile(report, "utf8"));
}

/** pytest writes one testcase element a test, with failure, error or skipped inside. */
function readJunit(xml: string): Tally {
  const failed: string[] = [];
  const skipped: string[] = [];
  let passed = 0;
  for (const [, name = "", closing, inside = ""] of xml.matchAll(
    /<testcase [^>]*?\bname="([^"]*)"[^>]*?(\/>|>([\s\S]*?)<\/testcase>)/g,
  )) {
    if (closing !== "/>" && /<(failure|error)\b/.test(inside)) failed.push(name);
    else if (closing !== "/>" && inside.includes("<skipped")) skipped.push(name);
    else passed += 1;
  }
  return passed + failed.length + skipped.length === 0
    ? { passed, failed: ["pytest ran no test"], skipped }
    : { passed, failed, skipped };
}

async function runEditor(): Promise<Tally> {
  await ensureCodeServer();
  await ensureChromium();
  const report = await runEditorSuite();
  if (report === undefined || report.tests.length === 0)
    return { passed: 0, failed: ["the editor suite gave no report"], skipped: [] };
  for (const { title, state, durationMs, error } of report.tests) {
    console.log(`${editorMarks[state]} ${title} (${durationMs}ms)${error === undefined ? "" : `\n${error}`}`);
  }
  const titles = (wanted: string): string[] =>
    report.tests.filter(({ state }) => state === wanted).map(({ title }) => title);
  return { passed: titles("passed").length, failed: titles("failed"), skipped: titles("skipped") };
}

const editorMarks = { passed: "✔", failed: "✖", skipped: "﹣" } as const;

async function runUi(): Promise<Tally> {
  await ensureCodeServer();
  await ensureChromium();
  say("packing the extension");
  await packageVsix();
  return runNodeTests("test/ui", 1);
}

function inherit(command: string, args: readonly string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: root, stdio: "inherit" });
    child.on("error", reject);
    child.on("close", (code) => resolve(code ?? 1));
  });
}

await mkdir(outputFolder, { recursive: true });
