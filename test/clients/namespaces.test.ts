// Unchanged programs that reach LanceDB by a REST namespace, over the end of a token: connectNamespace in Node, and Python's ways. Real
// clients, a real server that checks the token of each request.
import assert from "node:assert/strict";
import { symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { ensurePythonCell, findPythons, NotServed, pythonClients } from "../support/runner/clientMatrix.ts";
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

const program = `
import asyncio, os, pickle, sys, time, lancedb

host = os.environ["HOST"]
properties = {"uri": host, "headers.x-lancedb-database": "demo"}
asks = []
if hasattr(lancedb, "connect_namespace"):
    db = lancedb.connect_namespace("rest", properties)
    asks += [lambda: list(db.table_names()), lambda: db.open_table("penguins").count_rows()]
if "NEWEST" in os.environ:
    import lance_namespace
    from lance_namespace import ListTablesRequest

    every = ListTablesRequest(id=[])
    by_option = lancedb.connect(namespace_client_impl="rest", namespace_client_properties=properties)
    namespace = lance_namespace.connect("rest", properties)
    own = lancedb.connect("db://demo").namespace_client()

    async def asynchronous():
        named = lancedb.connect_namespace_async(
            namespace_client_impl="rest", namespace_client_properties=properties
        )
        remote = await lancedb.connect_async("db://demo")
        return [await named.table_names(), (await remote.namespace_client()).list_tables(every).tables]

    asks += [
        lambda: by_option.table_names(),
        lambda: namespace.list_tables(every).tables,
        lambda: own.list_tables(every).tables,
        lambda: asyncio.run(asynchronous()),
        lambda: host in by_option.serialize(),
    ]
for ask in asks:
    print(ask())
if asks:
    time.sleep(11)
for ask in asks:
    print(ask())
print(properties == {"uri": host, "headers.x-lancedb-database": "demo"})
`;

const names = "['penguins']";
const newest = [names, "342", names, names, names, `[${names}, ${names}]`, "True"];
const pythons = (await findPythons()).slice(-1);
const isWhole = process.env["CLIENT_MATRIX"] === "all";
if (pythons.length === 0) test("Python", { skip: "this machine has no Python 3.9 or newer" }, () => undefined);

/** Before 0.34 lancedb's own connect_namespace needs pylance, and takes another way. */
const served = pythonClients.filter((client) => Number(client.split(".")[1]) >= 34);

for (const interpreter of pythons) {
  for (const client of isWhole ? served : served.slice(-1)) {
    const isNewest = client === pythonClients.at(-1);
    const ways = isNewest ? "every way to a namespace" : "connect_namespace";
    test(`Python with lancedb ${client}: ${ways} lists and reads over the end of a token`, async (context) => {
      const beside = isNewest ? ["pylance==14.0.2"] : [];
      const cell = await ensurePythonCell(interpreter, client, beside).catch((error: unknown) => error);
      if (cell instanceof NotServed) {
        context.skip(cell.message);
        return;
      }
      if (typeof cell !== "string") throw cell;
      const from = session.lancedb.requests.length;
      const path = join(session.folder, `namespaces${client}.py`);
      await writeFile(path, program);
      const env = { HOST: session.lancedb.host, PYTHONWARNINGS: "ignore", ...(isNewest ? { NEWEST: "1" } : {}) };
      const { code, stdout, stderr } = await session.run(cell, [path], { env });
      const lines = stdout.trim().split("\n");
      const each = isNewest ? newest : [names, "342"];
      const seen = session.lancedb.requests.slice(from).map(({ status, sentApiKey }) => [status, sentApiKey].join());
      assert.deepEqual(
        { code, lines, stderr, seen: new Set(seen) },
        { code: 0, lines: [...each, ...each, "True"], stderr: "", seen: new Set(["200,false"]) },
      );
    });
  }
}

test("Python: another server, and credentials of the caller's own, are left as they are", async (context) => {
  if (session.python === undefined) {
    context.skip("no Python");
    return;
  }
  const given = ["{}", '{"headers.authorization": "Bearer mine"}', '{"header.x-api-key": "mine"}'];
  const from = recorder.seen.length;
  const path = join(session.folder, "left.py");
  const lines = given.map((each) => `ask(lancedb.connect_namespace("rest", dict(${each}, uri=os.environ["HOST"])))`);
  const ask = "def ask(db):\n    try:\n        db.table_names()\n    except Exception:\n        pass";
  await writeFile(path, ["import os, lancedb", ask, ...lines].join("\n"));
  await session.run(session.python, [path], { env: { HOST: recorder.host, PYTHONWARNINGS: "ignore" } });
  assert.deepEqual(
    new Set(recorder.seen.slice(from).map((each) => JSON.stringify(each))),
    new Set([
      JSON.stringify({ authorization: "", apiKey: "" }),
      JSON.stringify({ authorization: "Bearer mine", apiKey: "" }),
      JSON.stringify({ authorization: "", apiKey: "mine" }),
    ]),
  );
});
