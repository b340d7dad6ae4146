// What the view says of a connection at a moment, in an icon and in words: a pure function of its provider's state and the time.
import type { ProviderState } from "../oauth/headerProvider.ts";
import { needsPerson, sentenceFor } from "./failure.ts";
import { durationText, shortDuration } from "./statusBarView.ts";

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

const minuteMs = 60_000;

export function connectionWords(state: ProviderState, locked: boolean, now: number): ConnectionWords {
  if (locked) {
    const sentence = "locked, programs get no headers";
    return { icon: "lock", description: "locked", sentence, context: context(state) };
  }
  // A token that is being replaced is as good as before: no flicker at every renewal.
  if ("life" in state) return ofToken(state.life.expiresAt, failureOf(state), now);
  switch (state.status) {
    case "fetching":
      return { icon: "sync~spin", description: "fetching a token", sentence: "fetching a token", context: "signedIn" };
    case "failed": {
      const acts = needsPerson(state.failure);
      return {
        ...{ icon: "error", color: "problemsErrorIcon.foreground", description: acts ? "failed" : "retrying" },
        ...{ sentence: sentenceFor(state.failure), context: "failed" },
      };
    }
    case "signedOut":
      return { icon: "circle-slash", description: "signed out", sentence: "signed out", context: "signedOut" };
  }
}

function ofToken(expiresAt: number | undefined, failure: string | undefined, now: number): ConnectionWords {
  const healthy = { icon: "pass", color: "charts.green" } as const;
  const troubled = { icon: "warning", color: "problemsWarningIcon.foreground" } as const;
  const shown = { ...(failure === undefined ? healthy : troubled), context: "signedIn" } as const;
  const trouble = failure === undefined ? "" : `; the last refresh failed: ${failure}`;
  if (expiresAt === undefined) {
    return { ...shown, description: "signed in", sentence: `signed in, expiry unknown${trouble}` };
  }
  const leftMs = Math.max(expiresAt - now, 0);
  // In the last minute it does not count down: every change draws the tables below again.
  const isLast = leftMs < minuteMs;
  const short = isLast ? "under 1m left" : `${shortDuration(leftMs)} left`;
  const long = isLast ? "for less than a minute" : `for ${durationText(leftMs)}`;
  return {
    ...shown,
    description: `signed in · ${short}`,
    sentence: `signed in, token valid ${long}${trouble}`,
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
