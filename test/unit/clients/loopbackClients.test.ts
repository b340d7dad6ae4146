// What LanceDB's native client talks to inside the user's own Node process: the issuer (0.31 and newer), the gateway (before),
// and the memory of the broker's last answer behind both. Real HTTP; the broker is a function.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, test } from "node:test";
import type { HeadersReply } from "../../../src/broker/protocol.ts";
import { BrokerFailure } from "../../../src/clients/node/askBroker.ts";
import { throughGateway } from "../../../src/clients/loopback/gateway.ts";
import { issuerFor } from "../../../src/clients/loopback/issuer.ts";
import { recentHeaders, type RecentHeaders } from "../../../src/clients/node/recentHeaders.ts";
import { listenOnLoopback, readBody } from "../../support/servers/loopback.ts";

const signedOut = new BrokerFailure("interaction_required", "Sign in again.");
const closed = new BrokerFailure("window_closed", "The window is closed.");

function reply(token: string, seconds = 600): HeadersReply {
  return {
    version: 1,
    connection: { name: "demo", uri: "db://demo" },
    headers: { authorization: `Bearer ${token}`, "x-lancedb-credential-type": "oidc" },
    expiresAt: Date.now() + seconds * 1000,
  };
}

/** Gives one answer after the other, and stays at the last. */
function answering(...answers: (HeadersReply | Error)[]): RecentHeaders & { readonly count: () => number } {
  let count = 0;
  const source = recentHeaders(() => {
    const answer = answers[Math.min(count++, answers.length - 1)];
    return answer instanceof Error || answer === undefined ? Promise.reject(answer ?? closed) : Promise.resolve(answer);
  });
  return { ...source, count: () => count };
}

const tokenOf = async (source: RecentHeaders, maxAgeMs: number): Promise<string> =>
  (await source.get(maxAgeMs)).headers["authorization"] ?? "";

test("a recent answer is used again, an older one asked for anew", async () => {
  const source = answering(reply("t1"), reply("t2"));
  assert.deepEqual(
    [await tokenOf(source, 1000), await tokenOf(source, 1000), await tokenOf(source, 0)],
    ["Bearer t1", "Bearer t1", "Bearer t2"],
  );
});

test("callers at the same moment share one question", async () => {
  const source = answering(reply("t1"), reply("t2"));
  const tokens = await Promise.all(Array.from({ length: 50 }, () => tokenOf(source, 0)));
  assert.deepEqual([new Set(tokens), source.count()], [new Set(["Bearer t1"]), 1]);
});

test("a window out of reach costs nothing while the token is valid", async () => {
  const source = answering(reply("t1"), closed);
  assert.deepEqual([await tokenOf(source, 0), await tokenOf(source, 0)], ["Bearer t1", "Bearer t1"]);
});

test("a sign-out counts although the token is valid, and a token in its last moments does not", async () => {
  const refused = answering(reply("t1"), signedOut);
  await refused.get(0);
  await assert.rejects(refused.get(0), signedOut);
  const expiring = answering(reply("t1", 1), closed);
  await expiring.get(0);
  await assert.rejects(expiring.get(1e9), closed);
});

async function askIssuer(source: RecentHeaders, secret?: string): Promise<{ status: number; text: string }> {
  const { issuerUrl, clientSecret } = await issuerFor(source);
  const found = (await (await fetch(`${issuerUrl}/.well-known/openid-configuration`)).json()) as {
    token_endpoint: string;
  };
  const body = new URLSearchParams({ grant_type: "client_credentials", client_secret: secret ?? clientSecret });
  const answer = await fetch(found.token_endpoint, { method: "POST", body });
  return { status: answer.status, text: await answer.text() };
}

test("the issuer gives the token for as long as it may be trusted without asking again", async () => {
  const [long, short] = [await askIssuer(answering(reply("t1"))), await askIssuer(answering(reply("t2", 7.9)))];
  assert.deepEqual(
    [JSON.parse(long.text), JSON.parse(short.text)],
    [
      { access_token: "t1", token_type: "Bearer", expires_in: 15 },
      { access_token: "t2", token_type: "Bearer", expires_in: 7 },
    ],
  );
});

