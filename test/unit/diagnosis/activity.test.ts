// Who asked, as it is kept and shown: bounded, over a reload, filtered, and inert whatever a program calls itself.
import assert from "node:assert/strict";
import { test } from "node:test";
import { openActivity, type Memory } from "../../../src/diagnosis/activity.ts";
import { activityPage } from "../../../src/diagnosis/activityPage.ts";

function memoryWith(kept: unknown): Memory & { kept: unknown } {
  const memory = {
    kept,
    get: () => memory.kept,
    update: (_: string, value: unknown) => {
      memory.kept = JSON.parse(JSON.stringify(value));
      return Promise.resolve();
    },
  };
  return memory;
}

test("the activity keeps the last 5,000 questions, the newest first, each on one line", () => {
  const activity = openActivity(memoryWith(undefined));
  for (let i = 0; i < 5_001; i++)
    activity.record(
      { path: "/v1/headers", about: `db://n${i}\nx`, ...(i === 1 ? {} : { client: "node 7 a\nb" }), outcome: "ok" },
      i,
    );
  const lines = activity.text().trimEnd().split("\n").slice(4);
  assert.deepEqual(
    [lines.length, lines[0], lines.at(-1)],
    [
      5_000,
      "1970-01-01T00:00:05.000Z  ok                    db://n5000 x          says it is node 7 a b",
      "1970-01-01T00:00:00.001Z  ok                    db://n1 x             does not say what it is",
    ],
  );
});

test("a reload keeps what was saved, and what is no entry is passed over", async () => {
  const memory = memoryWith([
    { at: 1, path: "/v1/headers", outcome: "ok", about: "db://a" },
    "x",
    { at: "now" },
    { at: 9e15, path: "", outcome: "" },
  ]);
  const before = openActivity(memory);
  before.record({ path: "/v1/headers", about: "db://b", agent: "codex", outcome: "denied" }, 2);
  await before.save();
  const after = openActivity(memory);
  assert.deepEqual(
    after.entries().map(({ about, agent, outcome }) => [about, agent, outcome]),
    [
      ["db://b", "codex", "denied"],
      ["db://a", undefined, "ok"],
    ],
  );
});

test("cleared is cleared, also over a reload", async () => {
  const memory = memoryWith([{ at: 1, path: "/v1/headers", outcome: "ok" }]);
  await openActivity(memory).clear();
  assert.deepEqual(openActivity(memory).entries(), []);
});

test("the filter finds programs, agents, databases and outcomes, whatever their case", () => {
  const activity = openActivity(memoryWith(undefined));
  activity.record({ path: "/v1/headers", about: "db://orders", client: "python 1 a.py", outcome: "ok" }, 1);
  activity.record(
    { path: "/v1/headers", about: "db://demo", client: "node 2 b.mjs", agent: "claude-code", outcome: "denied" },
    2,
  );
  const found = ["ORDERS", "b.mjs", "Claude", "denied", "nothing"].map((text) =>
    activity.entries(text).map(({ at }) => at),
  );
  assert.deepEqual(found, [[1], [2], [2], [2], []]);
});

test("the page draws what a program calls itself as text, says the outcome by a sign, and at most 500 rows", () => {
  const hostile = '<img src=x onerror=alert(1)>"&\u202e';
  const entry = {
    at: 0,
    path: "/v1/headers",
    about: hostile,
    client: hostile,
    agent: hostile,
    outcome: "denied",
  } as const;
  const html = activityPage({
    entries: [...Array.from({ length: 600 }, () => entry)],
    ...{ filter: hostile, format: String, nonce: "n" },
  });
  assert.deepEqual(
    [
      html.includes("<img"),
      html.includes("\u202e"),
      html.match(/<tr class="refused">/g)?.length,
      html.includes("✖ denied"),
      html.includes("100 older ones"),
    ],
    [false, false, 500, true, true],
  );
});
