// A connection with an API key: unchanged Python and Node programs and the command line tool send it as x-api-key, and no token.
// Real clients, real LanceDB server.
import assert from "node:assert/strict";
import { symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import type { LanceDbRequest } from "../support/servers/lancedbServer.ts";
import { startSession, type Ended, type Session } from "../support/session.ts";
import { root } from "../support/runner/tools.ts";

/** Not what a bearer token could be made of. */
const apiKey = "sk_test:penguin!7$key==";

let session: Session;
before(async () => {
  session = await startSession({
    apiKey,
    connections: (host) => [{ name: "keyed", uri: "db://demo", hostOverride: host, flow: "api_key" }],
  });
  await symlink(join(root, "node_modules"), join(session.folder, "node_modules"));
});
after(() => session[Symbol.asyncDispose]());

async function runs(name: string, lines: readonly string[], program: string): Promise<Ended> {
  await writeFile(join(session.folder, name), lines.join("\n"));
  return session.run(program, [join(session.folder, name)]);
}

/** What the server saw since, each kind once. */
function seenSince(from: number): readonly string[] {
  const described = ({ status, authorization, sentApiKey, credentialType }: LanceDbRequest): string =>
    `${status} ${sentApiKey ? "key" : "no key"} ${authorization}${credentialType}`.trim();
  return [...new Set(session.lancedb.requests.slice(from).map(described))];
}

const countInPython = 'lancedb.connect("db://demo").open_table("penguins").count_rows()';
const countInNode = 'await (await (await connect("db://demo")).openTable("penguins")).countRows()';

test("an unchanged Python program sends the key and nothing else", async (context) => {
  if (session.python === undefined) {
    context.skip("no Python");
    return;
  }
  const from = session.lancedb.requests.length;
  const { code, stdout } = await runs("count.py", ["import lancedb", `print(${countInPython})`], session.python);
  assert.deepEqual([code, stdout.trim(), seenSince(from)], [0, "342", ["200 key"]]);
});

test("an unchanged Node program sends the key and nothing else", async () => {
  const from = session.lancedb.requests.length;
  const lines = ['import { connect } from "@lancedb/lancedb";', `console.log(${countInNode});`];
  const { code, stdout } = await runs("count.mjs", lines, process.execPath);
  assert.deepEqual([code, stdout.trim(), seenSince(from)], [0, "342", ["200 key"]]);
});

test("a Node program that asks for options itself gets the key", async () => {
  const from = session.lancedb.requests.length;
  const lines = [
    'import { connect } from "@lancedb/lancedb";',
    'import { connectOptions } from "lancedb-auth";',
    'const db = await connect("db://demo", await connectOptions({ uri: "db://demo" }));',
    'console.log(await (await db.openTable("penguins")).countRows());',
  ];
  const { code, stdout } = await runs("explicit.mjs", lines, process.execPath);
  assert.deepEqual([code, stdout.trim(), seenSince(from)], [0, "342", ["200 key"]]);
});

test("the command line tool prints the key's header, and no expiry", async () => {
  const [headers, token] = [
    await session.run("lancedb-auth", ["headers"]),
    await session.run("lancedb-auth", ["token"]),
  ];
  const status = await session.run("lancedb-auth", ["status"]);
  assert.deepEqual(
    [headers.stdout, token.stdout, status.stdout],
    [`x-api-key: ${apiKey}\n`, `${apiKey}\n`, "* keyed  db://demo  signed in\n"],
  );
});

test("a foreign host does not get the key", async () => {
  const lines = [
    'import { headers } from "lancedb-auth";',
    'console.log(await headers({ uri: "db://demo", host: "https://evil.example" }).catch(({ code }) => code));',
  ];
  assert.equal((await runs("foreign.mjs", lines, process.execPath)).stdout.trim(), "forbidden");
});
