// What each fault of the revocation endpoint (RFC 7009) comes to when somebody signs out: here the session is over before the server is
// asked, once, and who could not be told is said. Printed as one table. The storage is ours over a keyring, the server is real.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { parseConnection } from "../../../src/oauth/connection.ts";
import { Secret } from "../../../src/oauth/secret.ts";
import { authorizationServers } from "../../../src/accounts/authorizationServers.ts";
import { endSession } from "../../../src/accounts/endSession.ts";
import { unrevokedSentence } from "../../../src/messages/failure.ts";
import { secretsIn } from "../../../src/accounts/secrets.ts";
import { ResilientStorage } from "../../../src/accounts/resilientStorage.ts";
import { startBadServer } from "../../support/servers/badCertificates.ts";
import { faultsOf, type FaultName } from "../../support/servers/faults.ts";
import { healthyCredentials, startFaultyServer } from "../../support/servers/faultyServer.ts";
import { startKeyring } from "../../support/workbench/keyring.ts";
import { leaksInText } from "../../support/leaks.ts";
import { isInert, openOutcomes, timeoutFor, waitOf, wordsOf } from "../../support/house/outcomeTable.ts";

const secret = "a-secret-of-the-revocation-table";
const { accessToken, refreshToken } = healthyCredentials;

const server = await startFaultyServer();
after(() => server.close());

const outcomes = openOutcomes();

/** The body of a 200 means nothing (RFC 7009 section 2.2). */
const revoked: readonly FaultName[] = ["none", "html", "empty", "notJson", "jsonArray", "slow", "deepJson"];

async function signOut(fault: FaultName) {
  const { issuerUrl } = server;
  const fields = { name: "demo", uri: "db://demo", clientId: "c", issuerUrl, flow: "device_code" };
  const connection = parseConnection({ ...fields, clientAuthentication: "basic", timeoutSeconds: timeoutFor(fault) });
  const keyring = startKeyring();
  const secrets = secretsIn(new ResilientStorage(keyring));
  await secrets.storeClientSecret(connection, new Secret(secret));
  await secrets.storeRefreshToken(connection, new Secret(refreshToken));
  const now = Date.now();
  await secrets.storeToken(connection, { accessToken: new Secret(accessToken), obtainedAt: now });
  const stored = keyring.keys.length;
  const logged: string[] = [];
  let [reads, waitSeconds] = ["nothing: the session is revoked", 0];
  let keptWhileAsking: number | undefined;
  await endSession(
    {
      secrets,
      servers: authorizationServers((url, init) => {
        keptWhileAsking ??= keyring.keys.length;
        return fetch(url, init);
      }),
      browse: () => Promise.reject(new Error("no page is opened")),
      notifyUnrevoked: (name, failure) => {
        reads = unrevokedSentence(name, failure);
        waitSeconds = (failure.retryAfterMs ?? 0) / 1000;
      },
      log: {
        info: (message) => logged.push(message),
        failure: (what, { code, message }) => logged.push(`${what}: ${message} [${code}]`),
      },
    },
    connection,
  );
  return { stored, keptWhileAsking, kept: keyring.keys.length, reads, waitSeconds, logged };
}

for (const fault of faultsOf.revocation) {
  test(`${fault} of the revocation endpoint keeps nobody signed in here, and is said where the server was not told`, async () => {
    Object.assign(server, { revocation: fault, metadata: {} });
    const from = server.requests.length;
    const { reads, waitSeconds, logged, ...keys } = await signOut(fault);
    const asked = server.requests.slice(from).map(({ path }) => path);
    const isRevoked = revoked.includes(fault);
    const state = keys.kept === 0 ? "signed out" : "kept";
    outcomes.push({
      ...{ endpoint: "revocation", fault, reads, state, waitSeconds, requests: asked.length },
      programsGet: "nothing",
    });
    assert.deepEqual(
      {
        ...{ keys, asked, waits: waitSeconds, elsewhere: server.requestsElsewhere.length },
        told: reads.startsWith("“demo” is signed out here, but the server could not be told. The"),
        log: [logged[0], logged.length, logged[1]?.includes(isRevoked ? "is revoked" : "could not be revoked")],
        leaks: leaksInText([reads, ...logged].join("\n"), [secret, accessToken, refreshToken]),
        inert: isInert([reads, ...logged].join("\n")),
        says: reads.includes(wordsOf(fault)),
      },
      {
        keys: { stored: 3, keptWhileAsking: 0, kept: 0 },
        ...{ asked: ["/.well-known/openid-configuration", "/revocation"], waits: waitOf(fault), elsewhere: 0 },
        ...{ told: !isRevoked, log: ['"demo": signed out', 2, true], leaks: [], inert: true, says: true },
      },
      reads,
    );
  });
}

for (const certificate of ["selfSigned", "expired"] as const) {
  test(`a revocation endpoint whose certificate is ${certificate} is sent no token, and that is said`, async () => {
    await using bad = await startBadServer(certificate);
    Object.assign(server, { revocation: "none", metadata: { revocation_endpoint: bad.tokenUrl } });
    const { kept, reads, waitSeconds } = await signOut("none");
    const said = { endpoint: "revocation", fault: `TLS: ${certificate}`, reads, waitSeconds } as const;
    outcomes.push({ ...said, state: "signed out", programsGet: "nothing", requests: bad.requests });
    assert.deepEqual([kept, reads.includes("cannot be reached"), bad.requests], [0, true, 0], reads);
  });
}
