// A cancel at every step at which a sign-in waits for somebody else: no token, the request given up, no server and no timer left.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { tryApiKey } from "../../../src/oauth/apiKey.ts";
import { signInWithBrowser } from "../../../src/oauth/grants/authorizationCode.ts";
import type { GrantRequest } from "../../../src/oauth/grants/clientConfiguration.ts";
import { parseConnection, type Flow } from "../../../src/oauth/connection.ts";
import { signInWithDeviceCode } from "../../../src/oauth/grants/deviceCode.ts";
import { clientCredentials } from "../../../src/oauth/grants/grants.ts";
import { managedIdentityToken } from "../../../src/oauth/managedIdentity.ts";
import { Secret } from "../../../src/oauth/secret.ts";
import { openLoopback } from "../../../src/signIn/redirect/loopback.ts";
import { listenOnLoopback, sendJson, type Loopback } from "../../support/servers/loopback.ts";
import { manualClock, type ManualClock } from "../../support/manualClock.ts";

let server: Loopback;
before(async () => {
  server = await listenOnLoopback();
});
after(() => server.close());

type Work = (request: GrantRequest, clock: ManualClock) => Promise<unknown>;

const withBrowser: Work = (request, clock) => {
  // As a browser that has been to the page, and comes back with a code.
  const browse = async (url: string): Promise<void> => {
    const { searchParams } = new URL(url);
    const answer = new URL(searchParams.get("redirect_uri") ?? "");
    answer.search = new URLSearchParams({ code: "c", state: searchParams.get("state") ?? "" }).toString();
    void fetch(answer).catch(() => undefined);
    await Promise.resolve();
  };
  return signInWithBrowser(request, { openPlace: openLoopback, browse, clock });
};

const withDevice: Work = (request, clock) =>
  signInWithDeviceCode(request, {
    clock,
    show: () => {
      // Once the waiting for the interval has begun.
      setImmediate(() => void clock.pass(5_000));
      return Promise.resolve();
    },
  });

const withSecret: Work = async ({ connection, clientSecret, fetch, signal }) =>
  clientCredentials(connection, clientSecret, fetch)(signal);

const withKey: Work = ({ connection, fetch, signal }) => tryApiKey(connection, new Secret("k"), fetch, signal);

const withIdentity: Work = ({ connection, fetch, signal }) => {
  const env = { IDENTITY_ENDPOINT: `${server.origin}/identity` };
  return managedIdentityToken(connection, { env, fetch, readFile: () => Promise.reject(new Error("none")) }, signal, 0);
};

for (const [flow, work, hangsAt] of [
  ["client_credentials", withSecret, "/.well-known/openid-configuration"],
  ["client_credentials", withSecret, "/token"],
  ["authorization_code", withBrowser, "/.well-known/openid-configuration"],
  ["authorization_code", withBrowser, "/token"],
  ["device_code", withDevice, "/.well-known/openid-configuration"],
  ["device_code", withDevice, "/device"],
  ["device_code", withDevice, "/token"],
  ["api_key", withKey, "/v1/table/"],
  ["azure_managed_identity", withIdentity, "/identity"],
] as const satisfies readonly (readonly [Flow, Work, string])[]) {
  test(`${flow}: a cancel while ${hangsAt} does not answer`, async () => {
    const [hung, givenUp] = [Promise.withResolvers<undefined>(), Promise.withResolvers<undefined>()];
    server.listener = (request, response) => {
      request.resume();
      const path = new URL(request.url ?? "/", server.origin).pathname;
      if (path !== hangsAt) {
        sendJson(response, 200, replyFor(path));
        return;
      }
      response.on("close", () => givenUp.resolve(undefined));
      hung.resolve(undefined);
    };
    const servers = (): number => process.getActiveResourcesInfo().filter((name) => name === "TCPServerWrap").length;
    const [before, abort, clock] = [servers(), new AbortController(), manualClock()];
    const outcome = work(requestFor(flow, abort.signal), clock).catch((error: unknown) =>
      error instanceof Error && "code" in error ? error.code : error,
    );
    await hung.promise;
    abort.abort();
    const code = await outcome;
    await givenUp.promise;
    assert.deepEqual([code, clock.pending, servers()], ["cancelled", 0, before]);
  });
}

function replyFor(path: string): object {
  const { origin } = server;
  if (path === "/device") {
    const times = { expires_in: 600, interval: 5 };
    return { device_code: "d", user_code: "ABCD", verification_uri: `${origin}/enter`, ...times };
  }
  const pages = { authorization_endpoint: `${origin}/auth`, device_authorization_endpoint: `${origin}/device` };
  return { issuer: origin, token_endpoint: `${origin}/token`, ...pages };
}

function requestFor(flow: Flow, signal: AbortSignal): GrantRequest {
  const connection = parseConnection({
    ...{ name: "demo", uri: "db://demo", flow, issuerUrl: server.origin, clientId: "c", hostOverride: server.origin },
    scopes: ["api://lancedb/.default"],
  });
  const clientSecret = (): Promise<Secret> => Promise.resolve(new Secret("s"));
  return { connection, clientSecret, fetch: (url, init) => fetch(url, init), signal };
}
