// Unchanged programs that reach LanceDB by a REST namespace, over the end of a token: connectNamespace in Node, and Python's ways. Real
// clients, a real server that checks the token of each request.
import assert from "node:assert/strict";
import { symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { startRecorder, type Recorder } from "../support/recorder.ts";
import { startSession, type Ended, type Session } from "../support/session.ts";
import { root } from "../support/runner/tools.ts";

let session: Session;
let recorder: Recorder;
before(async () => {
  [session, recorder] = await Promise.all([startSession({ accessTokenSeconds: 10 }), startRecorder()]);
  await symlink(join(root, "node_modules"), join(session.folder, "node_modules"));
});
after(() => Promise.all([session[Symbol.asyncDispose](), recorder.close()]));

let programs = 0;

async function node(lines: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ended> {
  const path = join(session.folder, `program${String(programs++)}.mjs`);
  await writeFile(path, ['import { connectNamespace } from "@lancedb/lancedb";', ...lines].join("\n"));
  return session.run(process.execPath, [path], { env: { HOST: session.lancedb.host, ...env } });
}

const outcome = ({ code, stdout, stderr }: Ended): unknown => ({ code, stdout: stdout.trim(), stderr: stderr.trim() });

test("Node: connectNamespace lists and reads over the end of its token, keeps the database, and the program ends", async () => {
  const from = session.lancedb.requests.length;
  const ended = await node([
    'const properties = { uri: process.env.HOST, "headers.x-lancedb-database": "demo" };',
    'const db = await connectNamespace("rest", properties);',
    "console.log(await db.tableNames(), JSON.stringify(Object.keys(properties)));",
    'console.log(await (await db.openTable("penguins")).countRows());',
    "await new Promise((resolve) => setTimeout(resolve, 11_000));",
    "console.log(await db.tableNames());",
  ]);
  const seen = session.lancedb.requests.slice(from);
  assert.deepEqual(
    [outcome(ended), new Set(seen.map(({ status, database, sentApiKey }) => [status, database, sentApiKey].join()))],
    [
      {
        code: 0,
        stdout: `[ 'penguins' ] ["uri","headers.x-lancedb-database"]\n342\n[ 'penguins' ]`,
        stderr: "",
      },
      new Set(["200,demo,false"]),
    ],
  );
});

for (const [name, properties, seen] of [
  ["a server that the window does not know", {}, { authorization: "", apiKey: "" }],
  [
    "credentials of the caller's own",
    { "headers.authorization": "Bearer mine" },
    { authorization: "Bearer mine", apiKey: "" },
  ],
  ["an API key of the caller's own", { "header.x-api-key": "mine" }, { authorization: "", apiKey: "mine" }],
] as const) {
  test(`Node: ${name}: nothing is changed`, async () => {
    const from = recorder.seen.length;
    const given = JSON.stringify(properties);
    await node(
      [
        `const db = await connectNamespace("rest", { uri: process.env.HOST, ...${given} });`,
        "await db.tableNames().catch(() => undefined);",
      ],
      { HOST: recorder.host },
    );
    assert.deepEqual(recorder.seen[from], seen);
  });
}
