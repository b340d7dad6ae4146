// What is said of a connection: where its server is, and how it is doing at a moment, in an icon and in words. Pure: of the connection,
// its provider's state and the time alone.
import * as l10n from "@vscode/l10n";
import { defaultRegion, type Connection } from "../oauth/connection.ts";
import type { ProviderState } from "../oauth/headerProvider.ts";
import { needsPerson, sentenceFor } from "./failure.ts";
import { durationText, shortDuration } from "./durations.ts";

export interface ConnectionWords {
  /** A ThemeIcon's name. */
  readonly icon: string;
  readonly color?: "charts.green" | "problemsWarningIcon.foreground" | "problemsErrorIcon.foreground";
  /** Beside the name. */
  readonly description: string;
  /** For screen readers, and in the tooltip. */
  readonly sentence: string;
  /** Which actions fit, for the menus. */
  readonly context: "signedIn" | "signedOut" | "failed";
  /** When the words change by themselves, epoch milliseconds. */
  readonly nextAt?: number;
}

/** Where the connection's requests go, in words. */
export function serverText({ hostOverride, region = defaultRegion }: Connection): string {
  return hostOverride ?? l10n.t("LanceDB Cloud, {0}", region);
}

const minuteMs = 60_000;

export function connectionWords(state: ProviderState, locked: boolean, now: number): ConnectionWords {
  if (locked) {
    const sentence = l10n.t("locked, programs get no headers");
    return { icon: "lock", description: l10n.t("locked"), sentence, context: context(state) };
  }
  // A token that is being replaced is as good as before: no flicker at every renewal.
  if ("life" in state) return ofToken(state.life.expiresAt, failureOf(state), now);
  switch (state.status) {
    case "fetching":
      return {
        icon: "sync~spin",
        description: l10n.t("fetching a token"),
        sentence: l10n.t("fetching a token"),
        context: "signedIn",
      };
    case "failed": {
      const acts = needsPerson(state.failure);
      return {
        ...{
          icon: "error",
          color: "problemsErrorIcon.foreground",
          description: acts ? l10n.t("failed") : l10n.t("retrying"),
        },
        ...{ sentence: sentenceFor(state.failure), context: "failed" },
      };
    }
    case "signedOut":
      return {
        icon: "circle-slash",
        description: l10n.t("signed out"),
        sentence: l10n.t("signed out"),
        context: "signedOut",
      };
  }
}

function ofToken(expiresAt: number | undefined, failure: string | undefined, now: number): ConnectionWords {
  const healthy = { icon: "pass", color: "charts.green" } as const;
  const troubled = { icon: "warning", color: "problemsWarningIcon.foreground" } as const;
  const shown = { ...(failure === undefined ? healthy : troubled), context: "signedIn" } as const;
  const withTrouble = (sentence: string): string =>
    failure === undefined ? sentence : l10n.t("{0}; the last refresh failed: {1}", sentence, failure);
  if (expiresAt === undefined) {
    return { ...shown, description: l10n.t("signed in"), sentence: withTrouble(l10n.t("signed in, expiry unknown")) };
  }
  const leftMs = Math.max(expiresAt - now, 0);
  // In the last minute it does not count down: every change draws the tables below again.
  const isLast = leftMs < minuteMs;
  const short = isLast ? l10n.t("under 1m left") : l10n.t("{0} left", shortDuration(leftMs));
  const long = isLast
    ? l10n.t("signed in, token valid for less than a minute")
    : l10n.t("signed in, token valid for {0}", durationText(leftMs));
  return {
    ...shown,
    description: l10n.t("signed in · {0}", short),
    sentence: withTrouble(long),
    nextAt: now + (isLast ? Math.max(leftMs, 1_000) : (leftMs % minuteMs) + 1),
  };
}

function failureOf(state: ProviderState): string | undefined {
  return "failure" in state ? sentenceFor(state.failure) : undefined;
}

function context(state: ProviderState): ConnectionWords["context"] {
  if (state.status === "signedOut") return "signedOut";
  return state.status === "failed" ? "failed" : "signedIn";
}