test("the issuer answers nobody without the secret of this process", async () => {
  assert.equal((await askIssuer(answering(reply("t1")), "guessed")).status, 401);
});

test("the issuer says in a sentence why there is no token", async () => {
  assert.deepEqual(await askIssuer(answering(signedOut)), { status: 400, text: "Sign in again." });
});

const upstream = await listenOnLoopback();
after(() => upstream.close());
const host = `${upstream.origin}/base/`;
upstream.listener = (request, response) => {
  void readBody(request).then((body) => {
    const { authorization, "x-api-key": key, "x-lancedb-database": database, "x-own": own } = request.headers;
    const tickets = Object.keys(request.headers).filter((name) => name.includes("ticket"));
    response.writeHead(207, { "x-reply": "kept" });
    response.end(JSON.stringify({ url: request.url, authorization, key, database, own, tickets, body: body.length }));
  });
};

function ask(origin: string, headers: Readonly<Record<string, string>>): Promise<Response> {
  const sent = {
    "x-api-key": "",
    "x-lancedb-database": "demo",
    "x-own": "kept",
    authorization: "Bearer stale",
    ...headers,
  };
  return fetch(`${origin}/v1/table/?limit=1`, { method: "POST", body: "x".repeat(100_000), headers: sent });
}

test("the gateway passes a request on with the window's headers in place of others", async () => {
  const { hostOverride, extraHeaders } = await throughGateway({
    host,
    source: answering(reply("t1")),
    tls: {},
    database: "asSent",
    unreachableStatus: 401,
  });
  const answer = await ask(hostOverride, extraHeaders);
  assert.deepEqual(
    [answer.status, answer.headers.get("x-reply"), await answer.json()],
    [
      207,
      "kept",
      {
        url: "/base/v1/table/?limit=1",
        authorization: "Bearer t1",
        database: "demo",
        own: "kept",
        tickets: [],
        body: 100_000,
      },
    ],
  );
});

test("the gateway tells LanceDB Cloud no database beside the host", async () => {
  const { hostOverride, extraHeaders } = await throughGateway({
    host,
    source: answering(reply("t1")),
    tls: {},
    database: "none",
    unreachableStatus: 401,
  });
  assert.equal(((await (await ask(hostOverride, extraHeaders)).json()) as { database?: string }).database, undefined);
});

test("the gateway answers nobody without a ticket of this process", async () => {
  const { hostOverride, extraHeaders } = await throughGateway({
    host,
    source: answering(reply("t1")),
    tls: {},
    database: "asSent",
    unreachableStatus: 401,
  });
  const [ticket = ""] = Object.values(extraHeaders);
  const tickets = ["", "0", ticket.replace(/\..*/, "."), ticket.replace(/^\d+/, "99")];
  const answers = await Promise.all(tickets.map((each) => ask(hostOverride, { "x-lancedb-auth-ticket": each })));
  assert.deepEqual(
    answers.map(({ status }) => status),
    [403, 403, 403, 403],
  );
});

test("the gateway says in a sentence why there is no token, with a status that is not tried again", async () => {
  const { hostOverride, extraHeaders } = await throughGateway({
    host,
    source: answering(signedOut),
    tls: {},
    database: "asSent",
    unreachableStatus: 401,
  });
  const answer = await ask(hostOverride, extraHeaders);
  assert.deepEqual([answer.status, await answer.text()], [401, "Sign in again."]);
});

test("a server that refuses before it has read the request is heard through the gateway", async () => {
  const hasty = createServer((_, response) => response.writeHead(413, { connection: "close" }).end("too much"));
  await new Promise<void>((resolve) => hasty.listen(0, "127.0.0.1", resolve));
  const address = hasty.address();
  const port = typeof address === "object" ? address?.port : undefined;
  const source = answering(reply("t1"));
  const through = await throughGateway({
    host: `http://127.0.0.1:${String(port)}`,
    source,
    tls: {},
    database: "asSent",
    unreachableStatus: 401,
  });
  const answer = await ask(through.hostOverride, through.extraHeaders);
  assert.deepEqual([answer.status, await answer.text()], [413, "too much"]);
  hasty.close();
});
