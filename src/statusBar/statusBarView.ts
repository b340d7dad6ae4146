// What the status bar shows for a connection at a moment: a pure function of its provider's state and the time.
import * as l10n from "@vscode/l10n";
import type { ProviderState } from "../oauth/headerProvider.ts";
import { durationText, shortDuration } from "../messages/durations.ts";
import { needsPerson, sentenceFor } from "../messages/failure.ts";

export interface StatusBarView {
  readonly text: string;
  /** For screen readers; says in words what text and icon say. */
  readonly label: string;
  /** A background only where the person must act. */
  readonly alarm: "none" | "warning" | "error";
  /** What a click does. */
  readonly action: "refresh" | "signIn" | "unlock";
  /** When the text changes by itself, epoch milliseconds. */
  readonly nextAt?: number;
}

/** @param isKey whether the credential is an API key, which nothing renews */
export function statusBarView(name: string, state: ProviderState, now: number, isKey = false): StatusBarView {
  if (isKey && state.status === "ready") {
    return view("key", name, l10n.t("API key"), l10n.t("API key stored; click to replace it"), "none", "signIn");
  }
  switch (state.status) {
    case "signedOut":
      return view("key", name, l10n.t("signed out"), l10n.t("signed out; click to sign in"), "warning", "signIn");
    case "fetching":
      return view("sync~spin", name, "", l10n.t("fetching a token"), "none", "refresh");
    case "failed": {
      if (state.failure.code === "interaction_required") {
        return view(
          "key",
          name,
          l10n.t("sign in"),
          l10n.t("your session is over; click to sign in"),
          "warning",
          "signIn",
        );
      }
      const acts = needsPerson(state.failure);
      return view(
        "error",
        name,
        acts ? l10n.t("failed") : l10n.t("retrying"),
        sentenceFor(state.failure),
        acts ? "error" : "none",
        "refresh",
      );
    }
    case "ready":
      return readyView(name, state, now);
  }
}

/** Whatever the token's state: no program gets any of it. */
export function lockedView(name: string): StatusBarView {
  return view(
    "lock",
    name,
    l10n.t("locked"),
    l10n.t("locked, programs get no headers; click to unlock"),
    "warning",
    "unlock",
  );
}

/** The editor's secret storage does not answer: nothing is lost while the window is open. */
export function keptInMemory(shown: StatusBarView): StatusBarView {
  const label = l10n.t(
    "{0}; the keyring does not answer, secrets are kept in memory until the window closes",
    shown.label,
  );
  return { ...shown, text: `${shown.text} $(warning)`, label };
}

function readyView(name: string, state: Extract<ProviderState, { status: "ready" }>, now: number): StatusBarView {
  const { failure, life } = state;
  const acts = failure !== undefined && needsPerson(failure);
  const icon = failure === undefined ? "key" : "warning";
  const withTrouble = (sentence: string): string =>
    failure === undefined ? sentence : l10n.t("{0}; the last refresh failed: {1}", sentence, sentenceFor(failure));
  if (life.expiresAt === undefined) {
    return view(icon, name, "", withTrouble(l10n.t("signed in, expiry unknown")), acts ? "warning" : "none", "refresh");
  }
  const leftMs = Math.max(life.expiresAt - now, 0);
  const label = withTrouble(l10n.t("token valid for {0}; click to refresh", durationText(leftMs)));
  const shown = view(icon, name, shortDuration(leftMs), label, acts ? "warning" : "none", "refresh");
  return { ...shown, nextAt: now + msToNextChange(leftMs) };
}

function view(
  icon: string,
  name: string,
  rest: string,
  label: string,
  alarm: StatusBarView["alarm"],
  action: StatusBarView["action"],
): StatusBarView {
  return {
    text: `$(${icon}) ${[name, rest].filter((part) => part !== "").join(" ")}`,
    label: l10n.t("LanceDB connection {0}: {1}", name, label),
    alarm,
    action,
  };
}

const minuteMs = 60_000;

/** To the next whole minute; in the last one, to the next second. */
function msToNextChange(leftMs: number): number {
  const unit = leftMs <= minuteMs ? 1000 : minuteMs;
  return leftMs % unit === 0 ? unit : leftMs % unit;
}
