// Client credentials against a real authorization server, and against one that answers wrongly in every known way.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { parseConnection, type Connection } from "../../../src/oauth/connection.ts";
import { AuthError, asAuthError } from "../../../src/oauth/errors.ts";
import { clientCredentials } from "../../../src/oauth/grants/grants.ts";
import { discoverIssuer } from "../../../src/oauth/grants/issuer.ts";
import { Secret } from "../../../src/oauth/secret.ts";
import { tokenFrom } from "../../../src/oauth/token.ts";
import { startAuthorizationServer, type AuthorizationServer } from "../../support/servers/authorizationServer.ts";
import type { FaultName } from "../../support/servers/faults.ts";
import { startFaultyServer, type FaultyServer } from "../../support/servers/faultyServer.ts";

let server: AuthorizationServer;
let faulty: FaultyServer;
before(async () => {
  [server, faulty] = await Promise.all([startAuthorizationServer(), startFaultyServer()]);
});
after(async () => {
  await Promise.all([server.close(), faulty.close()]);
});

function connectionWith(fields: Readonly<Record<string, unknown>>): Connection {
  return parseConnection({ name: "demo", uri: "db://demo", clientId: "any", ...fields });
}

async function fetchToken(connection: Connection, secret: string, signal?: AbortSignal) {
  const fetcher = clientCredentials(connection, () => Promise.resolve(new Secret(secret)), fetch);
  return tokenFrom(await fetcher(signal), Date.now());
}

function lastRequest() {
  const { clientId, grant, authentication, status } = server.tokenRequests.at(-1) ?? {};
  return { clientId, grant, authentication, status };
}

test("discovery finds the token endpoint and the ways to authenticate", async () => {
  const facts = await discoverIssuer({ issuerUrl: server.issuerUrl, timeoutSeconds: 5, fetch });
  assert.deepEqual(
    [facts.tokenUrl, facts.clientAuthentications.includes("basic"), facts.clientAuthentications.includes("post")],
    [server.tokenUrl, true, true],
  );
});

test("an issuer URL with a trailing slash or the document's own path is understood", async () => {
  for (const issuerUrl of [`${server.issuerUrl}/`, `${server.issuerUrl}/.well-known/openid-configuration`]) {
    const facts = await discoverIssuer({ issuerUrl, timeoutSeconds: 5, fetch });
    assert.equal(facts.tokenUrl, server.tokenUrl);
  }
});

for (const [name, use] of Object.entries({
  "Basic, through discovery": () => ({ client: server.clients.basic, fields: { issuerUrl: server.issuerUrl } }),
  "Basic, with a token URL alone": () => ({ client: server.clients.basic, fields: { tokenUrl: server.tokenUrl } }),
  "Basic, with characters that need form-encoding": () => ({
    client: server.clients.awkward,
    fields: { issuerUrl: server.issuerUrl },
  }),
  "a POST body": () => ({
    client: server.clients.post,
    fields: { issuerUrl: server.issuerUrl, clientAuthentication: "post" },
  }),
  "a JSON body": () => ({
    client: server.clients.json,
    fields: { tokenUrl: server.jsonTokenUrl, clientAuthentication: "json" },
  }),
})) {
  test(`a token is fetched by ${name}`, async () => {
    const { client, fields } = use();
    const token = await fetchToken(connectionWith({ ...fields, clientId: client.id }), client.secret);
    const life = ((token.expiresAt ?? 0) - token.obtainedAt) / 1000;
    assert.deepEqual([life, lastRequest().status, lastRequest().clientId], [600, 200, client.id]);
  });
}

test("scopes, audience, resource and extra parameters are sent as configured", async () => {
  const { id: clientId, secret: clientSecret } = server.clients.basic;
  const fields = { issuerUrl: server.issuerUrl, clientId, audience: "an-audience", resource: server.audience };
  await fetchToken(
    connectionWith({ ...fields, scopes: ["lancedb:read"], extraParameters: { tenant: "t1" } }),
    clientSecret,
  );
  const { scope, audience, resource, tenant } = server.tokenRequests.at(-1)?.parameters ?? {};
  assert.deepEqual(
    { scope, audience, resource, tenant },
    { scope: "lancedb:read", audience: "an-audience", resource: server.audience, tenant: "t1" },
  );
});

