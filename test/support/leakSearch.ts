// Where a run of the workbench could have left a secret: files, processes, screen, copies and output. Searches them all for what was planted.
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { leaksIn, leaksInText } from "./leaks.ts";
import type { UiStage } from "./workbench/uiStage.ts";
import type { ProcessWatch } from "./workbench/watches.ts";

export type Traces = {
  readonly processes: ProcessWatch;
  readonly shown: ReadonlySet<string>;
  /** What was copied from editors and by commands, save for a token that somebody has asked for. */
  readonly copied: readonly string[];
  /** What the broker's callers have shown it: to be found in its descriptor, and nowhere else. */
  readonly bearers: readonly string[];
};

export type Leaks = Readonly<Record<"files" | "processes" | "screen" | "copied" | "server", readonly string[]>>;

export const noLeaks: Leaks = { files: [], processes: [], screen: [], copied: [], server: [] };

export async function leaksOf(ui: UiStage, traces: Traces, secrets: readonly string[]): Promise<Leaks> {
  const all = [...secrets, ...traces.bearers];
  const among = (texts: Iterable<readonly [string, string]>): readonly string[] =>
    [...texts].flatMap(([where, text]) => leaksInText(text, all).map((what) => `${what} in ${where}`));
  const isOwnBearer = (found: string): boolean =>
    traces.bearers.some((bearer) => found.startsWith(`the secret ${bearer.slice(0, 4)}…`) && isDescriptor(found));
  const files = await leaksIn([ui.stateFolder, ui.stage.workspace], all);
  return {
    files: files.filter((found) => !isOwnBearer(found)),
    processes: among(traces.processes.seen),
    screen: among([...traces.shown].map((text) => [text, text])),
    copied: among(traces.copied.map((text) => [text, text])),
    server: leaksInText(ui.workbench.output(), all),
  };
}

function isDescriptor(path: string): boolean {
  return /sessions[\\/][\w-]+\.json$/.test(path);
}

/** What the open windows' brokers want to be shown now. */
export async function bearersNow({ workbench }: UiStage): Promise<readonly string[]> {
  const files = (await readdir(workbench.userDataDir, { recursive: true })).filter(isDescriptor);
  const texts = await Promise.all(files.map((file) => readFile(join(workbench.userDataDir, file), "utf8")));
  return texts.map((text) => (JSON.parse(text) as { readonly bearer: string }).bearer);
}
