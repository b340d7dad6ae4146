// Signing in by browser: authorization code with PKCE against the real authorization server, through the loopback listener.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { requestAuthorization, type BrowserParts } from "../../../src/oauth/grants/authorizationCode.ts";
import { endSessionUrl, renew, revoke } from "../../../src/oauth/grants/grants.ts";
import { Secret } from "../../../src/oauth/secret.ts";
import { openLoopback } from "../../../src/signIn/redirect/loopback.ts";
import {
  personalClient,
  startAuthorizationServer,
  type AuthorizationServer,
} from "../../support/servers/authorizationServer.ts";
import { startFaultyServer, type FaultyServer } from "../../support/servers/faultyServer.ts";
import { httpBrowser, type Visit } from "../../support/servers/httpBrowser.ts";
import { manualClock } from "../../support/manualClock.ts";
import { personalRequest, signInAsPerson } from "../../support/workbench/signIn.ts";

let server: AuthorizationServer;
let faulty: FaultyServer;
before(async () => {
  [server, faulty] = await Promise.all([startAuthorizationServer(), startFaultyServer()]);
});
after(async () => {
  await Promise.all([server.close(), faulty.close()]);
});

const request = (more?: Readonly<Record<string, unknown>>) => personalRequest(server.issuerUrl, more);

test("a person signs in: PKCE S256, state and nonce are sent, a refresh token comes, the page says so", async () => {
  const { granted, page } = signInAsPerson(request());
  const { accessToken, refreshToken } = await granted;
  const { status, text } = await page;
  const { redirectUri, ...seen } = server.signInRequests.at(-1) ?? {};
  assert.deepEqual(
    {
      ...{ token: accessToken !== "", renewable: refreshToken?.isEmpty === false, seen },
      ...{ toLoopback: /^http:\/\/127\.0\.0\.1:\d+\/callback$/.test(redirectUri ?? "") },
      ...{ page: [status, text.includes("You are signed in to LanceDB")] },
    },
    {
      ...{ token: true, renewable: true, toLoopback: true, page: [200, true] },
      seen: {
        ...{ by: "browser", clientId: "personal-client", scope: "openid offline_access", responseType: "code" },
        ...{ challengeMethod: "S256", hasState: true, hasNonce: true },
      },
    },
  );
});

test("the scopes of the connection are asked for beside those that make the session renewable", async () => {
  await signInAsPerson(request({ scopes: ["lancedb:read"] })).granted;
  assert.equal(server.signInRequests.at(-1)?.scope, "openid offline_access lancedb:read");
});

for (const [what, change, says] of [
  ["a wrong state", { state: "forged" }, /its state is not the one that was sent/],
  ["no state", { state: undefined }, /its state is not the one that was sent/],
  ["a foreign issuer", { iss: "https://evil.example" }, /does not come from the issuer that was asked/],
  ["no issuer, where the server promises one", { iss: undefined }, /does not come from the issuer that was asked/],
] as const) {
  test(`${what} is refused with a clear sentence, in the browser and in the editor, and no code is sent`, async () => {
    const count = server.tokenRequests.length;
    const browser = httpBrowser();
    const { promise: shown, resolve: show } = Promise.withResolvers<Visit>();
    const { granted } = signInAsPerson(request(), {
      browse: async (url) => {
        const callback = await browser.visitUntil(url, /\/callback/);
        for (const [name, value] of Object.entries(change)) {
          if (value === undefined) callback.searchParams.delete(name);
          else callback.searchParams.set(name, value);
        }
        show(await browser.visit(callback.href));
      },
    });
    await assert.rejects(granted, { code: "foreign_answer", message: says });
    const { status, text } = await shown;
    assert.deepEqual([status, says.test(text), server.tokenRequests.length - count], [400, true, 0]);
  });
}

test("a person's no is said as one", async () => {
  const { granted } = signInAsPerson(request(), {
    browse: async (url) => {
      const { searchParams } = new URL(url);
      const callback = new URL(searchParams.get("redirect_uri") ?? "");
      const answer = { error: "access_denied", state: searchParams.get("state") ?? "", iss: server.issuerUrl };
      callback.search = new URLSearchParams(answer).toString();
      await (await fetch(callback)).text();
    },
  });
  await assert.rejects(granted, { code: "sign_in_refused" });
});

/** Sockets, servers and timers that would keep a process or be heard of later. */
const handles = () => process.getActiveResourcesInfo().filter((name) => /TCPServer|Timeout/.test(name)).length;

const hangs = () => new Promise<never>(() => undefined);
const quits: Readonly<Record<string, (abort: AbortController, reach: () => void) => Partial<BrowserParts>>> = {
  "while the browser is opened": (_, reach) => ({ browse: async () => (reach(), hangs()) }),
  "while the person signs in": (_, reach) => ({
    browse: async () => {
      reach();
      return Promise.resolve();
    },
  }),
  "while the code is exchanged": (_, reach) => ({
    browse: async (url) => {
      release = server.holdTokenRequests();
      const callback = await httpBrowser().visitUntil(url, /\/callback/);
      fetch(callback).catch(() => undefined);
      reach();
    },
  }),
};
let release: () => void = () => undefined;
for (const [when, quit] of Object.entries(quits)) {
  test(`a cancel ${when} ends the sign-in, and leaves neither server nor timer`, async () => {
    const [before, abort, clock] = [handles(), new AbortController(), manualClock()];
    const { promise: reached, resolve: reach } = Promise.withResolvers<undefined>();
    const parts = quit(abort, () => {
      reach(undefined);
    });
    const { granted } = signInAsPerson({ ...request(), signal: abort.signal }, { ...parts, clock });
    const outcome = assert.rejects(granted, { code: "cancelled" });
    await reached;
    abort.abort();
    await outcome;
    release();
    assert.deepEqual([clock.pending, handles() - before], [0, 0]);
  });
}

