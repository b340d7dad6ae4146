// LanceDB: Diagnose against a real authorization server and a real LanceDB server: each failure has its remedy, and nothing secret
// gets into the report, whatever the findings say.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { parseConnection } from "../../../src/oauth/connection.ts";
import { AuthError } from "../../../src/oauth/errors.ts";
import { clientCredentials } from "../../../src/oauth/grants/grants.ts";
import { discoverIssuer } from "../../../src/oauth/grants/issuer.ts";
import { OAuthHeaderProvider } from "../../../src/oauth/provider.ts";
import { Secret } from "../../../src/oauth/secret.ts";
import { notebookFinding } from "../../../src/notebooks/notebookFinding.ts";
import { factsOf, findings, type DiagnoseParts } from "../../../src/diagnosis/diagnose.ts";
import { claimsText, clockFinding, proxyFinding, reportFrom, serverFinding } from "../../../src/diagnosis/diagnosis.ts";
import { lockedView } from "../../../src/statusBar/statusBarView.ts";
import {
  clients,
  startAuthorizationServer,
  type AuthorizationServer,
} from "../../support/servers/authorizationServer.ts";
import { startLanceDbServer, type LanceDbServer } from "../../support/servers/lancedbServer.ts";
import { leaksInText } from "../../support/leaks.ts";

let authorization: AuthorizationServer;
let lancedb: LanceDbServer;
before(async () => {
  authorization = await startAuthorizationServer();
  lancedb = await startLanceDbServer({ ...authorization });
});
after(() => Promise.all([lancedb.close(), authorization.close()]));

function partsFor(fields: Readonly<Record<string, unknown>> = {}, more: Partial<DiagnoseParts> = {}): DiagnoseParts {
  const connection = parseConnection({
    ...{ name: "demo", uri: "db://demo", hostOverride: lancedb.host, issuerUrl: authorization.issuerUrl },
    ...{ clientId: clients.demo.id, ...fields },
  });
  const secret = () => Promise.resolve(new Secret(clients.demo.secret));
  const provider = new OAuthHeaderProvider(clientCredentials(connection, secret, fetch));
  return {
    active: () => ({ connection, provider }),
    problems: () => [],
    discover: (issuerUrl) => discoverIssuer({ issuerUrl, timeoutSeconds: 5, fetch }),
    fetch,
    probeSecretStorage: () => Promise.resolve(),
    hasSecret: () => Promise.resolve(true),
    sessions: () => Promise.resolve([{ what: "Broker", state: "ok", says: "It answered." }]),
    proxy: () => undefined,
    env: {},
    ...more,
  };
}

async function states(parts: DiagnoseParts): Promise<Record<string, string>> {
  const found = await findings(parts);
  for (const { provider } of [parts.active()].filter((each) => each !== undefined)) provider.dispose();
  return Object.fromEntries(
    found.map(({ what, state, fix }) => [what, state === "ok" || fix !== undefined ? state : `${state} without a fix`]),
  );
}

const allWell = {
  ...{ Connection: "ok", Issuer: "ok", Token: "ok", Server: "ok", Clock: "ok" },
  ...{ Keyring: "ok", Broker: "ok", Proxy: "ok" },
};

test("where all is well every part says so", async () => {
  assert.deepEqual(await states(partsFor()), allWell);
});

const broken = () => Promise.reject(new AuthError("storage_failed"));
for (const [what, fields, more, changed] of [
  [
    "an issuer that cannot be reached",
    { issuerUrl: "http://127.0.0.1:1" },
    {},
    { Issuer: "failed", Token: "failed", Server: "failed", Clock: "failed" },
  ],
  ["a wrong client id", { clientId: "nobody" }, {}, { Token: "failed", Server: "failed" }],
  ["a server that cannot be reached", { hostOverride: "http://127.0.0.1:1" }, {}, { Server: "failed" }],
  ["a keyring that fails", {}, { probeSecretStorage: broken }, { Keyring: "failed" }],
  ["a secret that is missing", {}, { hasSecret: () => Promise.resolve(false) }, { Keyring: "failed" }],
  ["an entry that cannot be used", {}, { problems: () => ["uri is missing"] }, { Connection: "failed" }],
  ["a proxy in the way of this machine", {}, { env: { http_proxy: "http://u:p@proxy:3128" } }, { Proxy: "warning" }],
] as const) {
  test(`${what} is found, with a fix, and the other parts are checked all the same`, async () => {
    assert.deepEqual(await states(partsFor(fields, more)), { ...allWell, ...changed });
  });
}

