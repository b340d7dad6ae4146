// The page about a token, its history and its time line: what they say, and that nothing in them is obeyed by a browser.
import assert from "node:assert/strict";
import { test } from "node:test";
import { AuthError } from "../../../src/oauth/errors.ts";
import { parseConnection } from "../../../src/oauth/connection.ts";
import { claimRows } from "../../../src/tokenDetails/claims.ts";
import { connectionWords } from "../../../src/messages/connectionWords.ts";
import { expiringClipboard } from "../../../src/tokenDetails/expiringClipboard.ts";
import { openTokenHistory } from "../../../src/tokenDetails/tokenHistory.ts";
import { timeLine } from "../../../src/tokenDetails/timeLine.ts";
import { tokenPage, type TokenPageContent } from "../../../src/tokenDetails/tokenPage.ts";
import { until } from "../../support/workbench/person.ts";

const now = Date.UTC(2026, 10, 24, 12, 0, 0);
const minute = 60_000;
const times = { now, format: (at: number) => new Date(at).toISOString().slice(11, 19) };
const life = (from: number, to: number) => ({ obtainedAt: now + from * minute, expiresAt: now + to * minute });

const content: TokenPageContent = {
  connection: parseConnection({
    ...{ name: "demo", uri: "db://demo", issuerUrl: "https://a.example", clientId: "b" },
    scopes: ["read", "admin"],
  }),
  ...{ server: "https://lancedb.example", nonce: "n0nce", times, events: [] },
  state: { status: "ready", life: life(-18, 42) },
  token: { claims: { iss: "https://a.example", scope: "read write", exp: (now + 42 * minute) / 1000 }, length: 700 },
};

test("claims are told in words and local time, the registered ones first", () => {
  const rows = claimRows(
    { zeta: { a: 1 }, exp: now / 1000 + 2520, aud: ["x", "y"], iat: now / 1000 - 60, iss: "https://a.example" },
    times,
  );
  assert.deepEqual(
    rows.map(({ claim, meaning, value }) => [claim, meaning, value]),
    [
      ["iss", "Issuer", "https://a.example"],
      ["aud", "Audience", "x, y"],
      ["iat", "Issued", "11:59:00 (1 minute ago)"],
      ["exp", "Expires", "12:42:00 (in 42 minutes)"],
      ["zeta", "", '{"a":1}'],
    ],
  );
});

test("the page says which scopes were granted and which were not", () => {
  const cells = [...tokenPage(content).matchAll(/<th scope="row">(\w+)<\/th><td>([✔✖][^<]*)/gu)];
  assert.deepEqual(
    cells.map(([, scope, says]) => [scope, says]),
    [
      ["read", "✔ asked for, granted"],
      ["write", "✔ granted unasked"],
      ["admin", "✖ asked for, not granted"],
    ],
  );
});

test("nothing that a server or a claim says becomes markup, and the page may load nothing", () => {
  const evil = "<img src=x onerror=alert(1)>\"'";
  const html = tokenPage({
    ...content,
    state: { status: "failed", failure: new AuthError("client_rejected", { detail: evil }) },
    token: { claims: { [evil]: evil, scope: evil }, length: 9 },
    events: [{ kind: "failed", at: now, says: evil }],
  });
  assert.deepEqual(
    [/<(img|script|link|iframe)/i.test(html), /https?:[^"'<]*["']/.test(html.replaceAll(/<td>[^<]*/g, ""))],
    [false, false],
  );
  assert.match(html, /content="default-src 'none'; style-src 'nonce-n0nce'"/);
});

test("an opaque token is said to be one", () => {
  assert.match(tokenPage({ ...content, token: { claims: undefined, length: 43 } }), /opaque, 43 characters long/);
});

test("the history notes each new token, each failure and the sign-out once, and keeps the last fifty", () => {
  const history = openTokenHistory();
  const failure = new AuthError("unreachable");
  const first = life(0, 10);
  history.observe("demo", { status: "fetching" }, now);
  history.observe("demo", { status: "ready", life: first }, now);
  history.observe("demo", { status: "fetching", life: first }, now + 1);
  history.observe("demo", { status: "ready", life: first, failure }, now + 2);
  history.observe("demo", { status: "ready", life: first, failure }, now + 3);
  history.observe("demo", { status: "signedOut" }, now + 4);
  const kinds = history.events("demo").map(({ kind, at }) => [kind, at - now]);
  for (let round = 0; round < 80; round++) history.observe("demo", { status: "ready", life: life(round, 90) }, now);
  assert.deepEqual(
    [kinds, history.events("demo").length, history.events("other")],
    [
      [
        ["renewed", 0],
        ["failed", 2],
        ["signedOut", 4],
      ],
      50,
      [],
    ],
  );
});

test("the time line has a bar for each token, a mark for each failure and a line for now", () => {
  const svg = timeLine({
    events: [
      { kind: "renewed", at: now - 60 * minute, life: life(-60, 0) },
      { kind: "failed", at: now - 10 * minute, says: "" },
      { kind: "renewed", at: now - 5 * minute, life: life(-5, 60) },
    ],
    ...times,
  });
  const bars = [...svg.matchAll(/<rect class="(\w+)" x="([\d.]+)%" y="\d+" width="([\d.]+)%"/g)];
  assert.deepEqual(
    [
      bars.map(([, ...parts]) => parts),
      svg.includes("✖"),
      svg.includes('class="now" x1="50%"'),
      timeLine({ ...times, events: [] }),
    ],
    [
      [
        ["past", "0", "50"],
        ["current", "45.83", "54.17"],
      ],
      true,
      true,
      "",
    ],
  );
});

test("a connection's row tells its state in words, and does not flicker at a renewal", () => {
  const states = [
    { status: "signedOut" },
    { status: "fetching" },
    { status: "fetching", life: life(-18, 42) },
    { status: "ready", life: life(-18, 42) },
    { status: "ready", life: life(-18, 0.5) },
    { status: "ready", life: life(-18, 42), failure: new AuthError("unreachable") },
    { status: "failed", failure: new AuthError("client_rejected") },
  ] as const;
  assert.deepEqual(
    states.map((state) => {
      const { icon, description, context } = connectionWords(state, false, now);
      return [icon, description, context];
    }),
    [
      ["circle-slash", "signed out", "signedOut"],
      ["sync~spin", "fetching a token", "signedIn"],
      ["pass", "signed in · 42m left", "signedIn"],
      ["pass", "signed in · 42m left", "signedIn"],
      ["pass", "signed in · under 1m left", "signedIn"],
      ["warning", "signed in · 42m left", "signedIn"],
      ["error", "failed", "failed"],
    ],
  );
});

test("the clipboard forgets the token, unless something else is on it by then", async () => {
  let held = "";
  const clipboard = {
    readText: () => Promise.resolve(held),
    writeText: (text: string) => {
      held = text;
      return Promise.resolve();
    },
  };
  const forgetful = expiringClipboard(clipboard, 20);
  await forgetful.copy("a token");
  const copied = held;
  await until("an empty clipboard", () => Promise.resolve(held === ""));
  await forgetful.copy("a token");
  held = "a person's own text";
  forgetful.dispose();
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual([copied, held], ["a token", "a person's own text"]);
});
