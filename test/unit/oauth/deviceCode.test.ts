// The device code grant: with a person against the real authorization server, and its waiting on a clock moved by hand.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { DevicePrompt } from "../../../src/oauth/grants/deviceCode.ts";
import { signInWithDeviceCode } from "../../../src/oauth/grants/deviceCode.ts";
import type { Fetch } from "../../../src/oauth/http.ts";
import { startAuthorizationServer, type AuthorizationServer } from "../../support/servers/authorizationServer.ts";
import { httpBrowser } from "../../support/servers/httpBrowser.ts";
import { listenOnLoopback, readBody, sendJson, type Loopback } from "../../support/servers/loopback.ts";
import { manualClock, type ManualClock } from "../../support/manualClock.ts";
import { personalRequest } from "../../support/workbench/signIn.ts";

let server: AuthorizationServer;
before(async () => {
  server = await startAuthorizationServer();
});
after(() => server.close());

/** Starts a sign-in and answers once the code is shown. */
async function start(
  issuerUrl: string,
  clock: ManualClock,
  signal?: AbortSignal,
  fetcher: Fetch = (u, i) => fetch(u, i),
) {
  const { promise: shown, resolve, reject } = Promise.withResolvers<DevicePrompt>();
  const show = (prompt: DevicePrompt) => {
    resolve(prompt);
    return Promise.resolve();
  };
  const request = { ...personalRequest(issuerUrl, { flow: "device_code" }), fetch: fetcher, signal };
  const granted = signInWithDeviceCode(request, { show, clock });
  granted.catch(reject);
  return { granted, prompt: await shown };
}

/** Opens the page with the code in it, presses its button, and confirms or refuses. */
async function enterCode(
  { completeUrl = "" }: DevicePrompt,
  button?: Readonly<Record<string, string>>,
): Promise<string> {
  const browser = httpBrowser();
  const asked = await browser.submit(await browser.visit(completeUrl));
  return (await browser.submit(asked, button)).text;
}

/** Lets the next poll happen and waits for its answer to arrive. */
async function nextPoll(clock: ManualClock, seconds: number, polls: () => number): Promise<void> {
  const count = polls();
  await clock.pass(seconds * 1000);
  while (polls() === count) await new Promise((resolve) => setImmediate(resolve));
}

const polls = () => server.tokenRequests.length;

test("a person enters the code and is signed in, with a refresh token", async () => {
  const clock = manualClock();
  const { granted, prompt } = await start(server.issuerUrl, clock);
  await nextPoll(clock, 5, polls);
  const page = await enterCode(prompt);
  const untilPending = clock.pending;
  await nextPoll(clock, 5, polls);
  const { refreshToken } = await granted;
  assert.deepEqual(
    [
      /^\w{4}-\w{4}$/.test(prompt.userCode),
      page.includes("signed in"),
      untilPending,
      refreshToken?.isEmpty,
      clock.pending,
    ],
    [true, true, 2, false, 0],
  );
});

test("a person's no is said as one", async () => {
  const clock = manualClock();
  const { granted, prompt } = await start(server.issuerUrl, clock);
  await enterCode(prompt, { abort: "yes" });
  const outcome = assert.rejects(granted, { code: "sign_in_refused" });
  await clock.pass(5_000);
  await outcome;
  assert.equal(clock.pending, 0);
});

test("a cancel ends the asking and leaves no timer", async () => {
  const [clock, abort] = [manualClock(), new AbortController()];
  const { granted } = await start(server.issuerUrl, clock, abort.signal);
  const count = polls();
  abort.abort();
  await assert.rejects(granted, { code: "cancelled" });
  await clock.pass(60_000);
  assert.deepEqual([clock.pending, polls() - count], [0, 0]);
});

