// The tests' own authorization server behaves as the real ones do, for everything else is judged against it.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { createRemoteJWKSet, decodeJwt, jwtVerify } from "jose";
import * as oauth from "openid-client";
import {
  startAuthorizationServer,
  type AuthorizationServer,
  type TestClient,
} from "../../support/servers/authorizationServer.ts";

let server: AuthorizationServer;
before(async () => {
  server = await startAuthorizationServer({ accessTokenSeconds: 60 });
});
after(() => server.close());

const formEncode = (text: string): string => new URLSearchParams({ text }).toString().slice("text=".length);

function basic(client: TestClient): Record<string, string> {
  return { authorization: `Basic ${btoa(`${formEncode(client.id)}:${formEncode(client.secret)}`)}` };
}

type Reply = { readonly status: number; readonly body: Record<string, unknown> };

async function ask(fields: Record<string, string>, headers: Record<string, string> = {}): Promise<Reply> {
  const body = new URLSearchParams({ grant_type: "client_credentials", ...fields });
  const reply = await fetch(server.tokenUrl, { method: "POST", headers, body });
  return { status: reply.status, body: (await reply.json()) as Record<string, unknown> };
}

function inForm(client: TestClient): Record<string, string> {
  return { client_id: client.id, client_secret: client.secret };
}

const accessToken = (reply: Reply): string => String(reply.body["access_token"]);

test("a plain request yields a signed JWT with audience, scope and lifetime", async () => {
  const reply = await ask({}, basic(server.clients.basic));
  const keys = createRemoteJWKSet(new URL(server.jwksUrl));
  const { payload } = await jwtVerify(accessToken(reply), keys, {
    issuer: server.issuerUrl,
    audience: server.audience,
  });
  const lifetime = Number(payload.exp) - Number(payload.iat);
  assert.deepEqual(
    { scope: payload["scope"], client: payload["client_id"], lifetime, expiresIn: reply.body["expires_in"] },
    { scope: "lancedb:read lancedb:write", client: server.clients.basic.id, lifetime: 60, expiresIn: 60 },
  );
});

test("each client authenticates in its own way and in no other", async () => {
  const { basic: byHeader, post, awkward } = server.clients;
  const replies = await Promise.all([
    ask({}, basic(byHeader)),
    ask(inForm(byHeader)),
    ask(inForm(post)),
    ask({}, basic(post)),
    ask({}, basic(awkward)),
    ask({}, { authorization: `Basic ${btoa(`${awkward.id}:${awkward.secret}`)}` }),
  ]);
  assert.deepEqual(
    replies.map(({ status, body }) => [status, body["error"]]),
    [
      [200, undefined],
      [401, "invalid_client"],
      [200, undefined],
      [401, "invalid_client"],
      [200, undefined],
      [401, "invalid_client"],
    ],
  );
});

test("the JSON front takes a JSON body and nothing else", async () => {
  const { json } = server.clients;
  const body = JSON.stringify({ grant_type: "client_credentials", ...inForm(json), scope: "lancedb:read" });
  const headers = { "content-type": "application/json" };
  const taken = await fetch(server.jsonTokenUrl, { method: "POST", headers, body });
  const refused = await fetch(server.jsonTokenUrl, { method: "POST", body: new URLSearchParams(inForm(json)) });
  const untold = await fetch(server.jsonTokenUrl, { method: "POST", headers: { "content-type": "text/plain" }, body });
  const plain = await fetch(server.tokenUrl, { method: "POST", headers, body });
  assert.deepEqual([taken.status, refused.status, untold.status, plain.status], [200, 400, 400, 400]);
});

test("the lifetime of the next token can be changed", async () => {
  server.accessTokenSeconds = 15;
  const reply = await ask({}, basic(server.clients.basic));
  server.accessTokenSeconds = 60;
  assert.equal(reply.body["expires_in"], 15);
});

test("a client that may not write gets no such scope", async () => {
  const plain = await ask({}, basic(server.clients.reader));
  const writing = await ask({ scope: "lancedb:write" }, basic(server.clients.reader));
  assert.deepEqual([plain.body["scope"], writing.body["error"]], ["lancedb:read", "invalid_scope"]);
});

test("the log counts token requests and never holds a secret", async () => {
  const before = server.tokenRequests.length;
  const wrong = { ...server.clients.basic, secret: "a-wrong-secret" };
  await ask({ audience: "somewhere" }, basic(server.clients.basic));
  await ask({}, basic(wrong));
  const seen = server.tokenRequests.slice(before).map(({ at: _, ...rest }) => rest);
  const common = { clientId: server.clients.basic.id, grant: "client_credentials", authentication: "basic" };
  assert.deepEqual(seen, [
    { ...common, status: 200, parameters: { audience: "somewhere" } },
    { ...common, status: 401, parameters: {} },
  ]);
});

test("token requests wait while they are held", async () => {
  const before = server.tokenRequests.length;
  const release = server.holdTokenRequests();
  const waiting = ask({}, basic(server.clients.basic));
  // Long enough for a request that is not held.
  for (let round = 0; round < 20; round += 1) await (await fetch(server.jwksUrl)).json();
  const whileHeld = server.tokenRequests.length - before;
  release();
  const { status } = await waiting;
  assert.deepEqual({ whileHeld, status }, { whileHeld: 0, status: 200 });
});

test("a stopped server can start again on its port", async () => {
  const first = await startAuthorizationServer();
  await first.close();
  const second = await startAuthorizationServer({ port: Number(new URL(first.issuerUrl).port) });
  await second.close();
  assert.equal(second.issuerUrl, first.issuerUrl);
});

test("a person signs in by redirect, and the refresh token rotates", async () => {
  const config = await discover();
  const verifier = oauth.randomPKCECodeVerifier();
  const url = oauth.buildAuthorizationUrl(config, {
    redirect_uri: "http://127.0.0.1:49152/callback",
    scope: "openid offline_access lancedb:read",
    prompt: "consent",
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: "S256",
  });
  const callback = await browse(url, "/callback");
  const tokens = await oauth.authorizationCodeGrant(config, callback, { pkceCodeVerifier: verifier });
  const next = await oauth.refreshTokenGrant(config, tokens.refresh_token ?? "");
  const claims = decodeJwt(next.access_token);
  assert.deepEqual(
    { subject: claims.sub, audience: claims.aud, rotated: next.refresh_token !== tokens.refresh_token },
    { subject: "ada", audience: server.audience, rotated: true },
  );
});

async function discover(): Promise<oauth.Configuration> {
  const options = { execute: [oauth.allowInsecureRequests] };
  return oauth.discovery(new URL(server.issuerUrl), server.personalClient.id, undefined, oauth.None(), options);
}

/** Follows redirects and keeps cookies as a browser would, up to the redirect to that path. */
async function browse(start: URL, end: string): Promise<URL> {
  const cookies = new Map<string, string>();
  let url = start;
  for (let hops = 0; hops < 10; hops += 1) {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const reply = await fetch(url, { redirect: "manual", headers: { cookie } });
    for (const line of reply.headers.getSetCookie()) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      cookies.set(name, value);
    }
    const location = reply.headers.get("location");
    if (location === null) throw new Error(`${url.pathname} answered ${String(reply.status)}: ${await reply.text()}`);
    url = new URL(location, url);
    if (url.pathname === end) return url;
  }
  throw new Error(`the redirects never end; the last went to ${url.href}`);
}