test("a cancel before anything was asked opens nothing", async () => {
  const count = server.signInRequests.length;
  const abort = new AbortController();
  abort.abort();
  await assert.rejects(signInAsPerson({ ...request(), signal: abort.signal }).granted, { code: "cancelled" });
  assert.equal(server.signInRequests.length, count);
});

test("a browser that does not come back is waited for until the deadline", async () => {
  const clock = manualClock();
  const { promise: reached, resolve } = Promise.withResolvers<undefined>();
  const browse = async () => {
    resolve(undefined);
    return Promise.resolve();
  };
  const outcome = assert.rejects(signInAsPerson(request(), { browse, clock }).granted, { code: "sign_in_expired" });
  await reached;
  await clock.pass(300_000);
  await outcome;
  assert.equal(clock.pending, 0);
});

test("an issuer without a page to sign in is said to have none", async () => {
  const asked = requestAuthorization(personalRequest(faulty.issuerUrl), "http://127.0.0.1:1/callback");
  await assert.rejects(asked, { code: "flow_unsupported" });
});

test("the listener answers one path, once, on loopback, and no page that was lured to it", async () => {
  const place = await openLoopback();
  const { origin, port } = new URL(place.redirectUri);
  const answered = place.answer((callback) => Promise.resolve(callback.search));
  const statuses: number[] = [];
  const ask = async (path: string, init: RequestInit = {}) => {
    statuses.push((await fetch(origin + path, init)).status);
  };
  await ask("/favicon.ico");
  await ask("/callback", { method: "POST" });
  const foreign = await requestWithHost(Number(port), "evil.example");
  await ask("/callback?code=1");
  await ask("/callback?code=2");
  const first = await answered;
  await place.close();
  await assert.rejects(fetch(place.redirectUri));
  assert.deepEqual([statuses, foreign, first], [[404, 405, 200, 410], 403, "?code=1"]);
});

async function requestWithHost(port: number, host: string): Promise<number | undefined> {
  const { get } = await import("node:http");
  return new Promise((resolve, reject) => {
    get({ port, host: "127.0.0.1", path: "/callback?code=0", headers: { host } }, (response) => {
      response.resume();
      resolve(response.statusCode);
    }).on("error", reject);
  });
}

test("text from the server is escaped on the page", async () => {
  const place = await openLoopback();
  const answered = place.answer(() => Promise.reject(new Error("<script>alert(1)</script>")));
  answered.catch(() => undefined);
  const text = await (await fetch(place.redirectUri)).text();
  await place.close();
  assert.deepEqual([text.includes("<script>"), text.includes("&lt;script&gt;")], [false, true]);
});

test("a refresh token renews the session and is replaced", async () => {
  const { refreshToken = new Secret("") } = await signInAsPerson(request()).granted;
  const renewed = await renew(request(), refreshToken);
  const { grant, status, authentication } = server.tokenRequests.at(-1) ?? {};
  assert.deepEqual(
    [grant, status, authentication, renewed.refreshToken?.reveal() === refreshToken.reveal()],
    ["refresh_token", 200, "none", false],
  );
});

test("a refresh token that was used already needs the person again", async () => {
  const { refreshToken = new Secret("") } = await signInAsPerson(request()).granted;
  await renew(request(), refreshToken);
  await assert.rejects(renew(request(), refreshToken), { code: "interaction_required" });
});

test("a revoked refresh token renews nothing", async () => {
  const { refreshToken = new Secret("") } = await signInAsPerson(request()).granted;
  const revoked = await revoke(request(), refreshToken);
  await assert.rejects(renew(request(), refreshToken), { code: "interaction_required" });
  assert.deepEqual([revoked, server.revocations.at(-1)], [true, 200]);
});

test("a port that the connection names is listened on, and one that is taken is said to be", async () => {
  const first = await openLoopback();
  const port = Number(new URL(first.redirectUri).port);
  await assert.rejects(openLoopback({ host: "127.0.0.1", path: "/callback", port }), {
    code: "flow_unsupported",
    message: new RegExp(`port ${port} cannot`),
  });
  await first.close();
  const again = await openLoopback({ host: "127.0.0.1", path: "/callback", port });
  assert.equal(again.redirectUri, first.redirectUri);
  await again.close();
});

test("the issuer's page that ends a session is found, and answers", async () => {
  const url = await endSessionUrl(personalRequest(server.issuerUrl));
  const { status } = await httpBrowser().visit(url ?? "");
  assert.deepEqual([url, status], [`${server.issuerUrl}/session/end?client_id=${personalClient.id}`, 200]);
});
