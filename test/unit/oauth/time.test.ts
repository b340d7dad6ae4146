// Time that does not behave: sleep, clocks that jump, time zones, lives beyond what a timer can count, a server whose clock is wrong.
// On a clock moved by hand where time has to pass, on the real one where a timer could overflow.
import assert from "node:assert/strict";
import { test } from "node:test";
import { systemClock } from "../../../src/oauth/clock.ts";
import { OAuthHeaderProvider } from "../../../src/oauth/provider.ts";
import { tokenFrom } from "../../../src/oauth/token.ts";
import { clockFinding } from "../../../src/diagnosis/diagnosis.ts";
import { statusBarView } from "../../../src/statusBar/statusBarView.ts";
import { manualClock } from "../../support/manualClock.ts";

const minute = 60_000;
const day = 24 * 60 * minute;

function setUp(expiresIn: number) {
  const clock = manualClock();
  const fetched = { count: 0 };
  const fetcher = () => ({ accessToken: `token-${String(++fetched.count)}`, expiresIn });
  return { clock, fetched, provider: new OAuthHeaderProvider(fetcher, 300, { clock }) };
}

for (const [what, jumps] of [
  ["forward by a day", [day]],
  ["back by a day", [-day]],
  ["forward by a day and back again", [day, -day]],
  ["back by a day and forward again", [-day, day]],
  ["back by a day, twice", [-day, -day]],
] as const) {
  test(`a clock that goes ${what} costs a token each time, within a minute and with nobody asking, and a caller never waits in vain`, async () => {
    const { clock, fetched, provider } = setUp(3600);
    await provider.refreshToken();
    const served: string[] = [];
    for (const jump of jumps) {
      clock.jump(jump);
      await clock.pass(minute);
      served.push((await provider.headers())["authorization"] ?? "");
    }
    const wanted = jumps.map((_, index) => `Bearer token-${String(index + 2)}`);
    assert.deepEqual([served, fetched.count, clock.pending], [wanted, jumps.length + 1, 1]);
  });
}

test("a laptop that sleeps through ten lives asks once when it wakes, and not for each life", async () => {
  const { clock, fetched, provider } = setUp(600);
  await provider.refreshToken();
  clock.jump(100 * minute);
  await clock.pass(minute);
  assert.deepEqual([fetched.count, provider.state.status], [2, "ready"]);
});

test("a token that has expired during a sleep is served to nobody, not even before a timer has noticed, and who asks then shares one request", async () => {
  const { clock, fetched, provider } = setUp(600);
  await provider.refreshToken();
  clock.jump(day);
  assert.throws(() => provider.getHeaders(), { code: "signed_out" });
  const asked = await Promise.all(Array.from({ length: 10 }, () => provider.headers()));
  await clock.pass(minute);
  const served = new Set(asked.map(({ authorization }) => authorization));
  assert.deepEqual([[...served], fetched.count, provider.state.status], [["Bearer token-2"], 2, "ready"]);
});

test("a life shorter than the buffer is used to three quarters, whatever its length", async () => {
  const used: number[] = [];
  for (const seconds of [4, 40, 400]) {
    const { clock, fetched, provider } = setUp(seconds);
    await provider.refreshToken();
    for (let second = 0; second < seconds && fetched.count === 1; second += 1) {
      await clock.pass(1000);
      provider.getHeaders();
    }
    used.push((clock.now() - manualClock().now()) / 1000 / seconds);
  }
  assert.deepEqual(used, [0.75, 0.75, 0.75]);
});

test("lives of 30 days and of 10 years set no timer that overflows, in provider and status bar", async () => {
  const warnings: string[] = [];
  const note = ({ name }: Error): number => warnings.push(name);
  process.on("warning", note);
  let count = 0;
  const views = [];
  for (const expiresIn of [30 * 24 * 3600, 315_360_000]) {
    const fetcher = () => ({ accessToken: `token-${String(++count)}`, expiresIn });
    const provider = new OAuthHeaderProvider(fetcher, 300, { clock: systemClock });
    await provider.refreshToken();
    const now = Date.now();
    const { nextAt = Infinity } = statusBarView("demo", provider.state, now);
    views.push(nextAt - now <= minute);
    // A timer that overflows fires within a millisecond, and Node warns of it in the next turn.
    await new Promise((resolve) => setTimeout(resolve, 20));
    provider.dispose();
  }
  process.off("warning", note);
  assert.deepEqual([warnings, count, views], [[], 2, [true, true]]);
});

test("in every time zone, and on the days when its clocks change, a token has the same times and the status bar the same text", () => {
  const zone = process.env["TZ"];
  const [winter, spring] = [Date.UTC(2026, 0, 1), Date.UTC(2026, 2, 29, 0, 30)];
  const told = ["UTC", "Asia/Kolkata", "Pacific/Kiritimati", "Europe/Berlin", "America/St_Johns"].map((name) => {
    process.env["TZ"] = name;
    return [winter, spring].map((now) => {
      const { obtainedAt, expiresAt = 0 } = tokenFrom({ accessToken: "t", expiresIn: 7200 }, now);
      const state = { status: "ready", life: { obtainedAt, expiresAt } } as const;
      return [expiresAt - now, statusBarView("demo", state, now).text];
    });
  });
  if (zone === undefined) delete process.env["TZ"];
  else process.env["TZ"] = zone;
  const once = [7_200_000, "$(key) demo 2h"];
  assert.deepEqual(told, Array(5).fill([once, once]));
});

test("a server whose clock is a day off gives a token of its full life, by expires_in or by the JWT alone, and Diagnose says so", () => {
  const now = Date.UTC(2026, 0, 1);
  const encode = (part: object): string => Buffer.from(JSON.stringify(part)).toString("base64url");
  const lives = [-day, day].flatMap((off) => {
    const iat = (now + off) / 1000;
    const accessToken = `${encode({ alg: "none" })}.${encode({ iat, exp: iat + 900 })}.sig`;
    return [{ accessToken, expiresIn: 600 }, { accessToken }].map(
      (reply) => ((tokenFrom(reply, now).expiresAt ?? 0) - now) / 1000,
    );
  });
  const states = [-day, day].map((off) => clockFinding(new Date(now + off).toUTCString(), now).state);
  assert.deepEqual(
    [lives, states],
    [
      [600, 900, 600, 900],
      ["warning", "warning"],
    ],
  );
});
