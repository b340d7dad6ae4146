// What each fault of the device authorization endpoint (RFC 8628) comes to, while a good token is at hand: what the person reads, that
// the token is still served, and how many requests it cost. Printed as one table; the waiting runs on a clock moved by hand.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { parseConnection } from "../../../src/oauth/connection.ts";
import { signInWithDeviceCode } from "../../../src/oauth/grants/deviceCode.ts";
import { asAuthError } from "../../../src/oauth/errors.ts";
import { OAuthHeaderProvider } from "../../../src/oauth/provider.ts";
import { Secret } from "../../../src/oauth/secret.ts";
import { tokenFrom } from "../../../src/oauth/token.ts";
import { sentenceFor } from "../../../src/messages/failure.ts";
import { startBadServer } from "../../support/servers/badCertificates.ts";
import { faultsOf, type FaultName } from "../../support/servers/faults.ts";
import { healthyCredentials, startFaultyServer } from "../../support/servers/faultyServer.ts";
import { leaksInText } from "../../support/leaks.ts";
import { manualClock, type ManualClock } from "../../support/manualClock.ts";
import { isInert, openOutcomes, timeoutFor, waitOf, wordsOf } from "../../support/house/outcomeTable.ts";

const secret = "a-secret-of-the-device-table";
const goodToken = "the-last-good-token";

const server = await startFaultyServer();
after(() => server.close());

const outcomes = openOutcomes();

/** The codes of failures; a fault that is not here costs nothing, and the person is signed in. */
const codes: Readonly<Record<string, readonly FaultName[]>> = {
  invalid_response: [
    ...(["html", "empty", "notJson", "jsonArray", "deepJson", "hugeBody", "gzipBomb", "status404"] as const),
    ...(["redirectElsewhere", "missingDeviceCode", "missingUserCode", "missingPage", "userCodeWithMarkup"] as const),
    ...(["codeLifeMissing", "codeLifeWords", "codeLifeZero", "codeLifeNegative"] as const),
  ],
  timeout: ["hang", "hangsMidBody", "oneByteASecond"],
  unreachable: ["closesAtOnce", "closesMidBody"],
  rate_limited: ["status429", "status429Date"],
  server_error: ["status500", "status502", "status503", "status503Date", "status503OldDate"],
  client_rejected: ["invalid_client", "unauthorized_client", "echoesRequest"],
  request_rejected: ["invalid_scope", "errorDescriptionWithMarkup"],
  insecure_url: ["pageInWords", "pageIsScript", "pageIsCommand", "plainHttpPage", "completePageIsScript"],
};

function codeOf(fault: FaultName): string {
  return Object.entries(codes).find(([, faults]) => faults.includes(fault))?.[0] ?? "signed in";
}

/** A person signs in again, and enters the code at once. */
async function signIn(fault: FaultName) {
  const { issuerUrl } = server;
  const fields = { name: "demo", uri: "db://demo", clientId: "c", issuerUrl, flow: "device_code" };
  const connection = parseConnection({ ...fields, clientAuthentication: "post", timeoutSeconds: timeoutFor(fault) });
  const provider = new OAuthHeaderProvider(() => Promise.reject(new Error("nobody asks")), 300);
  const now = Date.now();
  provider.adopt({ accessToken: new Secret(goodToken), obtainedAt: now, expiresAt: now + 3_600_000 });
  const clock = timed(manualClock());
  let reads = "";
  const show = ({ userCode, place }: { readonly userCode: string; readonly place: string }): Promise<void> => {
    reads = `the code ${userCode}, to be entered at ${place}`;
    return Promise.resolve();
  };
  const clientSecret = (): Promise<Secret> => Promise.resolve(new Secret(secret));
  const granting = signInWithDeviceCode({ connection, clientSecret, fetch }, { show, clock });
  let code = await ended(clock, granting);
  let waitSeconds = 0;
  try {
    provider.adopt(tokenFrom(await granting, Date.now()));
  } catch (thrown) {
    const failure = asAuthError(thrown);
    code = failure.code;
    reads = sentenceFor(failure);
    waitSeconds = (failure.retryAfterMs ?? 0) / 1000;
  }
  const { authorization } = provider.getHeaders();
  const { status } = provider.state;
  provider.dispose();
  const programsGet = authorization === `Bearer ${goodToken}` ? "old token" : "new token";
  return { code, reads, state: status, programsGet, waitSeconds, longestMs: clock.longestMs, left: clock.pending };
}

/** Notes the longest delay: a timer of the machine overflows beyond 2^31 ms, and fires at once. */
function timed(clock: ManualClock): ManualClock & { readonly longestMs: number } {
  let longestMs = 0;
  return {
    ...clock,
    schedule: (delayMs, call) => {
      longestMs = Math.max(longestMs, delayMs);
      return clock.schedule(delayMs, call);
    },
    get pending() {
      return clock.pending;
    },
    get longestMs() {
      return longestMs;
    },
  };
}

/** Second by second, and only while nothing is asked over real HTTP: then the code's end and the next question are waited for. */
async function ended(clock: ManualClock, work: Promise<unknown>): Promise<string> {
  let outcome = "";
  work.then(
    () => (outcome = "signed in"),
    () => (outcome = "failed"),
  );
  while (outcome === "") {
    if (clock.pending >= 2) await clock.pass(1000);
    else await new Promise((resolve) => setImmediate(resolve));
  }
  return outcome;
}

for (const fault of faultsOf.device) {
  test(`${fault} of the device endpoint costs no good token, few requests and no secret, and nothing shown is a link`, async () => {
    Object.assign(server, { device: fault, metadata: {} });
    const from = server.requests.length;
    const { code, longestMs, left, ...found } = await signIn(fault);
    const asked = server.requests.slice(from).map(({ path }) => path);
    outcomes.push({ endpoint: "device", fault, ...found, requests: asked.length });
    const isTaken = codeOf(fault) === "signed in";
    assert.deepEqual(
      {
        ...{ code, state: found.state, gets: found.programsGet, waits: found.waitSeconds, asked, left },
        countable: longestMs < 2 ** 31,
        elsewhere: server.requestsElsewhere.length,
        leaks: leaksInText(found.reads, [secret, goodToken, healthyCredentials.deviceCode]),
        inert: isInert(found.reads),
        says: found.reads.includes(wordsOf(fault)),
      },
      {
        ...{ code: codeOf(fault), state: "ready", gets: isTaken ? "new token" : "old token", waits: waitOf(fault) },
        asked: ["/.well-known/openid-configuration", "/device", ...(isTaken ? ["/token"] : [])],
        ...{ left: 0, countable: true, elsewhere: 0, leaks: [], inert: true, says: true },
      },
      found.reads,
    );
  });
}

for (const certificate of ["selfSigned", "expired"] as const) {
  test(`a device endpoint whose certificate is ${certificate} is sent nothing`, async () => {
    await using bad = await startBadServer(certificate);
    Object.assign(server, { device: "none", metadata: { device_authorization_endpoint: bad.tokenUrl } });
    const { code, ...found } = await signIn("none");
    outcomes.push({ endpoint: "device", fault: `TLS: ${certificate}`, ...found, requests: bad.requests });
    assert.deepEqual([code, found.programsGet, bad.requests], ["unreachable", "old token", 0], found.reads);
  });
}
