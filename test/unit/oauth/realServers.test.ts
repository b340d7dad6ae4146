// What authorization servers do that is beside the RFCs, or that this client did not know: certificates, audiences, clocks, tokens that say
// little of themselves, files that change, private hosts.
import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { exportJWK, exportPKCS8, generateKeyPair, UnsecuredJWT } from "jose";
import { secretsIn } from "../../../src/accounts/secrets.ts";
import { ResilientStorage } from "../../../src/accounts/resilientStorage.ts";
import { readSuggestion } from "../../../src/firstSteps/suggestion.ts";
import { sentenceFor } from "../../../src/messages/failure.ts";
import { tryApiKey } from "../../../src/oauth/apiKey.ts";
import { assumedLifeSeconds, hostOf, parseConnection, type Connection } from "../../../src/oauth/connection.ts";
import { asAuthError } from "../../../src/oauth/errors.ts";
import { requestAuthorization } from "../../../src/oauth/grants/authorizationCode.ts";
import { clientCredentials, renew } from "../../../src/oauth/grants/grants.ts";
import { Secret } from "../../../src/oauth/secret.ts";
import { refreshAt, tokenFrom } from "../../../src/oauth/token.ts";
import { redirectToRegister, traitsOf } from "../../../src/providers/providers.ts";
import { refuse } from "../../support/servers/dialects/dialect.ts";
import { dialectClient, startDialectServer, type DialectServer } from "../../support/servers/dialects/dialectServer.ts";
import { entraDialect } from "../../support/servers/dialects/microsoft.ts";
import { httpBrowser } from "../../support/servers/httpBrowser.ts";
import { root } from "../../support/runner/tools.ts";
import { startKeyring } from "../../support/workbench/keyring.ts";

let entra: DialectServer;
let certified: string;
let certificate: X509Certificate;
before(async () => {
  entra = await startDialectServer(entraDialect);
  const pem = await readFile(join(root, "test/support/servers/tls/selfSigned.pem"), "utf8");
  const { privateKey } = await generateKeyPair("RS256", { extractable: true });
  certified = `${pem}\n${await exportPKCS8(privateKey)}`;
  certificate = new X509Certificate(pem);
});
after(() => entra.close());

function machine(fields: Readonly<Record<string, unknown>> = {}): Connection {
  const base = { name: "demo", uri: "db://demo", provider: "entra", issuerUrl: entra.issuerUrl };
  return parseConnection({ ...base, clientId: dialectClient.id, scopes: ["api://lancedb/.default"], ...fields });
}

const ask = async (connection: Connection, secret: string) =>
  clientCredentials(connection, () => Promise.resolve(new Secret(secret)), fetch)();

const hexOf = (base64url: unknown): string =>
  Buffer.from(typeof base64url === "string" ? base64url : "", "base64url")
    .toString("hex")
    .toUpperCase();

test("an assertion names the certificate that stands beside the key in a PEM, and is for the token endpoint of Entra ID", async () => {
  await ask(machine({ clientAuthentication: "private_key_jwt" }), certified);
  const { header = {}, claims = {} } = entra.assertion ?? {};
  assert.deepEqual(
    [hexOf(header["x5t"]), hexOf(header["x5t#S256"]), claims["aud"]],
    [certificate.fingerprint.replaceAll(":", ""), certificate.fingerprint256.replaceAll(":", ""), entra.tokenUrl],
  );
});

test("an assertion names the certificate that a JWK names", async () => {
  const { privateKey } = await generateKeyPair("RS256", { extractable: true });
  const jwk = { ...(await exportJWK(privateKey)), x5t: "one", "x5t#S256": "two", kid: "three" };
  await ask(machine({ clientAuthentication: "private_key_jwt" }), JSON.stringify(jwk));
  const { alg, kid, x5t, "x5t#S256": x5tS256 } = entra.assertion?.header ?? {};
  assert.deepEqual([alg, kid, x5t, x5tS256], ["RS256", "three", "one", "two"]);
});

test("without a certificate Entra ID refuses, and the sentence says to keep it with the key", async () => {
  const { privateKey } = await generateKeyPair("RS256", { extractable: true });
  const asked = ask(machine({ clientAuthentication: "private_key_jwt" }), await exportPKCS8(privateKey));
  await assert.rejects(asked, { code: "client_rejected", reason: "certificate_unknown" });
});

for (const [assertionAudience, wanted] of [
  ["issuer", () => entra.issuerUrl],
  ["token_endpoint", () => entra.tokenUrl],
] as const) {
  test(`the setting assertionAudience ${assertionAudience} holds, whatever the service usually wants`, async () => {
    const connection = machine({ clientAuthentication: "client_secret_jwt", assertionAudience });
    await ask(connection, "a-secret-of-at-least-thirty-two-letters").catch(() => undefined);
    assert.equal(entra.assertion?.claims["aud"], wanted());
  });
}