test("without a connection the report says how to add one", async () => {
  const found = await findings(partsFor({}, { active: () => undefined }));
  assert.match(reportFrom([], found), /There is none\.\n\n\*\*To do:\*\* Run "LanceDB: Add Connection"/);
});

test("neither token nor secret is in the report, but what the token says of itself", async () => {
  const parts = partsFor({}, { proxy: () => "http://user:proxy-password@proxy.example:3128" });
  const account = parts.active();
  const text = reportFrom(factsOf(account), await findings(parts));
  const token = (await account?.provider.headers())?.["authorization"]?.slice("Bearer ".length) ?? "none";
  account?.provider.dispose();
  assert.deepEqual(
    [
      leaksInText(text, [clients.demo.secret, token, token.slice(20, 60), "proxy-password"]),
      text.includes(authorization.issuerUrl),
      text.includes(authorization.audience),
      text.includes("proxy.example:3128"),
    ],
    [[], true, true, true],
  );
});

test("whatever a finding says, the report holds no token, no markup, no link and no second line of it", () => {
  const token = `eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJzb21lYm9keSJ9.c2lnbmF0dXJl`;
  const opaque = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJ";
  const says = `${token} ${opaque} <img src=x> [a](command:x) **b**\n# c \u202e`;
  const text = reportFrom([], [{ what: "x", state: "failed", says, fix: says }]);
  const line = "(a token) (a long value) \\<img src=x\\> \\[a\\](command:x) \\*\\*b\\*\\* \\# c";
  assert.deepEqual(text.split("\n").slice(-4), [line, "", `**To do:** ${line}`, ""]);
});

test("an opaque token is told as such, and whom a token stands for is not told", () => {
  assert.deepEqual(
    [claimsText(undefined, 40), claimsText({ iss: "i", aud: ["a", "b"], sub: "jane@example.com", exp: 1 }, 9)],
    ["It is opaque, 40 characters long.", "It is a JWT of 9 characters; iss i; aud a b."],
  );
});

test("a clock that is off by more than a minute is a warning, in both directions", () => {
  const at = Date.UTC(2026, 0, 1);
  const date = new Date(at).toUTCString();
  assert.deepEqual(
    [59_000, 61_000, -61_000, -86_400_000].map((offMs) => clockFinding(date, at + offMs).state),
    ["ok", "warning", "warning", "warning"],
  );
  assert.equal(clockFinding("yesterday", at).state, "skipped");
});

test("every answer of a server but 200 has a fix", () => {
  const found = [200, 301, 400, 401, 403, 404, 407, 500, 503].map((status) => serverFinding("host", status));
  assert.deepEqual(
    found.map(({ fix }) => fix !== undefined),
    [false, true, true, true, true, true, true, true, true],
  );
});

test("a proxy matters for a server on this machine alone, and not where NO_PROXY names it", () => {
  const proxy = { HTTPS_PROXY: "http://proxy:1" };
  assert.deepEqual(
    [
      proxyFinding(undefined, proxy, ["lance.example"]).state,
      proxyFinding(undefined, proxy, ["127.0.0.1:8080"]).state,
      proxyFinding(undefined, { ...proxy, NO_PROXY: "x, 127.0.0.1" }, ["127.0.0.1:8080"]).state,
      proxyFinding("", {}, []).says,
    ],
    ["ok", "warning", "ok", "None is set."],
  );
});

test("a locked window says so in the status bar, and a click unlocks", () => {
  const { text, action, alarm } = lockedView("demo");
  assert.deepEqual([text, action, alarm], ["$(lock) demo locked", "unlock", "warning"]);
});

test("how a notebook's kernel is reached is a finding, with a fix for each that is not well", () => {
  const reached = ["hooked", "pushed"] as const;
  const others = [
    "unknown",
    "off",
    "noJupyter",
    "notStarted",
    "unhooked",
    "elsewhere",
    "refused",
    "failed",
    "unreached",
    "starting",
    "dead",
  ] as const;
  const refusal = { code: "locked", message: "LanceDB Auth is locked. Unlock it in VS Code, then try again." } as const;
  const withheld = notebookFinding({ state: "withheld", refusal });
  const findings = [...others.map((state) => notebookFinding({ state })), withheld, notebookFinding(undefined)];
  assert.deepEqual(
    [reached.map((state) => notebookFinding({ state }).state), findings.filter(({ fix }) => fix === undefined)],
    [["ok", "ok"], []],
  );
});
