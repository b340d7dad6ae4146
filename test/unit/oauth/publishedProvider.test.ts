// What the class published with LanceDB gets wrong, and ours does not: each row of the comparison runs both, side by side.
// Also the contract itself: ours satisfies LanceDB's own types and its real client.
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { test } from "node:test";
import type {
  connect,
  HeaderProvider as PublishedHeaderProvider,
  OAuthHeaderProvider as Published,
} from "@lancedb/lancedb";
import { OAuthHeaderProvider, type ProviderOptions } from "../../../src/oauth/provider.ts";
import type { TokenFetcher } from "../../../src/oauth/headerProvider.ts";
import { manualClock } from "../../support/manualClock.ts";

const require = createRequire(import.meta.url);
// The class alone, without the native addon that the package's main entry loads.
const header = require(join(dirname(require.resolve("@lancedb/lancedb")), "header.js")) as {
  OAuthHeaderProvider: new (
    fetcher: () => Promise<{ accessToken: string; expiresIn?: number }>,
    buffer?: number,
  ) => Published;
};
const PublishedProvider = header.OAuthHeaderProvider;

type Both = Pick<OAuthHeaderProvider, "getHeaders" | "refreshToken">;
type Fetched = { accessToken: string; expiresIn?: number };

function both(fetcher: () => Promise<Fetched>, options: ProviderOptions = {}): { ours: Both; published: Both } {
  const counted: TokenFetcher = () => fetcher();
  return { ours: new OAuthHeaderProvider(counted, 300, options), published: new PublishedProvider(fetcher, 300) };
}

/** What a provider does, as a text: its header, or that it threw. */
function served(provider: Both): string {
  try {
    return provider.getHeaders()["authorization"] ?? "no header";
  } catch {
    return "threw";
  }
}

test("ours satisfies LanceDB's own HeaderProvider type and is taken by its connect as it is", () => {
  const ours = new OAuthHeaderProvider(() => ({ accessToken: "abc", expiresIn: 3600 }));
  const asPublished: PublishedHeaderProvider = ours;
  const call = (connectToLanceDb: typeof connect) =>
    connectToLanceDb("db://demo", { apiKey: "", hostOverride: "http://127.0.0.1:1" }, undefined, ours);
  assert.deepEqual([typeof asPublished.getHeaders, call.length], ["function", 1]);
});

test("an expired token: ours fetches another, the published class serves it for ever", async () => {
  const clock = manualClock();
  const fetcher = numbered();
  const ours = new OAuthHeaderProvider(fetcher, 300, { clock });
  const published = new PublishedProvider(numbered(), 300);
  await Promise.all([ours.refreshToken(), published.refreshToken()]);
  const expiredAt = Date.now() + 20;
  while (Date.now() < expiredAt) await new Promise((resolve) => setImmediate(resolve));
  await clock.pass(20);
  assert.deepEqual([served(ours) === "Bearer t1", served(published)], [false, "Bearer t1"]);
});

/** Tokens t1, t2 and so on, each for 10 ms. */
function numbered(): () => Promise<Fetched> {
  let number = 0;
  return () => Promise.resolve({ accessToken: `t${++number}`, expiresIn: 0.01 });
}

test("ahead of the expiry: ours fetches the next token by itself, the published class waits to be told", async () => {
  const clock = manualClock();
  const calls = { ours: 0, published: 0 };
  const fetcher = (whose: keyof typeof calls) => () => {
    calls[whose] += 1;
    return Promise.resolve({ accessToken: "abc", expiresIn: 3600 });
  };
  const ours = new OAuthHeaderProvider(fetcher("ours"), 300, { clock });
  const published = new PublishedProvider(fetcher("published"), 300);
  await Promise.all([ours.refreshToken(), published.refreshToken()]);
  await clock.pass(3_300_000);
  assert.deepEqual(calls, { ours: 2, published: 1 });
});

test("during a manual refresh: ours serves the last good token, the published class throws", async () => {
  let slow: Promise<Fetched> = Promise.resolve({ accessToken: "first", expiresIn: 3600 });
  const { ours, published } = both(() => slow, { clock: manualClock() });
  await Promise.all([ours.refreshToken(), published.refreshToken()]);
  const { promise, resolve } = Promise.withResolvers<Fetched>();
  slow = promise;
  const refreshes = [ours.refreshToken(), published.refreshToken()];
  const meanwhile = [served(ours), served(published)];
  resolve({ accessToken: "second", expiresIn: 3600 });
  await Promise.all(refreshes);
  assert.deepEqual(meanwhile, ["Bearer first", "threw"]);
});

test("after a failed refresh: ours still serves the valid token, the published class has thrown it away", async () => {
  let answer = (): Promise<Fetched> => Promise.resolve({ accessToken: "good", expiresIn: 3600 });
  const { ours, published } = both(() => answer(), { clock: manualClock() });
  await Promise.all([ours.refreshToken(), published.refreshToken()]);
  answer = () => Promise.reject(new Error("down"));
  await Promise.allSettled([ours.refreshToken(), published.refreshToken()]);
  assert.deepEqual([served(ours), served(published)], ["Bearer good", "threw"]);
});

test("expiresIn 0: ours refuses, the published class takes it for a token that never expires", async () => {
  const { ours, published } = both(() => Promise.resolve({ accessToken: "zero", expiresIn: 0 }), {
    clock: manualClock(),
  });
  const outcomes = await Promise.allSettled([ours.refreshToken(), published.refreshToken()]);
  assert.deepEqual(
    outcomes.map(({ status }) => status),
    ["rejected", "fulfilled"],
  );
});

test("a token with a line break: ours refuses, the published class hands it out", async () => {
  const { ours, published } = both(() => Promise.resolve({ accessToken: "a\nb", expiresIn: 3600 }), {
    clock: manualClock(),
  });
  await Promise.allSettled([ours.refreshToken(), published.refreshToken()]);
  assert.deepEqual([served(ours), served(published)], ["threw", "Bearer a\nb"]);
});

test("a fetcher that throws before it returns a promise: ours recovers, the published class is poisoned for good", async () => {
  let answer = (): Promise<Fetched> => {
    throw new Error("not configured yet");
  };
  const { ours, published } = both(() => answer(), { clock: manualClock() });
  assert.deepEqual([served(ours), served(published)], ["threw", "threw"]);
  await new Promise((resolve) => setImmediate(resolve));
  answer = () => Promise.resolve({ accessToken: "now", expiresIn: 3600 });
  await Promise.allSettled([ours.refreshToken(), published.refreshToken()]);
  assert.equal(served(ours), "Bearer now");
});

test("state: ours tells what it is doing, the published class has nothing to see", async () => {
  const ours = new OAuthHeaderProvider(() => ({ accessToken: "abc", expiresIn: 3600 }), 300, { clock: manualClock() });
  const published = new PublishedProvider(() => Promise.resolve({ accessToken: "abc", expiresIn: 3600 }));
  await Promise.all([ours.refreshToken(), published.refreshToken()]);
  assert.deepEqual([ours.state.status, "state" in published], ["ready", false]);
});
