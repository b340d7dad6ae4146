// Clients that authenticate by a signature, against a real authorization server; and what is refused as a key, without quoting it.
import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { after, before, test } from "node:test";
import { inspect } from "node:util";
import { clientKeyFrom, isKeyPath, isKeyText } from "../../../src/oauth/grants/clientKey.ts";
import { parseConnection, type Connection } from "../../../src/oauth/connection.ts";
import { clientCredentials } from "../../../src/oauth/grants/grants.ts";
import { discoverIssuer } from "../../../src/oauth/grants/issuer.ts";
import { Secret } from "../../../src/oauth/secret.ts";
import { tokenFrom } from "../../../src/oauth/token.ts";
import { startAuthorizationServer, type AuthorizationServer } from "../../support/servers/authorizationServer.ts";

let server: AuthorizationServer;
before(async () => {
  server = await startAuthorizationServer();
});
after(() => server.close());

function connectionOf(clientId: string, fields: Readonly<Record<string, unknown>> = {}): Connection {
  return parseConnection({
    ...{ name: "demo", uri: "db://demo", clientId, issuerUrl: server.issuerUrl },
    ...{ clientAuthentication: "private_key_jwt", ...fields },
  });
}

async function outcome(connection: Connection, secret: string): Promise<readonly unknown[]> {
  const fetcher = clientCredentials(connection, () => Promise.resolve(new Secret(secret)), fetch);
  const token = tokenFrom(await fetcher(), Date.now());
  const { clientId, authentication, status } = server.tokenRequests.at(-1) ?? {};
  return [token.expiresAt !== undefined, clientId, authentication, status];
}

for (const algorithm of ["RS256", "ES256", "Ed25519"]) {
  test(`a PEM for ${algorithm} fetches a token, and so does its JWK`, async () => {
    const found = server.signingClients.find((each) => each.algorithm === algorithm);
    const { id = "", pem = "", jwk } = found ?? {};
    const wanted = [true, id, "jwt", 200];
    assert.deepEqual(
      [await outcome(connectionOf(id), pem), await outcome(connectionOf(id), JSON.stringify(jwk))],
      [wanted, wanted],
    );
  });
}

test("a JWK that names PS256 signs with that", async () => {
  const { id = "", jwk } = server.signingClients.find((each) => each.algorithm === "PS256") ?? {};
  assert.deepEqual(await outcome(connectionOf(id), JSON.stringify(jwk)), [true, id, "jwt", 200]);
});

test("a key works with a token URL alone", async () => {
  const [{ id, pem }] = server.signingClients;
  const fields = { issuerUrl: undefined, tokenUrl: server.tokenUrl };
  assert.deepEqual(await outcome(connectionOf(id, fields), pem), [true, id, "jwt", 200]);
});

test("a PEM that lost its line breaks, or stands behind a certificate, is read", async () => {
  const [{ id, pem }] = server.signingClients;
  const certificate = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n";
  for (const text of [pem.replaceAll("\n", ""), pem.replaceAll("\n", " "), certificate + pem]) {
    assert.deepEqual(await outcome(connectionOf(id), text), [true, id, "jwt", 200]);
  }
});

test("a client that signs with its secret fetches a token", async () => {
  const { id, secret } = server.clients.signing;
  const connection = connectionOf(id, { clientAuthentication: "client_secret_jwt" });
  assert.deepEqual(await outcome(connection, secret), [true, id, "jwt", 200]);
});

test("another key than the client's is the client's rejection", async () => {
  const [first, second] = server.signingClients.filter(({ algorithm }) => algorithm.endsWith("S256"));
  const asked = outcome(connectionOf(first?.id ?? ""), second?.pem ?? "");
  await assert.rejects(asked, { code: "client_rejected" });
});

test("discovery finds both ways to sign", async () => {
  const { clientAuthentications } = await discoverIssuer({ issuerUrl: server.issuerUrl, timeoutSeconds: 5, fetch });
  const signed = clientAuthentications.filter((method) => method.endsWith("_jwt"));
  assert.deepEqual(signed, ["client_secret_jwt", "private_key_jwt"]);
});

test("what is no key is refused with a sentence that quotes nothing of it", async () => {
  const pkcs1 = generateKeyPairSync("rsa", {
    modulusLength: 2048,
    publicKeyEncoding: { type: "pkcs1", format: "pem" },
    privateKeyEncoding: { type: "pkcs1", format: "pem" },
  }).privateKey;
  const [{ jwk }] = server.signingClients;
  const broken = "-----BEGIN PRIVATE KEY-----s3cret-part-----END PRIVATE KEY-----";
  const texts = [pkcs1, broken, '{"kty":"RSA", s3cret-part', JSON.stringify({ ...jwk, d: undefined }), "s3cret-part"];
  const seen = await Promise.all(
    texts.map(async (text) => {
      const error: unknown = await clientKeyFrom(new Secret(text), undefined).catch((thrown: unknown) => thrown);
      const quotes =
        inspect(error, { depth: 9 }).includes("s3cret-part") || inspect(error).includes(pkcs1.slice(60, 90));
      return [error instanceof Error && "code" in error ? error.code : "none", quotes];
    }),
  );
  assert.deepEqual(
    seen,
    texts.map(() => ["invalid_configuration", false]),
  );
});

test("what was typed is told apart: a secret, a key, a key's path", () => {
  const [{ pem, jwk }] = server.signingClients;
  const typed = [
    "demo-secret/with.pem-inside",
    pem.replaceAll("\n", ""),
    JSON.stringify(jwk),
    "/home/me/key.pem",
    "C:\\keys\\a.jwk",
  ];
  assert.deepEqual(
    typed.map((text) => [isKeyText(text), isKeyPath(text)]),
    [
      [false, false],
      [true, false],
      [true, false],
      [false, true],
      [false, true],
    ],
  );
});
