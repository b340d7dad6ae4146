// The faulty server is faulty in the way that it says, for a fault that is none proves nothing.
import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { startFaultyServer, type FaultyServer } from "../../support/servers/faultyServer.ts";

let server: FaultyServer;
before(async () => {
  server = await startFaultyServer();
});
beforeEach(() => {
  Object.assign(server, { discovery: "none", token: "none" });
});
after(() => server.close());

const secretForm = (): URLSearchParams =>
  new URLSearchParams({ client_id: "a", client_secret: "s", grant_type: "client_credentials" });

test("without a fault, discovery and token endpoint answer well", async () => {
  const metadata: unknown = await (await fetch(`${server.issuerUrl}/.well-known/openid-configuration`)).json();
  const token: unknown = await (await fetch(server.tokenUrl, { method: "POST", body: secretForm() })).json();
  assert.deepEqual(
    { metadata, token },
    {
      metadata: {
        issuer: server.issuerUrl,
        token_endpoint: server.tokenUrl,
        end_session_endpoint: `${server.issuerUrl}/logout`,
        device_authorization_endpoint: `${server.issuerUrl}/device`,
        revocation_endpoint: `${server.issuerUrl}/revocation`,
        grant_types_supported: ["client_credentials", "urn:ietf:params:oauth:grant-type:device_code"],
      },
      token: { access_token: "a-token-of-the-faulty-server", token_type: "Bearer", expires_in: 3600 },
    },
  );
});

test("a redirect takes a careless client's secret elsewhere, and that is seen", async () => {
  server.token = "redirectElsewhere";
  const before = server.requestsElsewhere.length;
  await fetch(server.tokenUrl, { method: "POST", body: secretForm() });
  assert.deepEqual(
    server.requestsElsewhere.slice(before).map(({ path, secretArrived }) => ({ path, secretArrived })),
    [{ path: "/token", secretArrived: true }],
  );
});

test("a server that hangs answers nothing until the client gives up", async () => {
  server.token = "hang";
  const before = server.requests.length;
  const aborted = new AbortController();
  const asked = fetch(server.tokenUrl, { signal: aborted.signal }).then(
    () => "answered",
    (error: unknown) => (error instanceof Error ? error.name : "odd"),
  );
  await fetch(server.issuerUrl);
  aborted.abort();
  assert.deepEqual(
    { outcome: await asked, arrived: server.requests.length - before },
    { outcome: "AbortError", arrived: 2 },
  );
});

test("a small gzip body unpacks to 100 MB", async () => {
  server.token = "gzipBomb";
  const reply = await fetch(server.tokenUrl, { method: "POST", body: secretForm() });
  const length = (await reply.arrayBuffer()).byteLength;
  assert.ok(length > 100 * 1024 * 1024, `${String(length)} bytes`);
});

test("a connection that closes within the body is an error to the client", async () => {
  server.token = "closesMidBody";
  await assert.rejects(async () => {
    const reply = await fetch(server.tokenUrl);
    await reply.text();
  });
});