test("a JWT with an end and no beginning lives until that end, by this machine's clock", () => {
  const now = Date.parse("2030-01-01T00:00:00Z");
  const accessToken = new UnsecuredJWT({}).setExpirationTime(now / 1000 + 300).encode();
  assert.equal(tokenFrom({ accessToken }, now).expiresAt, now + 300_000);
});

test("a JWT that seems to be over as it comes has a life that nobody knows: the clock is off, not the token", () => {
  const now = Date.parse("2030-01-01T00:00:00Z");
  const accessToken = new UnsecuredJWT({}).setExpirationTime(now / 1000 - 60).encode();
  assert.equal(tokenFrom({ accessToken }, now).expiresAt, undefined);
});

test("a command's token that does not say how long it lives is asked for again within five minutes", () => {
  const connection = parseConnection({ name: "demo", uri: "db://demo", flow: "command", command: "gcloud" });
  const dueAt = refreshAt({ obtainedAt: 0 }, connection.refreshBufferSeconds, 0, assumedLifeSeconds(connection));
  assert.equal(dueAt, 225_000);
});

/** Signs in at a server whose clock is so far ahead. */
async function signInWithClock(aheadSeconds: number): Promise<unknown> {
  const scopes = ["openid", "api://lancedb/read"];
  const connection = machine({ flow: "authorization_code", clientAuthentication: "none", scopes });
  const clientSecret = () => Promise.resolve(undefined);
  const request = { connection, clientSecret, fetch: (url: string, init: RequestInit) => fetch(url, init) };
  entra.clockAheadSeconds = aheadSeconds;
  try {
    const { url, redeem } = await requestAuthorization(request, "http://localhost:1");
    return await redeem(await httpBrowser().visitUntil(url, /^http:\/\/localhost:1\//)).catch(asAuthError);
  } finally {
    entra.clockAheadSeconds = 0;
  }
}

test("a clock that is six minutes off, ahead or behind, hinders no sign-in", async () => {
  const outcomes = [await signInWithClock(360), await signInWithClock(-360)];
  assert.deepEqual(
    outcomes.map((outcome) => typeof outcome === "object" && outcome !== null && "accessToken" in outcome),
    [true, true],
  );
});

test("a clock that is twenty minutes ahead is said as such, with the minutes; one that is behind hinders nothing", async () => {
  const failure = asAuthError(await signInWithClock(-1200));
  const granted = await signInWithClock(1200);
  assert.match(sentenceFor(failure), /clock is ahead of the server's by 20 min\. Set this machine's clock\.$/);
  assert.ok(typeof granted === "object" && granted !== null && "accessToken" in granted);
});

test("an assertion that a server with another time refuses is said to be the clock, with the minutes", async () => {
  entra.clockAheadSeconds = 360;
  const failure = await ask(machine({ clientAuthentication: "private_key_jwt" }), certified).catch(asAuthError);
  entra.clockAheadSeconds = 0;
  assert.match(
    sentenceFor(asAuthError(failure)),
    /clock is behind the server's by 6 min\. Set this machine's clock\.$/,
  );
});

test("a workload's token file is read at each use, and its content is the client's assertion", async () => {
  const files = [0, 1].map((each) => new UnsecuredJWT({ each, aud: entra.tokenUrl }).encode());
  let reads = 0;
  const secrets = secretsIn(new ResilientStorage(startKeyring()), () =>
    Promise.resolve(`${files[reads++ % 2] ?? ""}\n`),
  );
  const connection = machine({ clientAuthentication: "token_file", tokenFile: "/var/run/secrets/token" });
  const fetcher = clientCredentials(connection, () => secrets.clientSecret(connection), fetch);
  const seen: unknown[] = [];
  for (let times = 0; times < 2; times += 1) {
    // The stand-in wants a certificate of every assertion; what it saw is what counts.
    await Promise.resolve(fetcher()).catch(() => undefined);
    seen.push(entra.assertion?.claims["each"]);
  }
  assert.deepEqual([seen, reads], [[0, 1], 2]);
});

test("a claims challenge at a renewal asks for a sign-in that carries the claims, and leaves the refresh token", async () => {
  const claims = '{"access_token":{"acrs":{"essential":true,"value":"c1"}}}';
  const connection = machine({ flow: "authorization_code", clientAuthentication: "none" });
  const request = { connection, clientSecret: () => Promise.resolve(undefined), fetch };
  entra.refusal = refuse(400, "interaction_required", "AADSTS50076: you must use multi-factor authentication.", {
    claims,
  });
  const failure = asAuthError(await renew(request, new Secret("held")).catch((error: unknown) => error));
  entra.refusal = undefined;
  const { url } = await requestAuthorization({ ...request, challenge: failure.challenge }, "http://localhost:1");
  assert.deepEqual(
    [failure.code, failure.reason, failure.sessionIsOver, new URL(url).searchParams.get("claims")],
    ["interaction_required", "second_factor_needed", false, claims],
  );
});

test("a host in a private network is spoken to by http where the connection allows it, an issuer never", async () => {
  const fields = { name: "demo", uri: "db://demo", flow: "api_key", hostOverride: "http://lancedb.internal:2333" };
  const allowed = parseConnection({ ...fields, allowInsecureHost: true });
  const asked: string[] = [];
  const answering = (url: string): Promise<Response> => (
    asked.push(new URL(url).origin),
    Promise.resolve(new Response("{}"))
  );
  await tryApiKey(allowed, new Secret("key"), answering, undefined);
  const issuer = { issuerUrl: "http://login.internal", clientId: "c", flow: "client_credentials" };
  assert.deepEqual([hostOf(allowed), asked], ["http://lancedb.internal:2333", ["http://lancedb.internal:2333"]]);
  assert.throws(() => parseConnection(fields), { code: "invalid_configuration" });
  assert.throws(() => parseConnection({ ...fields, ...issuer, allowInsecureHost: true }), /issuerUrl/);
});

test("a workspace can suggest neither a server without encryption nor a token file", () => {
  const fields = { name: "demo", uri: "db://demo", issuerUrl: "https://a.example", clientId: "c" };
  assert.throws(() => readSuggestion({ ...fields, allowInsecureHost: true }), /without encryption/);
  assert.throws(() => readSuggestion({ ...fields, clientAuthentication: "token_file", tokenFile: "/t" }), /token file/);
});

for (const [issuerUrl, id, register] of [
  ["https://login.microsoftonline.com/11111111-2222-3333-4444-555555555555/v2.0", "entra", "http://localhost"],
  ["https://login.microsoftonline.us/organizations/v2.0", "entra", "http://localhost"],
  ["https://login.partner.microsoftonline.cn/contoso.cn/v2.0", "entra", "http://localhost"],
  ["https://contoso.ciamlogin.com/contoso.onmicrosoft.com/v2.0", "entraExternalId", "http://localhost"],
  ["https://dev-1.okta.com", "okta", "http://127.0.0.1:28549/callback"],
  ["https://dev-1.okta.com/oauth2/default", "okta", "http://127.0.0.1:28549/callback"],
  ["https://acme.eu.auth0.com/", "auth0", "http://127.0.0.1:28549/callback"],
  ["https://sso.example.com/realms/data", "keycloak", "http://127.0.0.1/callback"],
  ["https://sso.example.com/auth/realms/data", "keycloak", "http://127.0.0.1/callback"],
  ["https://accounts.google.com", "google", "http://127.0.0.1/callback"],
  ["https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_abc", "cognito", "http://localhost:28549/callback"],
  ["https://auth.pingone.eu/11111111-2222-3333-4444-555555555555/as", "ping", "http://127.0.0.1/callback"],
  ["https://sts.example.com/adfs", "adfs", "http://localhost:28549/callback"],
  ["https://slug.projects.oryapis.com", "ory", "http://127.0.0.1/callback"],
  ["https://id.example.com/application/o/lancedb/", "authentik", "http://127.0.0.1:28549/callback"],
  ["https://acme-1.zitadel.cloud", "zitadel", "http://127.0.0.1/callback"],
  ["https://github.com/login/oauth", "github", "http://127.0.0.1/callback"],
  ["https://login.example.com", "generic", "http://127.0.0.1/callback"],
  ["https://login.microsoftonline.com.evil.example/x/v2.0", "generic", "http://127.0.0.1/callback"],
] as const) {
  test(`${issuerUrl} is ${id}, and ${register} is registered with it`, () => {
    assert.deepEqual([traitsOf({ issuerUrl }).id, redirectToRegister({ issuerUrl })], [id, register]);
  });
}

test("a redirect address of the connection's own goes before the service's", () => {
  const issuerUrl = "https://login.microsoftonline.com/organizations/v2.0";
  const own = { issuerUrl, redirectUri: "http://127.0.0.1/callback", redirectPort: 4711 };
  assert.equal(redirectToRegister(own), "http://127.0.0.1:4711/callback");
});
