// Who asked for headers in this workspace, as they say: when, for what, and how it ended. The last ones alone, kept over a reload; never a
// token. Pure, save for the memory that is handed in.
import * as l10n from "@vscode/l10n";

export interface Answered {
  readonly path: string;
  readonly about?: string;
  /** What the program says that it is. */
  readonly client?: string;
  /** The agent that runs it, as it says. */
  readonly agent?: string;
  readonly outcome: string;
}

export interface Entry extends Answered {
  /** Epoch milliseconds. */
  readonly at: number;
}

export interface Memory {
  get(key: string): unknown;
  update(key: string, value: unknown): Thenable<void>;
}

export interface Activity {
  record(answer: Answered, now: number): void;
  /** The newest first. */
  entries(filter?: string): readonly Entry[];
  /** A line for each, the newest first, to be read or kept. */
  text(filter?: string): string;
  clear(): Promise<void>;
  /** Writes what is not yet kept. */
  save(): Promise<void>;
}

const mostKept = 5_000;
const memoryKey = "lancedbAuth.activity";

export function openActivity(memory: Memory): Activity {
  const saved = memory.get(memoryKey);
  const kept: Entry[] = Array.isArray(saved) ? saved.filter(isEntry) : [];
  let isSaved = true;
  const save = async (): Promise<void> => {
    if (isSaved) return;
    isSaved = true;
    await memory.update(memoryKey, kept);
  };
  const entries = (filter = ""): readonly Entry[] => {
    const wanted = filter.toLowerCase();
    return kept
      .toReversed()
      .filter((entry) => wanted === "" || wordsOf(entry).join(" ").toLowerCase().includes(wanted));
  };
  return {
    ...{ entries, save },
    record(answer, at) {
      kept.push({ ...answer, at });
      if (kept.length > mostKept) kept.shift();
      isSaved = false;
    },
    async clear() {
      kept.length = 0;
      isSaved = false;
      await save();
    },
    text(filter) {
      const rows = entries(filter).map((entry) => {
        const [time, outcome = "", about = "", who = ""] = wordsOf(entry);
        return `${time ?? ""}  ${outcome.padEnd(20)}  ${about.padEnd(20)}  ${who}`;
      });
      const opening = [`# ${l10n.t("Who asked for headers (the last {0} questions)", mostKept)}`, "", limit(), ""];
      return [...opening, ...(rows.length === 0 ? [l10n.t("Nobody has asked yet.")] : rows), ""].join("\n");
    },
  };
}

/** Said wherever the entries are shown. */
export function limit(): string {
  return l10n.t(
    "Programs say themselves what they are, and nobody can check that: the local socket tells only that they are this user's own.",
  );
}

/** Time, outcome, what was asked for, who asked; plain text. */
export function wordsOf({ at, path, about, client, agent, outcome }: Entry): readonly string[] {
  const asked = inert(about ?? (path === "" ? l10n.t("refused at the door") : path));
  const says = client === undefined ? l10n.t("does not say what it is") : l10n.t("says it is {0}", inert(client));
  const who = agent === undefined ? says : l10n.t("{0}, run by the agent {1}", says, inert(agent));
  return [new Date(at).toISOString(), outcome, asked, who];
}

/** What a program asked for is its own text. */
function inert(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, " ").slice(0, 200);
}

/** The memory may hold what another version wrote. */
function isEntry(value: unknown): value is Entry {
  if (typeof value !== "object" || value === null) return false;
  const isText = (field: string): boolean => typeof Reflect.get(value, field) === "string";
  const isTextOrNothing = (field: string): boolean => isText(field) || Reflect.get(value, field) === undefined;
  const at: unknown = Reflect.get(value, "at");
  const isTime = typeof at === "number" && Math.abs(at) < 8.64e15;
  return isTime && isText("path") && isText("outcome") && ["about", "client", "agent"].every(isTextOrNothing);
}