test("a wrong secret is the client's rejection", async () => {
  const connection = connectionWith({ issuerUrl: server.issuerUrl, clientId: server.clients.basic.id });
  await assert.rejects(fetchToken(connection, "wrong"), { code: "client_rejected", retryHelps: false });
});

test("without a stored secret nothing is sent", async () => {
  const count = server.tokenRequests.length;
  const connection = connectionWith({ issuerUrl: server.issuerUrl });
  const fetcher = clientCredentials(connection, () => Promise.resolve(undefined), fetch);
  await assert.rejects(Promise.resolve(fetcher()), { code: "secret_missing" });
  assert.equal(server.tokenRequests.length, count);
});

test("a request can be cancelled", async () => {
  faulty.token = "hang";
  const abort = new AbortController();
  const outcome = assert.rejects(fetchToken(connectionWith({ tokenUrl: faulty.tokenUrl }), "s", abort.signal), {
    code: "cancelled",
  });
  abort.abort();
  await outcome;
});

test("a server that nobody runs is unreachable", async () => {
  const connection = connectionWith({ tokenUrl: "http://127.0.0.1:1/token" });
  await assert.rejects(fetchToken(connection, "s"), { code: "unreachable", retryHelps: true });
});

/** Short where the fault is that nothing comes; long elsewhere, for a busy machine. */
function secondsFor(fault: FaultName): number {
  return fault.startsWith("hang") || fault === "oneByteASecond" ? 1 : 60;
}

const discoveryFaults: readonly (readonly [FaultName, string])[] = [
  ["html", "not_an_issuer"],
  ["empty", "not_an_issuer"],
  ["notJson", "not_an_issuer"],
  ["jsonArray", "not_an_issuer"],
  ["hang", "timeout"],
  ["hangsMidBody", "timeout"],
  ["oneByteASecond", "timeout"],
  ["closesAtOnce", "unreachable"],
  ["closesMidBody", "unreachable"],
  ["hugeBody", "not_an_issuer"],
  ["gzipBomb", "not_an_issuer"],
  ["status404", "not_an_issuer"],
  ["invalid_client", "not_an_issuer"],
  ["status500", "server_error"],
  ["status502", "server_error"],
  ["status503", "server_error"],
  ["status429", "rate_limited"],
  ["redirectElsewhere", "not_an_issuer"],
  ["wrongIssuer", "not_an_issuer"],
  ["noTokenEndpoint", "not_an_issuer"],
];
for (const [fault, code] of discoveryFaults) {
  test(`discovery that answers with ${fault} is ${code}`, async () => {
    faulty.discovery = fault;
    const asked = discoverIssuer({ issuerUrl: faulty.issuerUrl, timeoutSeconds: secondsFor(fault), fetch });
    const error = asAuthError(await asked.catch((thrown: unknown) => thrown));
    assert.deepEqual([error.code, error instanceof AuthError], [code, true]);
  });
}

