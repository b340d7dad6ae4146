// The header provider by itself, on a clock moved by hand, with fetchers that answer from memory.
import assert from "node:assert/strict";
import { test } from "node:test";
import { AuthError } from "../../../src/oauth/errors.ts";
import { OAuthHeaderProvider } from "../../../src/oauth/provider.ts";
import type { TokenResponse } from "../../../src/oauth/token.ts";
import { manualClock } from "../../support/manualClock.ts";

const minute = 60_000;

/** A fetcher that numbers its tokens; `fail` makes the next answers failures. */
function numbered(expiresIn: number | undefined = 600) {
  const fetcher = {
    calls: 0,
    fail: undefined as AuthError | undefined,
    fetch: (): Promise<TokenResponse> => {
      fetcher.calls += 1;
      if (fetcher.fail !== undefined) return Promise.reject(fetcher.fail);
      return Promise.resolve({ accessToken: `token-${fetcher.calls}`, expiresIn });
    },
  };
  return fetcher;
}

function setUp(expiresIn?: number, bufferSeconds?: number) {
  const clock = manualClock();
  const fetcher = numbered(expiresIn);
  const provider = new OAuthHeaderProvider(() => fetcher.fetch(), bufferSeconds, { clock });
  return { clock, fetcher, provider };
}

const bearer = (number: number) => ({ authorization: `Bearer token-${number}` });

test("getHeaders answers LanceDB's header and nothing else", async () => {
  const { provider } = setUp();
  await provider.refreshToken();
  assert.deepEqual(provider.getHeaders(), bearer(1));
});

test("getHeaders without a token throws, and fetches one for the next call", async () => {
  const { provider, clock } = setUp();
  assert.throws(() => provider.getHeaders(), { name: "AuthError", code: "signed_out" });
  await clock.pass(0);
  assert.deepEqual(provider.getHeaders(), bearer(1));
});

test("headers() waits for the first token", async () => {
  const { provider } = setUp();
  assert.deepEqual(await provider.headers(), bearer(1));
});

test("1,000 concurrent callers over an expiry cause one request", async () => {
  const { provider, clock, fetcher } = setUp(600);
  await provider.headers();
  clock.jump(11 * minute);
  const answers = await Promise.all(Array.from({ length: 1000 }, () => provider.headers()));
  assert.deepEqual([fetcher.calls, new Set(answers.map(({ authorization }) => authorization)).size], [2, 1]);
});

test("a token is replaced ahead of its expiry by the buffer, with nobody asking", async () => {
  const { provider, clock, fetcher } = setUp(3600, 300);
  await provider.refreshToken();
  await clock.pass(55 * minute - 1);
  const before = fetcher.calls;
  await clock.pass(1);
  assert.deepEqual([before, fetcher.calls, provider.getHeaders()], [1, 2, bearer(2)]);
});

test("a buffer longer than half the life is cut: a four-minute token is not fetched at every call", async () => {
  const { provider, clock, fetcher } = setUp(240, 300);
  await provider.refreshToken();
  for (let second = 0; second < 179; second++) {
    await clock.pass(1000);
    provider.getHeaders();
  }
  assert.equal(fetcher.calls, 1);
});

test("after a sleep over the expiry the first caller waits for a new token", async () => {
  const { provider, clock } = setUp(600);
  await provider.refreshToken();
  clock.jump(8 * 60 * minute);
  assert.deepEqual(await provider.headers(), bearer(2));
});

test("a clock that goes back by a day causes a new token, and the old one serves meanwhile", async () => {
  const { provider, clock, fetcher } = setUp(600);
  await provider.refreshToken();
  clock.jump(-24 * 60 * minute);
  const meanwhile = provider.getHeaders();
  await clock.pass(0);
  assert.deepEqual([meanwhile, fetcher.calls, provider.getHeaders()], [bearer(1), 2, bearer(2)]);
});

