// What commands print as a token: the forms that real tools have, and what is refused without quoting it.
import assert from "node:assert/strict";
import { test } from "node:test";
import { inspect } from "node:util";
import { UnsecuredJWT } from "jose";
import { printedToken } from "../../../src/oauth/printedToken.ts";

const now = Date.parse("2030-01-01T00:00:00Z");
const inAnHour = now / 1000 + 3600;
const jwt = new UnsecuredJWT({})
  .setIssuedAt(now / 1000 - 600)
  .setExpirationTime(inAnHour)
  .encode();

for (const [what, printed, accessToken, expiresIn] of [
  ["a bare line", "opaque-token\n", "opaque-token", undefined],
  ["a bare JWT that is ten minutes old", `${jwt}\n`, jwt, 3600],
  ["kubectl's ExecCredential", { status: { token: "t", expirationTimestamp: "2030-01-01T01:00:00Z" } }, "t", 3600],
  ["an OAuth reply", { access_token: "t", expires_in: 60 }, "t", 60],
  ["an OAuth reply with a text", { access_token: "t", expires_in: "60" }, "t", 60],
  ["the Azure CLI's", { accessToken: "t", expiresOn: "2030-01-01 09:00:00.000000", expires_on: inAnHour }, "t", 3600],
  ["a moment in milliseconds", { token: "t", expiresAt: now + 5000 }, "t", 5],
  ["an expiry as a date", { token: "t", expiry: "2030-01-01T00:00:30Z" }, "t", 30],
  [
    "gcloud's config-helper",
    { configuration: {}, credential: { access_token: "t", id_token: "i", token_expiry: "2030-01-01T00:05:00Z" } },
    "t",
    300,
  ],
  ["a line of greeting before the token", `Welcome to the tool.\nUpdate available!\n${jwt}\n`, jwt, 3600],
  ["a greeting before JSON", 'Signed in as me\n{"access_token": "t", "expires_in": 60}', "t", 60],
  ["AWS CodeArtifact's", { authorizationToken: "t", expiration: inAnHour }, "t", 3600],
  ["Vault's", { data: { token: "t", ttl: 600 } }, "t", 600],
  ["JSON without an end", { token: "t" }, "t", undefined],
] as const) {
  test(`${what} is read`, () => {
    const reply = printedToken(typeof printed === "string" ? printed : JSON.stringify(printed), now);
    assert.deepEqual([reply.accessToken, reply.expiresIn], [accessToken, expiresIn]);
  });
}

for (const printed of [
  "",
  "  \n",
  "two s3cret words",
  "s3cret-token-number-one\ns3cret-token-number-two\n",
  "{s3cret",
  '{"tokens":"s3cret"}',
  '{"token":7}',
  '["s3cret"]\n x',
]) {
  test(`${JSON.stringify(printed)} is refused without being quoted`, () => {
    assert.throws(
      () => printedToken(printed, now),
      (error: Error & { readonly code?: string }) =>
        error.code === "command_failed" && !inspect(error).includes("s3cret"),
    );
  });
}
