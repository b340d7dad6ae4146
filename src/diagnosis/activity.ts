// Who asked for headers in this window, as they say: when, for what, and how it ended. The last ones alone, in memory; never a token. Pure.
import * as l10n from "@vscode/l10n";

export interface Answered {
  readonly path: string;
  readonly about?: string;
  /** What the program says that it is. */
  readonly client?: string;
  readonly outcome: string;
}

export interface Activity {
  record(answer: Answered, now: number): void;
  /** The newest first. */
  text(): string;
}

const kept = 500;

export function openActivity(): Activity {
  const entries: (Answered & { readonly at: number })[] = [];
  return {
    record(answer, at) {
      entries.push({ ...answer, at });
      if (entries.length > kept) entries.shift();
    },
    text() {
      const opening = [
        `# ${l10n.t("Who asked for headers (the last {0} questions of this window)", kept)}`,
        "",
        l10n.t(
          "Programs say themselves what they are, and nobody can check that: the local socket tells only that they are this user's own.",
        ),
        "",
      ];
      if (entries.length === 0) return [...opening, l10n.t("Nobody has asked yet."), ""].join("\n");
      const rows = entries.toReversed().map(({ at, path, about, client, outcome }) => {
        const asked = inert(about ?? (path === "" ? l10n.t("refused at the door") : path));
        const who = client === undefined ? l10n.t("does not say what it is") : l10n.t("says it is {0}", inert(client));
        return `${new Date(at).toISOString()}  ${outcome.padEnd(20)}  ${asked.padEnd(20)}  ${who}`;
      });
      return [...opening, ...rows, ""].join("\n");
    },
  };
}

/** What a program asked for is its own text. */
function inert(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, " ").slice(0, 200);
}
