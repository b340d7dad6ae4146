// What has happened to each connection's token in this window: renewals and failures, the last ones alone, in memory. Never the token. Pure.
import type { ProviderState } from "../oauth/headerProvider.ts";
import type { TokenLife } from "../oauth/token.ts";
import { sentenceFor } from "../messages/failure.ts";

export type TokenEvent =
  | { readonly kind: "renewed"; readonly at: number; readonly life: TokenLife }
  | { readonly kind: "failed"; readonly at: number; readonly says: string }
  | { readonly kind: "signedOut"; readonly at: number };

export interface TokenHistory {
  /** Notes what is new in the state; the same state twice is noted once. */
  observe(connection: string, state: ProviderState, now: number): void;
  /** The oldest first. */
  events(connection: string): readonly TokenEvent[];
}

const keptEvents = 50;

export function openTokenHistory(): TokenHistory {
  const histories = new Map<string, { events: TokenEvent[]; last: ProviderState }>();
  return {
    observe(connection, state, now) {
      const known = histories.get(connection) ?? { events: [], last: { status: "signedOut" } };
      const events = [...known.events, ...newEvents(known.last, state, now)].slice(-keptEvents);
      histories.set(connection, { events, last: state });
    },
    events: (connection) => histories.get(connection)?.events ?? [],
  };
}

function newEvents(last: ProviderState, state: ProviderState, now: number): readonly TokenEvent[] {
  const found: TokenEvent[] = [];
  const life = lifeIn(state);
  if (life !== undefined && life.obtainedAt !== lifeIn(last)?.obtainedAt) {
    found.push({ kind: "renewed", at: life.obtainedAt, life });
  }
  const failure = "failure" in state ? state.failure : undefined;
  const before = "failure" in last ? last.failure : undefined;
  if (failure !== undefined && failure !== before) found.push({ kind: "failed", at: now, says: sentenceFor(failure) });
  if (state.status === "signedOut" && last.status !== "signedOut") found.push({ kind: "signedOut", at: now });
  return found;
}

function lifeIn(state: ProviderState): TokenLife | undefined {
  return "life" in state ? state.life : undefined;
}
