// What the status bar says for each state and moment.
import assert from "node:assert/strict";
import { test } from "node:test";
import { AuthError } from "../../../src/oauth/errors.ts";
import type { ProviderState } from "../../../src/oauth/headerProvider.ts";
import { lockedView, statusBarView } from "../../../src/statusBar/statusBarView.ts";
import { durationText, shortDuration } from "../../../src/messages/durations.ts";

const now = Date.UTC(2026, 0, 1);
const minute = 60_000;

function readyFor(ms: number, failure?: AuthError): ProviderState {
  const ready = { status: "ready", life: { obtainedAt: now - minute, expiresAt: now + ms } } as const;
  return failure === undefined ? ready : { ...ready, failure };
}

function shown(state: ProviderState) {
  const { text, alarm, action } = statusBarView("demo", state, now);
  return [text, alarm, action];
}

test("a valid token shows the name and the time left", () => {
  assert.deepEqual(shown(readyFor(42 * minute + 5)), ["$(key) demo 42m", "none", "refresh"]);
});

test("the last minute is told in seconds", () => {
  assert.deepEqual(shown(readyFor(38_000)), ["$(key) demo 38s", "none", "refresh"]);
});

test("the text changes at the next whole minute, in the last one at the next second", () => {
  const changes = [42 * minute + 5000, 42 * minute, 38_400].map(
    (left) => (statusBarView("demo", readyFor(left), now).nextAt ?? 0) - now,
  );
  assert.deepEqual(changes, [5000, minute, 400]);
});

test("signed out asks for a person and signs in at a click", () => {
  assert.deepEqual(shown({ status: "signedOut" }), ["$(key) demo signed out", "warning", "signIn"]);
});

test("a refresh under way spins, without alarm", () => {
  assert.deepEqual(shown({ status: "fetching" }), ["$(sync~spin) demo", "none", "refresh"]);
});

test("a failure that may pass is no alarm", () => {
  assert.deepEqual(shown({ status: "failed", failure: new AuthError("unreachable") }), [
    "$(error) demo retrying",
    "none",
    "refresh",
  ]);
});

test("a failure that needs a person is an alarm", () => {
  assert.deepEqual(shown({ status: "failed", failure: new AuthError("client_rejected") }), [
    "$(error) demo failed",
    "error",
    "refresh",
  ]);
});

test("a session that is over asks for the person, and a click signs in", () => {
  assert.deepEqual(shown({ status: "failed", failure: new AuthError("interaction_required") }), [
    "$(key) demo sign in",
    "warning",
    "signIn",
  ]);
});

test("a failed refresh with a token still valid warns, and keeps the time left", () => {
  assert.deepEqual(shown(readyFor(3 * minute, new AuthError("client_rejected"))), [
    "$(warning) demo 3m",
    "warning",
    "refresh",
  ]);
});

test("the accessible label says in words what the text and the icon say", () => {
  const { label } = statusBarView("demo", readyFor(125 * minute), now);
  assert.equal(label, "LanceDB connection demo: token valid for 2 hours 5 minutes; click to refresh");
});

test("durations are told in the two largest units", () => {
  const samples = [999, 59_000, minute, 60 * minute, 125 * minute, 24 * 60 * minute, 76 * 60 * minute];
  assert.deepEqual(samples.map(shortDuration), ["1s", "59s", "1m", "1h", "2h 5m", "1d", "3d 4h"]);
  assert.deepEqual(samples.slice(0, 3).map(durationText), ["1 second", "59 seconds", "1 minute"]);
});

test("no two states that want something different of a person differ by colour alone", () => {
  const refused = new AuthError("client_rejected");
  const states: readonly ProviderState[] = [
    { status: "signedOut" },
    { status: "fetching" },
    { status: "failed", failure: refused },
    { status: "failed", failure: new AuthError("timeout") },
    readyFor(5 * minute),
    readyFor(5 * minute, refused),
  ];
  const views = [...states.map((state) => statusBarView("demo", state, now)), lockedView("demo")];
  const said = views.flatMap(({ text, label }) => [text, label]);
  assert.deepEqual([new Set(said).size, said.length], [14, 14]);
});
