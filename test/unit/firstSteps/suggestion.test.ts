// What a repository may suggest, and what a person reads before saying yes.
import assert from "node:assert/strict";
import { test } from "node:test";
import { parseConnection } from "../../../src/oauth/connection.ts";
import { detailOf, fingerprint, readSuggestion, standingOf } from "../../../src/firstSteps/suggestion.ts";

const least = {
  ...{ name: "team", uri: "db://team", hostOverride: "https://lance.example.com" },
  ...{ issuerUrl: "https://login.example.com/tenant", clientId: "team-client", flow: "authorization_code" },
};

test("issuer and server are shown in full, as they are reached", () => {
  const lookalike = readSuggestion({ ...least, hostOverride: "https://l\u0430nce.example.com" });
  const detail = detailOf(lookalike, { state: "new" });
  assert.deepEqual(detail.split("\n").slice(0, 5), [
    "Database: db://team",
    "Server: https://xn--lnce-53d.example.com/",
    "Issuer: https://login.example.com/tenant",
    "Client: team-client",
    "Sign-in: Sign in with the browser",
  ]);
});

for (const [what, change] of [
  ["a name with markup", { name: "[x](command:y)" }],
  ["a client id with a line break", { clientId: "a\nServer: https://known.example.com" }],
  ["a scope that runs backwards", { scopes: ["\u202Egro.elpmaxe"] }],
  ["a link in a parameter", { extraParameters: { tenant: "[x](command:y)" } }],
  ["a host that does not fit on the screen", { hostOverride: `https://${"a.".repeat(120)}example.com` }],
  ["a command", { flow: "command", command: "curl" }],
  ["a key file", { clientKeyFile: "/home/me/key.pem" }],
  ["an MCP server", { mcpUrl: "https://elsewhere.example/mcp" }],
  ["a plain http server", { hostOverride: "http://lance.example.com" }],
] as const) {
  test(`${what} is refused`, () => {
    assert.throws(() => readSuggestion({ ...least, ...change }), { code: "invalid_configuration" });
  });
}

test("fields that no connection has are not taken over", () => {
  assert.deepEqual(readSuggestion({ ...least, clientSecret: "s", command: "x" }).entry, least);
});

test("the same content has the same fingerprint, and another one another", async () => {
  const turned = Object.fromEntries(Object.entries(least).toReversed());
  const [one, same, other] = await Promise.all(
    [least, turned, { ...least, clientId: "b" }].map((entry) => fingerprint(readSuggestion(entry))),
  );
  assert.deepEqual([one === same, one === other], [true, false]);
});

test("a connection of that name stays, whether it is the same or another", () => {
  const suggestion = readSuggestion(least);
  const moved = parseConnection({ ...least, hostOverride: "https://mine.example.com" });
  assert.deepEqual(
    [[], [parseConnection(least)], [moved]].map((present) => standingOf(suggestion, present).state),
    ["new", "there", "taken"],
  );
});

test("a suggestion that would send a sign-in one has to another server says so", () => {
  const mine = parseConnection({ ...least, name: "mine", hostOverride: "https://mine.example.com" });
  const suggestion = readSuggestion(least);
  const standing = standingOf(suggestion, [mine]);
  assert.match(detailOf(suggestion, standing), /uses the sign-in of your connection “mine”: this server would get/);
});
