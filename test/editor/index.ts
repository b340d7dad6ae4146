// The suite's entry inside the extension host: VS Code calls run(), mocha runs the bundled test files beside this one, and
// the report goes to a file, for the page between here and the runner carries text alone.
import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stretched } from "../support/runner/patience.ts";
import { editorTestVariables, type EditorReport, type EditorTest } from "../support/workbench/editorSuite.ts";

export async function run(): Promise<void> {
  const { default: Mocha } = await import("mocha");
  // Mocha insists on a reporter; this one is silent, since the runner's events say all that is needed.
  const mocha = new Mocha({ ui: "tdd", timeout: stretched(60_000), reporter: Mocha.reporters.Base });
  const filter = process.env[editorTestVariables.filter] ?? "";
  const files = readdirSync(__dirname).filter((name) => name.endsWith(".test.cjs") && name.includes(filter));
  for (const name of files.sort()) mocha.addFile(join(__dirname, name));
  const unhandled = watchRejections();
  const tests: EditorTest[] = [];
  const note = (test: EditorTest): void => {
    tests.push(test);
  };
  try {
    await new Promise<void>((resolve) =>
      collect(
        mocha.run(() => resolve()),
        note,
      ),
    );
  } catch (error) {
    note({ title: "the test files load", state: "failed", durationMs: 0, error: describe(error) });
  }
  note(unhandled());
  writeReport({ tests });
  const failed = tests.filter(({ state }) => state === "failed").length;
  if (failed > 0) throw new Error(`${failed} of ${tests.length} tests failed`);
}

/** As VS Code counts them: handled by nobody, also not later. */
function watchRejections(): () => EditorTest {
  const reasons = new Map<Promise<unknown>, unknown>();
  process.on("unhandledRejection", (reason, promise) => reasons.set(promise, reason));
  process.on("rejectionHandled", (promise) => reasons.delete(promise));
  return () => {
    const about = { title: "no promise of the extension host was left unhandled", durationMs: 0 };
    if (reasons.size === 0) return { ...about, state: "passed" };
    return { ...about, state: "failed", error: [...reasons.values()].map(describe).join("\n") };
  };
}

function collect(runner: Mocha.Runner, note: (test: EditorTest) => void): void {
  const about = (test: Mocha.Test): { title: string; durationMs: number } => ({
    title: test.fullTitle(),
    durationMs: test.duration ?? 0,
  });
  runner.on("pass", (test) => note({ ...about(test), state: "passed" }));
  runner.on("pending", (test) => note({ ...about(test), state: "skipped" }));
  runner.on("fail", (test, error: unknown) => note({ ...about(test), state: "failed", error: describe(error) }));
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

function writeReport(report: EditorReport): void {
  const path = process.env[editorTestVariables.report];
  if (path === undefined) throw new Error(`${editorTestVariables.report} is not set`);
  writeFileSync(path, JSON.stringify(report));
}