const tokenFaults: readonly (readonly [FaultName, string])[] = [
  ["html", "invalid_response"],
  ["empty", "invalid_response"],
  ["notJson", "invalid_response"],
  ["jsonArray", "invalid_response"],
  ["hang", "timeout"],
  ["hangsMidBody", "timeout"],
  ["closesAtOnce", "unreachable"],
  ["closesMidBody", "unreachable"],
  ["hugeBody", "invalid_response"],
  ["gzipBomb", "invalid_response"],
  ["status404", "invalid_response"],
  ["status429", "rate_limited"],
  ["status500", "server_error"],
  ["status502", "server_error"],
  ["status503", "server_error"],
  ["status503Date", "server_error"],
  ["status503OldDate", "server_error"],
  ["status429Date", "rate_limited"],
  ["invalid_client", "client_rejected"],
  ["unauthorized_client", "client_rejected"],
  ["invalid_scope", "request_rejected"],
  ["invalid_grant", "interaction_required"],
  ["errorDescriptionWithMarkup", "request_rejected"],
  ["echoesRequest", "client_rejected"],
  ["redirectElsewhere", "invalid_response"],
  ["missingAccessToken", "invalid_response"],
  ["emptyAccessToken", "invalid_response"],
  ["crlfToken", "invalid_response"],
  ["nonAsciiToken", "invalid_response"],
  ["hugeToken", "invalid_response"],
  ["wrongTokenType", "invalid_response"],
  ["missingTokenType", "invalid_response"],
  ["expiresInWords", "invalid_response"],
  ["expiresInZero", "invalid_response"],
  ["expiresInNegative", "invalid_response"],
];
for (const [fault, code] of tokenFaults) {
  test(`a token endpoint that answers with ${fault} is ${code}, and the secret goes nowhere else`, async () => {
    faulty.token = fault;
    const connection = connectionWith({ tokenUrl: faulty.tokenUrl, timeoutSeconds: secondsFor(fault) });
    const error = asAuthError(await fetchToken(connection, "s3cret-value").catch((thrown: unknown) => thrown));
    const { inspect } = await import("node:util");
    assert.deepEqual(
      { code: error.code, elsewhere: faulty.requestsElsewhere.length, leaks: inspect(error).includes("s3cret-value") },
      { code, elsewhere: 0, leaks: false },
    );
  });
}

for (const [fault, seconds] of [
  ["expiresInText", 3600],
  ["expiresInFraction", 1.5],
  ["expiresInVast", 315_360_000],
  ["expiresInMissing", undefined],
] as const) {
  test(`a token endpoint that answers with ${fault} gives a token for ${String(seconds)} s`, async () => {
    faulty.token = fault;
    const { obtainedAt, expiresAt } = await fetchToken(connectionWith({ tokenUrl: faulty.tokenUrl }), "s");
    assert.equal(expiresAt === undefined ? undefined : (expiresAt - obtainedAt) / 1000, seconds);
  });
}

for (const method of ["basic", "post", "json"]) {
  test(`a server that quotes a request by ${method} in its error does not bring the secret into ours`, async () => {
    faulty.token = "echoesRequest";
    const connection = connectionWith({ tokenUrl: faulty.tokenUrl, clientAuthentication: method });
    const secret = 'p:ss w+rd"%2B=&';
    const error = asAuthError(await fetchToken(connection, secret).catch((thrown: unknown) => thrown));
    const spellings = [secret, encodeURIComponent(secret), "p%3Ass+w", 'rd\\"', btoa(`any:${secret}`), "YW55On"];
    assert.deepEqual(
      [error.code, error.detail.includes("***"), spellings.filter((each) => error.message.includes(each))],
      ["client_rejected", true, []],
    );
  });
}

test("a date in Retry-After is a wait of at most a day", async () => {
  faulty.token = "status503Date";
  const connection = connectionWith({ tokenUrl: faulty.tokenUrl });
  await assert.rejects(fetchToken(connection, "s"), { retryAfterMs: 86_400_000 });
});

test("a date in Retry-After counts from the server's own clock, however wrong that is", async () => {
  for (const fault of ["status503OldDate", "status429Date"] as const) {
    faulty.token = fault;
    await assert.rejects(fetchToken(connectionWith({ tokenUrl: faulty.tokenUrl }), "s"), { retryAfterMs: 7_000 });
  }
});

test("a discovered token endpoint that is plain http elsewhere gets no secret", async () => {
  faulty.discovery = "plainHttpTokenEndpoint";
  const connection = connectionWith({ issuerUrl: faulty.issuerUrl });
  await assert.rejects(fetchToken(connection, "s"), { code: "insecure_url" });
});

test("text from a server is one cleaned line in the error, of which VS Code makes no link and no icon", async () => {
  faulty.token = "errorDescriptionWithMarkup";
  const error = asAuthError(
    await fetchToken(connectionWith({ tokenUrl: faulty.tokenUrl }), "s").catch((thrown: unknown) => thrown),
  );
  assert.deepEqual(
    [/\n|\]\(|\$\(/.exec(error.message), error.message.includes("evil.example"), error.message.length < 300],
    [null, true, true],
  );
});
