// What a connection in the settings may be, and the sentences for what it may not.
import assert from "node:assert/strict";
import { test } from "node:test";
import { parseConnection, problemWithUrl, secretOwner } from "../../../src/oauth/connection.ts";

const least = { name: "demo", uri: "db://demo", issuerUrl: "https://login.example.com", clientId: "id" };

test("the least that is needed gets the defaults", () => {
  assert.deepEqual(parseConnection(least), {
    ...least,
    flow: "client_credentials",
    clientAuthentication: "basic",
    scopes: [],
    extraParameters: {},
    refreshBufferSeconds: 300,
    timeoutSeconds: 30,
  });
});

for (const [what, change, says] of [
  ["no name", { name: undefined }, /name is missing/],
  ["a name with markup", { name: "[x](command:y)" }, /A name starts with/],
  ["a local path as URI", { uri: "/tmp/data" }, /starts with db:\/\//],
  ["a URI without a database", { uri: "db://" }, /After db:\/\/ comes/],
  ["an http issuer", { issuerUrl: "http://login.example.com" }, /must start with https/],
  ["neither issuer nor token URL", { issuerUrl: undefined }, /needs an issuerUrl or a tokenUrl/],
  ["a SQL host without TLS", { sqlHostOverride: "grpc://sql.example:10025" }, /must start with https/],
  ["a SQL host of another kind", { sqlHostOverride: "file:///etc" }, /starts with https/],
  ["credentials in the host", { hostOverride: "https://me:pw@host" }, /user name and password/],
  ["no client id", { clientId: "" }, /clientId .* is missing/],
  [
    "a person's flow without an issuer",
    { flow: "device_code", issuerUrl: undefined, tokenUrl: "https://login.example.com/token" },
    /needs an issuerUrl/,
  ],
  ["an unknown flow", { flow: "password" }, /must be one of/],
  ["scopes as a text", { scopes: "a b" }, /list of texts/],
  ["a negative buffer", { refreshBufferSeconds: -1 }, /at least 0/],
] as const) {
  test(`${what} is refused with a sentence that names it`, () => {
    assert.throws(() => parseConnection({ ...least, ...change }), { code: "invalid_configuration", message: says });
  });
}

for (const nonsense of [undefined, null, 7, "text", []]) {
  test(`${String(nonsense)} instead of an object is refused`, () => {
    assert.throws(() => parseConnection(nonsense), { code: "invalid_configuration" });
  });
}

test("a person signs in with a public client unless the settings say otherwise", () => {
  const [plain, confidential] = [{}, { clientAuthentication: "post" }].map((more) =>
    parseConnection({ ...least, flow: "authorization_code", ...more }),
  );
  assert.deepEqual([plain?.clientAuthentication, confidential?.clientAuthentication], ["none", "post"]);
});

test("a person's tokens are kept apart from those of the client itself, and shared by both ways to sign in", () => {
  const [own, browser, device] = ["client_credentials", "authorization_code", "device_code"].map((flow) =>
    secretOwner(parseConnection({ ...least, flow })),
  );
  assert.deepEqual([own === browser, browser === device], [false, true]);
});

test("http is allowed for this machine alone", () => {
  const urls = [
    "http://localhost:1",
    "http://127.0.0.1",
    "http://[::1]:9",
    "http://127.0.0.1.example.com",
    "http://10.0.0.1",
  ];
  assert.deepEqual(
    urls.map((url) => problemWithUrl(url) === undefined),
    [true, true, true, false, false],
  );
});

test("a secret belongs to its endpoint and client, not to the connection's name", () => {
  const [renamed, moved] = [
    parseConnection({ ...least, name: "other" }),
    parseConnection({ ...least, issuerUrl: "https://evil.example.com" }),
  ];
  const owner = secretOwner(parseConnection(least));
  assert.deepEqual([secretOwner(renamed) === owner, secretOwner(moved) === owner], [true, false]);
});
