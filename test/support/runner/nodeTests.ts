// Runs test files under node:test, shows them as they go, and counts what the runner reports.
import { relative } from "node:path";
import { run } from "node:test";
import { spec } from "node:test/reporters";
import { nothing, type Tally } from "./tally.ts";
import { root, say } from "./tools.ts";

export type NodeTestOptions = {
  readonly concurrency: number;
  /** How long one test may take. */
  readonly testMs?: number;
  /** How long nothing at all may be heard, longer than a test may take; then the files still running are ended and have failed. */
  readonly silenceMs?: number;
};

export async function runNodeTests(files: readonly string[], options: NodeTestOptions): Promise<Tally> {
  if (files.length === 0) return nothing;
  const { concurrency, testMs = 5 * 60_000, silenceMs = testMs + 60_000 } = options;
  const silence = new AbortController();
  const timer = setTimeout(() => {
    say(`nothing was heard for ${silenceMs / 1000} s; ending the test files that still run`);
    silence.abort();
  }, silenceMs);
  const events = run({ files: [...files], concurrency, timeout: testMs, signal: silence.signal });
  events.on("data", () => timer.refresh());
  const tally = count(events);
  const printed = events.compose(spec);
  await new Promise((resolve, reject) => {
    printed.on("end", resolve).on("error", reject).pipe(process.stdout, { end: false });
  });
  clearTimeout(timer);
  return tally();
}

/** Listens to the runner; what it has heard so far is the answer's. */
function count(events: ReturnType<typeof run>): () => Tally {
  const failed: string[] = [];
  const skipped: string[] = [];
  let passed = 0;
  events.on("test:pass", ({ name, file, skip, todo, details }) => {
    if (details.type === "suite") return;
    const reason = skip ?? todo;
    if (reason !== undefined) skipped.push(typeof reason === "string" ? `${name}: ${reason}` : name);
    // The runner reports a file without any test as a test of that name which has passed.
    else if (name === file) failed.push(`${relative(root, file)} holds no test`);
    else passed += 1;
  });
  events.on("test:fail", ({ name, file, todo, details }) => {
    if (details.type === "suite") return;
    if (todo !== undefined && todo !== false) skipped.push(`${name}: to do`);
    // A file that ended badly, or not at all.
    else failed.push(name === file ? `${relative(root, file)} did not end well` : name);
  });
  return () => ({ passed, failed, skipped });
}