test("a life of 40 days is kept by timers of at most a minute", async () => {
  const days = 24 * 3600;
  const { provider, clock, fetcher } = setUp(40 * days);
  await provider.refreshToken();
  clock.jump(39 * days * 1000);
  await clock.pass(minute);
  const atDay39 = fetcher.calls;
  clock.jump(days * 1000);
  await clock.pass(minute);
  assert.deepEqual([atDay39, fetcher.calls], [1, 2]);
});

test("while a refresh is under way the last good token is served", async () => {
  const { provider, clock, fetcher } = setUp(600);
  await provider.refreshToken();
  const slow = Promise.withResolvers<TokenResponse>();
  fetcher.fetch = () => slow.promise;
  const refreshed = provider.refreshToken();
  const served = provider.getHeaders();
  slow.resolve({ accessToken: "late", expiresIn: 600 });
  await refreshed;
  await clock.pass(0);
  assert.deepEqual([served, provider.getHeaders()], [bearer(1), { authorization: "Bearer late" }]);
});

test("a failed refresh keeps the token and becomes state", async () => {
  const { provider, fetcher } = setUp(600);
  await provider.refreshToken();
  fetcher.fail = new AuthError("unreachable");
  await assert.rejects(provider.refreshToken(), { code: "unreachable" });
  const { state } = provider;
  assert.deepEqual(
    [provider.getHeaders(), state.status, "failure" in state && state.failure.code],
    [bearer(1), "ready", "unreachable"],
  );
});

test("failures that may pass are tried again with growing waits", async () => {
  const { provider, clock, fetcher } = setUp(600);
  fetcher.fail = new AuthError("server_error");
  await assert.rejects(provider.refreshToken());
  const calls: number[] = [];
  for (const ms of [499, 1, 999, 1, 1999, 1]) {
    await clock.pass(ms);
    calls.push(fetcher.calls);
  }
  assert.deepEqual(calls, [1, 2, 2, 3, 3, 4]);
});

test("Retry-After is obeyed", async () => {
  const { provider, clock, fetcher } = setUp(600);
  fetcher.fail = new AuthError("rate_limited", { retryAfterMs: 7000 });
  await assert.rejects(provider.refreshToken());
  await clock.pass(6999);
  const before = fetcher.calls;
  await clock.pass(1);
  assert.deepEqual([before, fetcher.calls], [1, 2]);
});

test("a failure that only a person can end is not tried again by itself", async () => {
  const { provider, clock, fetcher } = setUp(600);
  fetcher.fail = new AuthError("client_rejected");
  await assert.rejects(provider.refreshToken());
  await clock.pass(60 * minute);
  assert.deepEqual([fetcher.calls, clock.pending], [1, 0]);
});

test("callers during a back-off get the failure at once, without a request", async () => {
  const { provider, fetcher } = setUp(600);
  fetcher.fail = new AuthError("unreachable");
  await assert.rejects(provider.refreshToken());
  await assert.rejects(provider.headers(), { code: "unreachable" });
  assert.throws(() => provider.getHeaders(), { code: "unreachable" });
  assert.equal(fetcher.calls, 1);
});

test("a fetcher that throws at once is a failure like any other, not for good", async () => {
  const { provider, fetcher } = setUp(600);
  const working = fetcher.fetch;
  fetcher.fetch = () => {
    throw new Error("not yet");
  };
  await assert.rejects(provider.refreshToken(), { code: "invalid_response" });
  fetcher.fetch = working;
  await provider.refreshToken();
  assert.deepEqual(provider.getHeaders(), bearer(1));
});

test("a fetcher that never answers is given up after the deadline", async () => {
  const { provider, clock, fetcher } = setUp(600);
  fetcher.fetch = () => new Promise(() => undefined);
  const outcome = assert.rejects(provider.refreshToken(), { code: "timeout" });
  await clock.pass(0);
  await clock.pass(120_000);
  await outcome;
});

test("a token with less life left than asked for is not served", async () => {
  const { provider, clock } = setUp(10, 0);
  await provider.refreshToken();
  await clock.pass(8000);
  assert.deepEqual([provider.getHeaders(), await provider.headers(3000)], [bearer(1), bearer(2)]);
});

