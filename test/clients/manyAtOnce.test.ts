// Many programs, and several connections, at the same moment: one token for each connection, and to each host its own.
import assert from "node:assert/strict";
import { symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { openGate } from "../support/servers/gate.ts";
import { startRecorder, type Recorder } from "../support/recorder.ts";
import { startSession, type Session } from "../support/session.ts";
import { root } from "../support/runner/tools.ts";

test("a hundred Node processes that start at once cause one token request and no failure", async () => {
  await using session = await startSession();
  await using gate = await openGate(100);
  const script = join(session.folder, "ask.cjs");
  const ask = 'require("lancedb-auth").headers().then((found) => console.log(Object.keys(found).length))';
  await writeFile(script, `require("node:net").connect(${gate.port}, "127.0.0.1").resume().on("end", () => ${ask});`);
  const ended = await Promise.all(Array.from({ length: 100 }, () => session.run(process.execPath, [script])));
  assert.deepEqual(
    [ended.filter(({ stdout }) => stdout !== "2\n"), session.authorization.tokenRequests.length],
    [[], 1],
  );
});

/** One name of a database on two hosts, each a connection with a scope of its own. */
async function twoHosts(
  use: (session: Session, hosts: { readonly HOST_A: string; readonly HOST_B: string }) => Promise<void>,
): Promise<readonly (string | undefined)[]> {
  const [a, b] = [await startRecorder(), await startRecorder()];
  const connection = { uri: "db://demo", flow: "client_credentials" } as const;
  try {
    await using session = await startSession({
      connections: () => [
        { ...connection, name: "reader", hostOverride: a.host, scopes: ["lancedb:read"] },
        { ...connection, name: "writer", hostOverride: b.host, scopes: ["lancedb:write"] },
      ],
    });
    await use(session, { HOST_A: a.host, HOST_B: b.host });
    return [scopeOf(a), scopeOf(b)];
  } finally {
    await Promise.all([a.close(), b.close()]);
  }
}

/** The scope of the token in the first request. */
function scopeOf({ seen }: Recorder): string | undefined {
  const claims = (seen[0]?.authorization ?? "").split(".")[1] ?? "";
  return parseScope(Buffer.from(claims, "base64url").toString() || "{}");
}

function parseScope(claims: string): string | undefined {
  return (JSON.parse(claims) as { scope?: string }).scope;
}

test("one database name on two hosts gives a Node program two tokens, each to its host", async () => {
  const scopes = await twoHosts(async (session, hosts) => {
    await symlink(join(root, "node_modules"), join(session.folder, "node_modules"), "junction");
    const script = join(session.folder, "two.mjs");
    const lines = [
      'import { connect } from "@lancedb/lancedb";',
      "const { HOST_A, HOST_B } = process.env;",
      'const both = await Promise.all([HOST_B, HOST_A].map((hostOverride) => connect("db://demo", { hostOverride })));',
      "await Promise.allSettled(both.map((each) => each.tableNames()));",
    ];
    await writeFile(script, lines.join("\n"));
    assert.equal((await session.run(process.execPath, [script], { env: hosts })).code, 0);
  });
  assert.deepEqual(scopes, ["lancedb:read", "lancedb:write"]);
});

test("one database name on two hosts gives a Python program two tokens, each to its host", async (context: TestContext) => {
  const scopes = await twoHosts(async (session, hosts) => {
    if (session.python === undefined) {
      context.skip("no Python");
      return;
    }
    const script = join(session.folder, "two.py");
    const lines = [
      "import os, lancedb",
      'both = [lancedb.connect("db://demo", host_override=os.environ[name]) for name in ("HOST_B", "HOST_A")]',
      "for each in both:",
      "  try: list(each.table_names())",
      "  except Exception: pass",
    ];
    await writeFile(script, lines.join("\n"));
    assert.equal((await session.run(session.python, [script], { env: hosts })).code, 0);
  });
  // Nothing was sent where the machine has no Python.
  if (scopes.some((scope) => scope !== undefined)) assert.deepEqual(scopes, ["lancedb:read", "lancedb:write"]);
});
