// What may be written after lancedb-auth.
import assert from "node:assert/strict";
import { test } from "node:test";
import { parseCommandLine, usage, UsageError } from "../../../src/clients/cli/commandLine.ts";

const none = { connection: undefined, uri: undefined };

for (const [argv, expected] of [
  [[], { command: "help", ...none }],
  [["--help"], { command: "help", ...none }],
  [["token"], { command: "token", ...none }],
  [["token", "--connection", "a b"], { command: "token", connection: "a b", uri: undefined }],
  [["headers"], { command: "headers", format: "plain", expires: false, ...none }],
  [["headers", "--json"], { command: "headers", format: "json", expires: false, ...none }],
  [["headers", "--format", "adbc", "--expires"], { command: "headers", format: "adbc", expires: true, ...none }],
  [
    ["gateway"],
    {
      ...{ command: "gateway", port: 0, bind: undefined, ticketFile: undefined, readOnly: false, program: [], ...none },
      env: ["LANCEDB_HOST", "LANCEDB_GATEWAY_URL"],
    },
  ],
  [
    ["gateway", "--port", "8080", "--env", "A", "--env", "B", "--read-only", "--ticket-file", "t", "--", "x", "--port"],
    {
      ...{ command: "gateway", port: 8080, bind: undefined, ticketFile: "t", readOnly: true, ...none },
      ...{ env: ["A", "B"], program: ["x", "--port"] },
    },
  ],
  [["issuer", "--", "x"], { command: "issuer", port: 0, env: "LANCEDB_OAUTH", program: ["x"], ...none }],
  [["headers", "--curl"], { command: "headers", format: "curl", expires: false, ...none }],
  [["status"], { command: "status", json: false, ...none }],
  [["exec", "--", "env", "--help"], { command: "exec", env: "LANCEDB_TOKEN", program: ["env", "--help"], ...none }],
  [["exec", "--env", "TOK", "--", "x"], { command: "exec", env: "TOK", program: ["x"], ...none }],
] as const) {
  test(`lancedb-auth ${argv.join(" ")} is understood`, () => {
    assert.deepEqual({ ...parseCommandLine(argv) }, expected);
  });
}

for (const argv of [
  ["tokens"],
  ["token", "x"],
  ["token", "--nope"],
  ["exec"],
  ["exec", "--env", "A B", "--", "x"],
  ["gateway", "--port", "70000"],
  ["headers", "--format", "xml"],
]) {
  test(`lancedb-auth ${argv.join(" ")} is refused with a sentence`, () => {
    assert.throws(() => parseCommandLine(argv), UsageError);
  });
}

test("the usage fits a terminal of 80 columns", () => {
  assert.deepEqual(
    usage.split("\n").filter((line) => line.length > 80),
    [],
  );
});
