// A refresh token is deleted only where the server has said that it is over: every other answer to a renewal leaves it where it is.
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { authorizationServers } from "../../../src/accounts/authorizationServers.ts";
import { sharedFetcher } from "../../../src/accounts/renewal.ts";
import { ResilientStorage } from "../../../src/accounts/resilientStorage.ts";
import { secretsIn } from "../../../src/accounts/secrets.ts";
import { windowLockIn } from "../../../src/accounts/windowLock.ts";
import { parseConnection } from "../../../src/oauth/connection.ts";
import { AuthError, asAuthError } from "../../../src/oauth/errors.ts";
import { Secret } from "../../../src/oauth/secret.ts";
import { providers } from "../../../src/providers/providers.ts";
import { providerIds, type ProviderId } from "../../../src/providers/traits.ts";
import { refuse, type Refusal } from "../../support/servers/dialects/dialect.ts";
import { startDialectServer, type DialectServer } from "../../support/servers/dialects/dialectServer.ts";
import { keycloakDialect } from "../../support/servers/dialects/ownServers.ts";
import { startKeyring } from "../../support/workbench/keyring.ts";

let server: DialectServer;
let folder: string;
before(async () => {
  server = await startDialectServer(keycloakDialect);
  folder = await mkdtemp(join(tmpdir(), "la-kept-"));
});
after(async () => {
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

/** What a renewal that is refused leaves of the refresh token, and the code of the failure. */
async function renewalWith(refusal: Refusal, provider: ProviderId): Promise<readonly [kept: boolean, code: string]> {
  server.refusal = refusal;
  const fields = { name: "mine", uri: "db://demo", flow: "authorization_code", clientId: crypto.randomUUID() };
  const connection = parseConnection({ ...fields, issuerUrl: server.issuerUrl, provider });
  const secrets = secretsIn(new ResilientStorage(startKeyring()));
  await secrets.storeRefreshToken(connection, new Secret("a-refresh-token"));
  const parts = {
    secrets,
    servers: authorizationServers((url, init) => fetch(url, init)),
    sources: { token: () => Promise.reject(new AuthError("signed_out")) },
    withLock: windowLockIn(folder, () => undefined),
    log: { info: () => undefined, failure: () => undefined },
  };
  const code = await Promise.resolve(sharedFetcher(parts, connection, () => ({ status: "signedOut" }))()).then(
    () => "none",
    (error: unknown) => asAuthError(error).code,
  );
  return [(await secrets.refreshToken(connection)) !== undefined, code];
}

/** RFC 6749 sections 4.1.2.1 and 5.2, RFC 6750, RFC 8628, RFC 8707, RFC 9449, RFC 9470, OpenID Connect Core, and what services add. */
const codes = [
  ...["invalid_request", "invalid_client", "unauthorized_client", "unsupported_grant_type", "invalid_scope"],
  ...["access_denied", "unsupported_response_type", "server_error", "temporarily_unavailable", "invalid_token"],
  ...["insufficient_scope", "authorization_pending", "slow_down", "expired_token", "invalid_target"],
  ...["invalid_dpop_proof", "use_dpop_nonce", "insufficient_user_authentication", "insufficient_claims"],
  ...["interaction_required", "login_required", "consent_required", "account_selection_required", "mfa_required"],
  ...["unmet_authentication_requirements", "registration_not_supported", "bad_refresh_token", "token_inactive"],
  ...["invalid_resource", "no_matching_policy", "something_new"],
];

for (const error of codes) {
  test(`a renewal that is refused with ${error} deletes no refresh token`, async () => {
    const [kept] = await renewalWith(refuse(400, error, "as it says"), "generic");
    assert.equal(kept, true);
  });
}

for (const status of [401, 403, 404, 429, 500, 503]) {
  test(`a renewal that is answered with ${status} deletes no refresh token`, async () => {
    const [kept] = await renewalWith(refuse(status, "whatever"), "generic");
    assert.equal(kept, true);
  });
}

test("invalid_grant ends the session: the refresh token is deleted, and the person is to sign in", async () => {
  assert.deepEqual(await renewalWith(refuse(400, "invalid_grant"), "generic"), [false, "interaction_required"]);
});

for (const id of providerIds) {
  test(`${id} ends a session by what it documents, and by that alone`, async () => {
    const { sessionEnds, errors } = providers[id];
    const ended: (readonly [boolean, string])[] = [];
    for (const error of sessionEnds) ended.push(await renewalWith(refuse(400, error), id));
    const others: boolean[] = [];
    for (const { says } of errors.filter(({ says }) => !sessionEnds.includes(says))) {
      others.push((await renewalWith(refuse(400, "invalid_request", `${says}: refused`), id))[0]);
    }
    assert.deepEqual([ended, others], [sessionEnds.map(() => [false, "interaction_required"]), others.map(() => true)]);
  });
}
