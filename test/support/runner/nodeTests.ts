// Runs test files under node:test, a few at once, shows each when it is through, and counts what the runner reports. A file that is not
// heard of for long is ended with all that it started, and named; the others go on.
import { join, relative } from "node:path";
import { Readable } from "node:stream";
import { run } from "node:test";
import { spec } from "node:test/reporters";
import { pathToFileURL } from "node:url";
import { startPatience } from "./patience.ts";
import { endProcessesOf } from "./processTree.ts";
import { openSlots, type Slots } from "./slots.ts";
import { nothing, sum, type Tally } from "./tally.ts";
import { root, say } from "./tools.ts";

export type NodeTestOptions = {
  /** Each file waits for one; by default one runs after the other. */
  readonly slots?: Slots;
  /** How long one test may take. */
  readonly testMs?: number;
  /** How long nothing may be heard from a file on a quiet machine: no test that begins or ends, no line that is printed. */
  readonly silenceMs?: number;
  /** How long a file may take to end once its tests are through. */
  readonly graceMs?: number;
};

const endFile = pathToFileURL(join(import.meta.dirname, "endFile.ts")).href;

type Events = ReturnType<typeof run>;

export async function runNodeTests(files: readonly string[], options: NodeTestOptions): Promise<Tally> {
  const { slots = openSlots(1) } = options;
  // One file alone is shown as it goes; of several each in one piece.
  const isLive = files.length === 1;
  return sum(await Promise.all(files.map((file) => slots(() => runFile(file, options, isLive)))));
}

async function runFile(file: string, options: NodeTestOptions, isLive: boolean): Promise<Tally> {
  const { testMs = 30 * 60_000, silenceMs = 60_000 } = options;
  const startedAt = performance.now();
  const abort = new AbortController();
  const execArgv = ["--import", `${endFile}?graceMs=${options.graceMs ?? 20_000}`];
  const events = run({ files: [file], timeout: testMs, signal: abort.signal, execArgv });
  const tally = count(events);
  const watch = watchSilence(file, events, silenceMs, abort);
  const printed = await print(events, isLive);
  clearInterval(watch.timer);
  const came = watch.failure() === undefined ? tally() : named(tally(), file, watch.failure() ?? "");
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  process.stdout.write(
    `${printed}» ${relative(root, file)}: ${came.passed} passed, ${came.failed.length} failed, in ${seconds} s\n`,
  );
  return came;
}

/** Ends the file once it has said nothing for too long. */
function watchSilence(
  file: string,
  events: Events,
  silenceMs: number,
  abort: AbortController,
): { readonly timer: NodeJS.Timeout; failure(): string | undefined } {
  const patience = startPatience(silenceMs);
  let failure: string | undefined;
  let running: string | undefined;
  events.on("data", () => patience.startAnew());
  events.on("test:dequeue", ({ name }) => (running = name === file ? running : name));
  events.on("test:complete", ({ name }) => (running = name === running ? undefined : running));
  const timer = setInterval(() => {
    if (failure !== undefined || !patience.isOver()) return;
    const during = running === undefined ? "" : `, in “${running}”`;
    failure = `was ended: nothing was heard of it for ${Math.round(patience.waitedMs() / 1000)} s${during}`;
    say(`${relative(root, file)} ${failure}`);
    void endProcessesOf(file).finally(() => abort.abort());
  }, 250);
  return { timer, failure: () => failure };
}

/** What the runner knows of a file that was ended is only that it ended badly. */
function named(tally: Tally, file: string, failure: string): Tally {
  const others = tally.failed.filter((name) => name !== badlyEnded(file));
  return { ...tally, failed: [...others, `${relative(root, file)} ${failure}`] };
}

/** Shows the events as they come, or answers them as one text. */
async function print(events: Events, isLive: boolean): Promise<string> {
  let text = "";
  for await (const chunk of Readable.from(withoutTotals(events)).pipe(new spec())) {
    const piece = String(chunk);
    if (isLive) process.stdout.write(piece);
    else text += piece;
  }
  return text;
}

/** Without the lines that count one file's tests: they are added up at the end. */
async function* withoutTotals(events: AsyncIterable<{ type: string; data: unknown }>): AsyncGenerator {
  const totals = /^(tests|suites|pass|fail|cancelled|skipped|todo|duration_ms) [\d.]+$/;
  for await (const event of events) {
    const { message = "", nesting = 1 } = parseDiagnostic(event.data);
    const isTotal = event.type === "test:diagnostic" && nesting === 0 && totals.test(message);
    if (!isTotal && event.type !== "test:summary") yield event;
  }
}

function parseDiagnostic(data: unknown): { readonly message?: string; readonly nesting?: number } {
  return typeof data === "object" && data !== null ? data : {};
}

function badlyEnded(file: string): string {
  return `${relative(root, file)} did not end well`;
}

/** Listens to the runner; what it has heard so far is the answer's. */
function count(events: Events): () => Tally {
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
    else failed.push(name === file ? badlyEnded(file) : name);
  });
  return () => ({ ...nothing, passed, failed, skipped });
}
