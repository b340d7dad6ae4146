// What each fault of an authorization server comes to, while a good token is at hand: what the person reads, the state, whether the
// token is still served, and how many requests it cost. Printed as one table. Every fault of faultyServer.ts has a line.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { parseConnection, type Connection } from "../../src/oauth/connection.ts";
import { asAuthError } from "../../src/oauth/errors.ts";
import { clientCredentials } from "../../src/oauth/grants.ts";
import { OAuthHeaderProvider } from "../../src/oauth/provider.ts";
import { Secret } from "../../src/oauth/secret.ts";
import { sentenceFor } from "../../src/workbench/failure.ts";
import { startBadServer } from "../support/badCertificates.ts";
import { faults, startFaultyServer, type FaultName, type FaultyServer } from "../support/faultyServer.ts";
import { leaksInText } from "../support/leaks.ts";

const secret = "a-secret-of-the-table";
const goodToken = "the-last-good-token";

let server: FaultyServer;
before(async () => {
  server = await startFaultyServer();
});
after(() => server.close());

type Outcome = {
  readonly endpoint: string;
  readonly fault: string;
  readonly reads: string;
  readonly state: string;
  readonly servesGoodToken: boolean;
  readonly requests: number;
};
const outcomes: Outcome[] = [];

/** Short where the fault is that nothing, or not enough, comes. */
function secondsFor(fault: string): number {
  return fault.startsWith("hang") || fault === "oneByteASecond" ? 1 : 60;
}

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
  const reads = error === undefined ? "nothing: the new token is taken" : sentenceFor(asAuthError(error));
  return { reads, state: `${state.status}${failure}`, servesGoodToken: served };
}

async function meet(endpoint: "token" | "discovery", fault: FaultName): Promise<Outcome> {
  server.token = endpoint === "token" ? fault : "none";
  server.discovery = endpoint === "discovery" ? fault : "none";
  const from = server.requests.length;
  const where = endpoint === "token" ? { tokenUrl: server.tokenUrl } : { issuerUrl: server.issuerUrl };
  const fields = { name: "demo", uri: "db://demo", clientId: "c", timeoutSeconds: secondsFor(fault) };
  const found = await refreshWith(parseConnection({ ...fields, ...where }));
  return { endpoint, fault, ...found, requests: server.requests.length - from };
}

/** Members of a token reply mean nothing in a discovery document, and the other way round. */
const ofDiscovery: readonly FaultName[] = ["wrongIssuer", "noTokenEndpoint", "plainHttpTokenEndpoint"];
const taken: readonly string[] = [
  "slow",
  "longestToken",
  "expiresInMissing",
  "expiresInText",
  "expiresInVast",
  "expiresInFraction",
];
const isOfToken = (fault: FaultName): boolean =>
  /Token|^expiresIn|^invalid_(scope|grant)|^unauthorized|^echoes/.test(fault) && !ofDiscovery.includes(fault);

const all = (Object.keys(faults) as FaultName[]).filter((fault) => fault !== "none");
for (const [endpoint, names] of [
  ["token", all.filter((fault) => !ofDiscovery.includes(fault))],
  ["discovery", all.filter((fault) => !isOfToken(fault))],
] as const) {
  for (const fault of names) {
    test(`${fault} of the ${endpoint} endpoint costs no good token, few requests and no secret`, async () => {
      const outcome = await meet(endpoint, fault);
      outcomes.push(outcome);
      const isTaken = taken.includes(fault);
      assert.deepEqual(
        {
          served: outcome.servesGoodToken,
          state: outcome.state.startsWith(isTaken ? "ready" : "ready ("),
          // Discovery asks at most at three addresses, and the token endpoint once.
          few: outcome.requests <= (endpoint === "token" ? 1 : 4),
          elsewhere: server.requestsElsewhere.length,
          leaks: leaksInText(outcome.reads, [secret, goodToken]),
          // Keys are for servers that check tokens; a client that does not ask cannot be confused by their change.
          paths: server.requests.filter(({ path }) => path !== "/token" && !path.includes("/.well-known/")),
        },
        { served: !isTaken, state: true, few: true, elsewhere: 0, leaks: [], paths: [] },
        JSON.stringify(outcome),
      );
    });
  }
}

for (const [certificate, says] of [
  ["selfSigned", /DEPTH_ZERO_SELF_SIGNED_CERT/],
  ["expired", /CERT_HAS_EXPIRED/],
] as const) {
  test(`a server whose certificate is ${certificate} is sent nothing, and the token at hand is served`, async () => {
    await using bad = await startBadServer(certificate);
    const fields = { name: "demo", uri: "db://demo", clientId: "c", tokenUrl: bad.tokenUrl };
    const found = await refreshWith(parseConnection(fields));
    outcomes.push({ endpoint: "token", fault: `TLS: ${certificate}`, ...found, requests: bad.requests });
    assert.match(found.reads, says);
    assert.deepEqual([found.state, found.servesGoodToken, bad.requests], ["ready (unreachable)", true, 0]);
  });
}

after(() => {
  const rows = outcomes.map(({ endpoint, fault, reads, state, servesGoodToken, requests }) => [
    ...[endpoint, fault, state, servesGoodToken ? "old token served" : "new token", String(requests)],
    reads.replaceAll(/127\.0\.0\.1:\d+/g, "the server"),
  ]);
  const table = [["endpoint", "fault", "state", "programs get", "requests", "the person reads"], ...rows];
  const widths = [0, 1, 2, 3, 4].map((column) => Math.max(...table.map((row) => row[column]?.length ?? 0)));
  console.log(table.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  ")).join("\n"));
});
