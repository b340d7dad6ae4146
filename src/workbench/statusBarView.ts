// What the status bar shows for a connection at a moment: a pure function of its provider's state and the time.
import type { ProviderState } from "../oauth/headerProvider.ts";
import { needsPerson, sentenceFor } from "./failure.ts";

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
    return view("key", name, "API key", "API key stored; click to replace it", "none", "signIn");
  }
  switch (state.status) {
    case "signedOut":
      return view("key", name, "signed out", "signed out; click to sign in", "warning", "signIn");
    case "fetching":
      return view("sync~spin", name, "", "fetching a token", "none", "refresh");
    case "failed": {
      if (state.failure.code === "interaction_required") {
        return view("key", name, "sign in", "your session is over; click to sign in", "warning", "signIn");
      }
      const acts = needsPerson(state.failure);
      return view(
        "error",
        name,
        acts ? "failed" : "retrying",
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
  return view("lock", name, "locked", "locked, programs get no headers; click to unlock", "warning", "unlock");
}

/** The editor's secret storage does not answer: nothing is lost while the window is open. */
export function keptInMemory(shown: StatusBarView): StatusBarView {
  const label = `${shown.label}; the keyring does not answer, secrets are kept in memory until the window closes`;
  return { ...shown, text: `${shown.text} $(warning)`, label };
}

function readyView(name: string, state: Extract<ProviderState, { status: "ready" }>, now: number): StatusBarView {
  const { failure, life } = state;
  const acts = failure !== undefined && needsPerson(failure);
  const icon = failure === undefined ? "key" : "warning";
  const trouble = failure === undefined ? "" : `; the last refresh failed: ${sentenceFor(failure)}`;
  if (life.expiresAt === undefined) {
    return view(icon, name, "", `signed in, expiry unknown${trouble}`, acts ? "warning" : "none", "refresh");
  }
  const leftMs = Math.max(life.expiresAt - now, 0);
  const label = `token valid for ${durationText(leftMs)}; click to refresh${trouble}`;
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
    label: `LanceDB connection ${name}: ${label}`,
    alarm,
    action,
  };
}

const minuteMs = 60_000;

/** "3d 4h", "2h 5m", "42m", "38s". */
export function shortDuration(ms: number): string {
  if (ms < minuteMs) return `${String(Math.ceil(ms / 1000))}s`;
  const minutes = Math.floor(ms / minuteMs);
  if (minutes < 60) return `${String(minutes)}m`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return minutes % 60 === 0 ? `${String(hours)}h` : `${String(hours)}h ${String(minutes % 60)}m`;
  const days = Math.floor(hours / 24);
  return hours % 24 === 0 ? `${String(days)}d` : `${String(days)}d ${String(hours % 24)}h`;
}

/** "42 minutes", "2 hours 5 minutes". */
export function durationText(ms: number): string {
  const units = { d: "day", h: "hour", m: "minute", s: "second" } as const;
  return shortDuration(ms)
    .split(" ")
    .map((part) => {
      const amount = part.slice(0, -1);
      const unit = Object.entries(units).find(([letter]) => part.endsWith(letter))?.[1] ?? "";
      return `${amount} ${unit}${amount === "1" ? "" : "s"}`;
    })
    .join(" ");
}

/** To the next whole minute; in the last one, to the next second. */
function msToNextChange(leftMs: number): number {
  const unit = leftMs <= minuteMs ? 1000 : minuteMs;
  return leftMs % unit === 0 ? unit : leftMs % unit;
}
