// api_key="lancedb-auth": what a program says to a framework that insists on a key. It stands for none, never reaches a server, and
// where there is no session the program says what is missing. Real clients, real servers.
import assert from "node:assert/strict";
import { symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { startRecorder, type Recorder } from "../support/recorder.ts";
import { startSession, type Ended, type RunOptions, type Session } from "../support/session.ts";
import { root } from "../support/runner/tools.ts";

let session: Session;
let recorder: Recorder;
before(async () => {
  [session, recorder] = await Promise.all([startSession(), startRecorder()]);
  await symlink(join(root, "node_modules"), join(session.folder, "node_modules"));
});
after(() => Promise.all([session[Symbol.asyncDispose](), recorder.close()]));

let programs = 0;

async function node(lines: readonly string[], options: RunOptions = {}): Promise<Ended> {
  const path = join(session.folder, `program${String(programs++)}.mjs`);
  await writeFile(path, ['import { connect } from "@lancedb/lancedb";', ...lines].join("\n"));
  return session.run(process.execPath, [path], options);
}

async function python(lines: readonly string[], options: RunOptions = {}): Promise<Ended | undefined> {
  if (session.python === undefined) return undefined;
  const path = join(session.folder, `program${String(programs++)}.py`);
  await writeFile(path, ["import asyncio, os, lancedb", ...lines].join("\n"));
  const env = { PYTHONWARNINGS: "ignore", ...options.env };
  return session.run(session.python, [path], { ...options, env });
}

/** What a program said, and whether the server saw a key meanwhile. */
async function withServer(run: () => Promise<Ended | undefined>): Promise<unknown> {
  const from = session.lancedb.requests.length;
  const ended = await run();
  if (ended === undefined) return undefined;
  const sentKey = session.lancedb.requests.slice(from).some(({ sentApiKey }) => sentApiKey);
  return { code: ended.code, stdout: ended.stdout.trim(), stderr: ended.stderr.trim(), sentKey };
}

const good = { code: 0, stdout: "342", stderr: "", sentKey: false };
const counts = ['print(db.open_table("penguins").count_rows())'];
const countsNode = ['console.log(await (await db.openTable("penguins")).countRows());'];

for (const [name, lines, env] of [
  ["in the call", ['db = lancedb.connect("db://demo", api_key="lancedb-auth")'], {}],
  ["in LANCEDB_API_KEY", ['db = lancedb.connect("db://demo")'], { LANCEDB_API_KEY: "lancedb-auth" }],
  [
    "in LANCE_API_KEY, which a framework hands on",
    ['db = lancedb.connect("db://demo", api_key=os.environ["LANCE_API_KEY"])'],
    { LANCE_API_KEY: "lancedb-auth" },
  ],
  [
    "beside headers of the caller's own",
    [
      "from lancedb_auth import header_provider",
      'own = {"header_provider": header_provider("db://demo")}',
      `db = lancedb.connect("db://demo", api_key="lancedb-auth", host_override=os.environ["HOST"], client_config=own)`,
    ],
    {},
  ],
] as const) {
  test(`Python: the placeholder ${name} is the window's token, and reaches no server`, async (context) => {
    const said = await withServer(() => python([...lines, ...counts], { env: { ...env, HOST: session.lancedb.host } }));
    if (said === undefined) context.skip("no Python");
    else assert.deepEqual(said, good);
  });
}

test("Python: the placeholder in connect_async is the window's token as well", async (context) => {
  const said = await withServer(() =>
    python([
      "async def main():",
      '    db = await lancedb.connect_async("db://demo", api_key="lancedb-auth")',
      '    print(await (await db.open_table("penguins")).count_rows())',
      "asyncio.run(main())",
    ]),
  );
  if (said === undefined) context.skip("no Python");
  else assert.deepEqual(said, good);
});

for (const [name, lines, env] of [
  ["in the call", ['const db = await connect("db://demo", { apiKey: "lancedb-auth" });'], {}],
  [
    "in LANCEDB_API_KEY",
    ['const db = await connect("db://demo", { apiKey: process.env.LANCEDB_API_KEY });'],
    { LANCEDB_API_KEY: "lancedb-auth" },
  ],
  [
    "beside OAuth of the caller's own",
    [
      'import { connectOptions } from "lancedb-auth";',
      'const db = await connect("db://demo", { ...(await connectOptions()), apiKey: "lancedb-auth" });',
    ],
    {},
  ],
] as const) {
  test(`Node: the placeholder ${name} is the window's token, and reaches no server`, async () => {
    assert.deepEqual(await withServer(() => node([...lines, ...countsNode], { env })), good);
  });
}

const foreign = 'connect("db://demo", api_key="lancedb-auth", host_override=os.environ["HOST"])';

test("where the window does not know the host, the program says so, and neither key nor token is sent", async (context) => {
  const from = recorder.seen.length;
  const env = { HOST: recorder.host };
  const ended = await Promise.all([
    python([`lancedb.${foreign}.table_names()`], { env }),
    node(
      ['const db = await connect("db://demo", { apiKey: "lancedb-auth", hostOverride: process.env.HOST });'].concat(
        "await db.tableNames();",
      ),
      { env },
    ),
  ]);
  if (ended[0] === undefined) context.diagnostic("no Python");
  for (const each of ended)
    if (each !== undefined)
      assert.deepEqual([each.code, each.stderr.includes("belongs to another host: no token is given")], [1, true]);
  assert.equal(recorder.seen.length, from);
});

test("Python: without a session, where the hook is there all the same, the program says what is missing", async (context) => {
  const lines = [`lancedb.${foreign}`];
  // The package is installed in an environment of its own, and the program runs outside of VS Code.
  const install = [
    "import sys",
    'sys.path.append(os.environ["PACKAGE"])',
    "from lancedb_auth._hook import complete",
    "complete(lancedb)",
  ];
  const ended = await python([...install, ...lines], {
    env: {
      HOST: recorder.host,
      LANCEDB_AUTH_SESSION: undefined,
      PYTHONPATH: undefined,
      PACKAGE: session.clients.pythonExplicit,
    },
  });
  if (ended === undefined) context.skip("no Python");
  else {
    const last = ended.stderr.trim().split("\n").at(-1) ?? "";
    assert.deepEqual([ended.code, /LanceDBAuthError: .*VS Code.*\.$/.test(last), recorder.seen.length], [1, true, 0]);
  }
});
