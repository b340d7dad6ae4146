// What each fault of discovery and token endpoint comes to, while a good token is at hand: what the person reads, the state, whether the
// token is still served, and how many requests it cost. Printed as one table. Every such fault of faults.ts has a line.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { parseConnection, type Connection } from "../../../src/oauth/connection.ts";
import { asAuthError } from "../../../src/oauth/errors.ts";
import { clientCredentials } from "../../../src/oauth/grants/grants.ts";
import { OAuthHeaderProvider } from "../../../src/oauth/provider.ts";
import { Secret } from "../../../src/oauth/secret.ts";
import { sentenceFor } from "../../../src/messages/failure.ts";
import { startBadServer } from "../../support/servers/badCertificates.ts";
import { faultsOf, type FaultName } from "../../support/servers/faults.ts";
import { startFaultyServer } from "../../support/servers/faultyServer.ts";
import { leaksInText } from "../../support/leaks.ts";
import { isInert, openOutcomes, timeoutFor, waitOf, wordsOf, type Outcome } from "../../support/house/outcomeTable.ts";

const secret = "a-secret-of-the-table";
const goodToken = "the-last-good-token";

const server = await startFaultyServer();
after(() => server.close());

const outcomes = openOutcomes();

async function refreshWith(connection: Connection): Promise<Omit<Outcome, "endpoint" | "fault" | "requests">> {
  const held = () => Promise.resolve(new Secret(secret));
  const provider = new OAuthHeaderProvider(clientCredentials(connection, held, fetch), 300);
  const now = Date.now();
  provider.adopt({ accessToken: new Secret(goodToken), obtainedAt: now, expiresAt: now + 3_600_000 });
  const error: unknown = await provider.refreshToken().then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  const { state } = provider;
  const served = provider.getHeaders()["authorization"] === `Bearer ${goodToken}`;
  provider.dispose();
  const failure = "failure" in state ? ` (${state.failure.code})` : "";
  return {
    reads: error === undefined ? "nothing: the new token is taken" : sentenceFor(asAuthError(error)),
    state: `${state.status}${failure}`,
    programsGet: served ? "old token" : "new token",
    waitSeconds: error === undefined ? 0 : (asAuthError(error).retryAfterMs ?? 0) / 1000,
  };
}

async function meet(endpoint: "token" | "discovery", fault: FaultName): Promise<Outcome> {
  server.token = endpoint === "token" ? fault : "none";
  server.discovery = endpoint === "discovery" ? fault : "none";
  const from = server.requests.length;
  const where = endpoint === "token" ? { tokenUrl: server.tokenUrl } : { issuerUrl: server.issuerUrl };
  const fields = { name: "demo", uri: "db://demo", clientId: "c", timeoutSeconds: timeoutFor(fault) };
  const found = await refreshWith(parseConnection({ ...fields, ...where }));
  return { endpoint, fault, ...found, requests: server.requests.length - from };
}

const taken: readonly string[] = [
  ...["slow", "longestToken", "expiresInMissing", "expiresInText", "expiresInVast", "expiresInFraction"],
  ...["missingTokenType", "tokenTypeInWords", "nullMembers", "status201", "jwksChanges"],
];

for (const endpoint of ["token", "discovery"] as const) {
  for (const fault of faultsOf[endpoint]) {
    test(`${fault} of the ${endpoint} endpoint costs no good token, few requests and no secret`, async () => {
      const outcome = await meet(endpoint, fault);
      outcomes.push(outcome);
      const isTaken = taken.includes(fault);
      assert.deepEqual(
        {
          served: outcome.programsGet === "old token",
          state: outcome.state.startsWith(isTaken ? "ready" : "ready ("),
          // Discovery asks at most at three addresses, and the token endpoint once.
          few: outcome.requests <= (endpoint === "token" ? 1 : 4),
          elsewhere: server.requestsElsewhere.length,
          leaks: leaksInText(outcome.reads, [secret, goodToken]),
          inert: isInert(outcome.reads),
          says: outcome.reads.includes(wordsOf(fault)),
          waits: outcome.waitSeconds,
          // Keys are for servers that check tokens; a client that does not ask cannot be confused by their change.
          paths: server.requests.filter(({ path }) => path !== "/token" && !path.includes("/.well-known/")),
        },
        {
          ...{ served: !isTaken, state: true, few: true, elsewhere: 0, leaks: [] },
          ...{ inert: true, says: true, waits: waitOf(fault), paths: [] },
        },
        JSON.stringify(outcome),
      );
    });
  }
}

for (const [certificate, says] of [
  ["selfSigned", /DEPTH_ZERO_SELF_SIGNED_CERT/],
  ["expired", /CERT_HAS_EXPIRED/],
] as const) {
  for (const endpoint of ["token", "discovery"] as const) {
    test(`a server whose ${endpoint} endpoint has a certificate that is ${certificate} is sent nothing, and the token at hand is served`, async () => {
      await using bad = await startBadServer(certificate);
      const where = endpoint === "token" ? { tokenUrl: bad.tokenUrl } : { issuerUrl: new URL(bad.tokenUrl).origin };
      const found = await refreshWith(parseConnection({ name: "demo", uri: "db://demo", clientId: "c", ...where }));
      outcomes.push({ endpoint, fault: `TLS: ${certificate}`, ...found, requests: bad.requests });
      assert.match(found.reads, says);
      assert.deepEqual([found.state, found.programsGet, bad.requests], ["ready (unreachable)", "old token", 0]);
    });
  }
}