test("signing out forgets the token, and a late answer does not bring it back", async () => {
  const { provider, clock, fetcher } = setUp(600);
  await provider.refreshToken();
  const slow = Promise.withResolvers<TokenResponse>();
  fetcher.fetch = () => slow.promise;
  const refreshed = assert.rejects(provider.refreshToken(), { code: "cancelled" });
  await clock.pass(0);
  provider.signOut();
  slow.resolve({ accessToken: "late", expiresIn: 600 });
  await refreshed;
  await clock.pass(0);
  assert.deepEqual([provider.state, clock.pending], [{ status: "signedOut" }, 0]);
});

test("state and event tell the whole life of a token", async () => {
  const { provider, clock, fetcher } = setUp(600, 0);
  const seen: string[] = [];
  provider.onDidChangeState(({ status }) => seen.push(status));
  await provider.refreshToken();
  fetcher.fail = new AuthError("client_rejected");
  await clock.pass(11 * minute);
  assert.deepEqual(seen, ["fetching", "ready", "fetching", "failed"]);
});

test("a missing secret is shown as signed out, not as a failure", async () => {
  const { provider, fetcher } = setUp();
  fetcher.fail = new AuthError("secret_missing");
  await assert.rejects(provider.refreshToken(), { code: "secret_missing" });
  assert.deepEqual(provider.state, { status: "signedOut" });
});

for (const [what, reply] of Object.entries({
  "no token": {},
  "an empty token": { accessToken: "" },
  "a token with a line break": { accessToken: "abc\r\nx: y" },
  "a token with a letter outside ASCII": { accessToken: "tökén" },
  "a token of more than 64 KB": { accessToken: "x".repeat(65_537) },
  "a life of 0": { accessToken: "abc", expiresIn: 0 },
  "a negative life": { accessToken: "abc", expiresIn: -1 },
  "a life in words": { accessToken: "abc", expiresIn: "soon" },
  nothing: undefined,
})) {
  test(`a fetcher that answers ${what} is refused`, async () => {
    const provider = new OAuthHeaderProvider(() => reply as TokenResponse, 300, { clock: manualClock() });
    await assert.rejects(provider.refreshToken(), { code: "invalid_response" });
  });
}

test("expiresIn as a text is read", async () => {
  const clock = manualClock();
  const provider = new OAuthHeaderProvider(() => ({ accessToken: "abc", expiresIn: "3600" }), 300, { clock });
  await provider.refreshToken();
  assert.deepEqual(provider.state, {
    status: "ready",
    life: { obtainedAt: clock.now(), expiresAt: clock.now() + 3_600_000 },
  });
});

test("without expiresIn a JWT's own exp counts, whatever the server's clock says", async () => {
  const clock = manualClock();
  const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString("base64url");
  const jwt = `${encode({ alg: "none" })}.${encode({ iat: 1000, exp: 1900 })}.sig`;
  const provider = new OAuthHeaderProvider(() => ({ accessToken: jwt }), 300, { clock });
  await provider.refreshToken();
  assert.deepEqual(provider.state, {
    status: "ready",
    life: { obtainedAt: clock.now(), expiresAt: clock.now() + 900_000 },
  });
});

test("an opaque token without a life is served, and replaced within the hour", async () => {
  const clock = manualClock();
  const tokens = ["opaque-1", "opaque-2"];
  const provider = new OAuthHeaderProvider(() => ({ accessToken: tokens.shift() ?? "none" }), 300, { clock });
  await provider.refreshToken();
  await clock.pass(60 * minute);
  assert.deepEqual(provider.getHeaders(), { authorization: "Bearer opaque-2" });
});

test("no error that leaves the provider holds a token", async () => {
  const provider = new OAuthHeaderProvider(() => ({ accessToken: "s3cret\n" }), 300, { clock: manualClock() });
  const error: unknown = await provider.refreshToken().catch((thrown: unknown) => thrown);
  const { inspect } = await import("node:util");
  assert.equal(inspect(error, { depth: 9 }).includes("s3cret"), false);
});