/** A device endpoint that says what it is told, and writes down when it is asked, in seconds of the clock. */
async function scripted(clock: ManualClock, device: Record<string, unknown>, answers: readonly (string | number)[]) {
  const loopback: Loopback = await listenOnLoopback();
  const startAt = clock.now();
  const askedAt: number[] = [];
  loopback.listener = (request, response) => {
    const { origin } = loopback;
    void readBody(request).then(() => {
      if (request.url === "/device") sendJson(response, 200, { ...codes(origin), ...device });
      else if (request.url !== "/token") sendJson(response, 200, documentOf(origin));
      else {
        const answer = answers[askedAt.push((clock.now() - startAt) / 1000) - 1] ?? "authorization_pending";
        if (typeof answer === "number") sendJson(response, answer, {});
        else if (answer === "granted") sendJson(response, 200, { access_token: "abc", token_type: "Bearer" });
        else sendJson(response, 400, { error: answer });
      }
    });
  };
  return { issuerUrl: loopback.origin, askedAt, close: () => loopback.close() };
}

const codes = (origin: string) => ({
  ...{ device_code: "d", user_code: "ABCD-EFGH", verification_uri: `${origin}/enter`, expires_in: 600 },
});
const documentOf = (issuer: string) => ({
  ...{ issuer, token_endpoint: `${issuer}/token`, device_authorization_endpoint: `${issuer}/device` },
});

/** Runs it second by second until it settles. */
async function runToEnd(clock: ManualClock, granted: Promise<unknown>, askedAt: readonly number[]): Promise<string> {
  let outcome: string | undefined;
  granted.then(
    () => (outcome = "granted"),
    (error: unknown) => (outcome = error instanceof Error && "code" in error ? String(error.code) : "?"),
  );
  const seconds = 700;
  for (let second = 0; second < seconds && outcome === undefined; second += 1) {
    const count = askedAt.length;
    await clock.pass(1000);
    // An answer is under way over real HTTP whenever a request has come in.
    if (askedAt.length > count || clock.pending < 2) await settle(() => outcome !== undefined || clock.pending >= 2);
  }
  return outcome ?? "still waiting";
}

async function settle(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setImmediate(resolve));
}

for (const [what, device, answers, seconds, end] of [
  ["without an interval it asks every five seconds", {}, ["authorization_pending", "granted"], [5, 10], "granted"],
  ["the server's interval is obeyed", { interval: 2 }, ["authorization_pending", "granted"], [2, 4], "granted"],
  [
    "slow_down adds five seconds for good",
    { interval: 1 },
    ["slow_down", "authorization_pending", "slow_down", "granted"],
    [1, 7, 13, 24],
    "granted",
  ],
  [
    "a server with a fault is asked less often, not given up",
    { interval: 2 },
    [503, 503, "granted"],
    [2, 6, 14],
    "granted",
  ],
  ["an expired code ends it", { interval: 2 }, ["authorization_pending", "expired_token"], [2, 4], "sign_in_expired"],
  ["when the code's time is over it stops asking", { interval: 4, expires_in: 10 }, [], [4, 8], "sign_in_expired"],
  ["a refusal ends it", { interval: 1 }, ["invalid_grant"], [1], "interaction_required"],
] as const) {
  test(what, async () => {
    const clock = manualClock();
    const { issuerUrl, askedAt, close } = await scripted(clock, device, answers);
    const { granted } = await start(issuerUrl, clock);
    const outcome = await runToEnd(clock, granted, askedAt);
    await close();
    assert.deepEqual([outcome, askedAt, clock.pending], [end, seconds, 0]);
  });
}

test("a page that is plain http elsewhere is not shown", async () => {
  const clock = manualClock();
  const { issuerUrl, close } = await scripted(clock, { verification_uri: "http://login.example/enter" }, []);
  await assert.rejects(start(issuerUrl, clock), { code: "insecure_url" });
  await close();
});

test("a server without device codes is said to have none", async () => {
  const loopback = await listenOnLoopback();
  loopback.listener = (_, response) => {
    sendJson(response, 200, { issuer: loopback.origin, token_endpoint: `${loopback.origin}/token` });
  };
  await assert.rejects(start(loopback.origin, manualClock()), { code: "flow_unsupported" });
  await loopback.close();
});
