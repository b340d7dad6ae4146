// Unchanged Python programs in a terminal's environment: they connect, whoever brings credentials keeps them, and nobody else
// notices. Real interpreter, real LanceDB client, real servers.
import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { after, before, test, type TestContext } from "node:test";
import { startRecorder, type Recorder } from "../support/recorder.ts";
import { openGate } from "../support/servers/gate.ts";
import { startSession, type Ended, type RunOptions, type Session } from "../support/session.ts";

let session: Session;
let recorder: Recorder;
before(async () => {
  recorder = await startRecorder();
  const recorded = { name: "recorded", uri: "db://recorded", hostOverride: recorder.host };
  session = await startSession({
    connections: (host) => [{ name: "demo", uri: "db://demo", hostOverride: host }, recorded],
  });
});
after(() => Promise.all([session[Symbol.asyncDispose](), recorder.close()]));

/** Runs the lines as a script; undefined, and the test skipped, where the machine has no fit Python. */
async function python(
  context: TestContext,
  lines: readonly string[],
  options: RunOptions = {},
): Promise<Ended | undefined> {
  if (session.python === undefined) {
    context.skip("no Python");
    return undefined;
  }
  const script = join(session.folder, `program${context.name.replaceAll(/\W+/g, "_")}.py`);
  await writeFile(script, lines.join("\n"));
  return session.run(session.python, [script], options);
}

/** What the program printed, and what it wrote to stderr besides warnings of LanceDB itself. */
function said({ code, stdout, stderr }: Ended): unknown {
  const complaints = stderr.split("\n").filter((line) => line !== "" && !/Warning|^ {2}/.test(line));
  return { code, lines: stdout.trim().split("\n"), complaints };
}

const connectAndList = ["import lancedb", 'print(lancedb.connect("db://demo").open_table("penguins").count_rows())'];

test("connect needs neither key nor host", async (context) => {
  const ended = await python(context, connectAndList);
  if (ended !== undefined) assert.deepEqual(said(ended), { code: 0, lines: ["342"], complaints: [] });
});

test("connect_async does, too", async (context) => {
  const ended = await python(context, [
    "import asyncio",
    "from lancedb import connect_async",
    "async def main():",
    '  table = await (await connect_async("db://demo")).open_table("penguins")',
    "  print(await table.count_rows())",
    "asyncio.run(main())",
  ]);
  if (ended !== undefined) assert.deepEqual(said(ended), { code: 0, lines: ["342"], complaints: [] });
});

test("the server gets the token with its kind, and no API key", async (context) => {
  const from = session.lancedb.requests.length;
  const ended = await python(context, connectAndList);
  const seen = session.lancedb.requests.slice(from).map(({ authorization, credentialType, sentApiKey }) => {
    return [authorization, credentialType, sentApiKey];
  });
  if (ended !== undefined) assert.deepEqual(seen[0], ["bearer", "oidc", false]);
});

const guarded = (connect: string): string[] => [
  "import os, lancedb",
  "from lancedb.remote import ClientConfig",
  "class Own:",
  "  def get_headers(self): return {'authorization': 'Bearer own'}",
  "try:",
  `  db = ${connect}`,
  "  print(list(db.table_names()))",
  "except Exception as error: print(type(error).__name__, str(error))",
];

for (const [what, options, expected] of [
  ["nothing", "", [/^Bearer ey/, /^$/]],
  ["an empty key", 'api_key=""', [/^Bearer ey/, /^$/]],
  ["an API key", 'api_key="mine"', [/^$/, /^mine$/]],
  ["a header provider", 'api_key="", client_config=ClientConfig(header_provider=Own())', [/^Bearer own$/, /^$/]],
  ["a header provider in a dict", 'api_key="", client_config={"header_provider": Own()}', [/^Bearer own$/, /^$/]],
  ["a header", 'api_key="", client_config={"extra_headers": {"Authorization": "Bearer own"}}', [/^Bearer own$/, /^$/]],
  ["a key as a header", 'api_key="", client_config={"extra_headers": {"x-api-key": "mine"}}', [/^$/, /^mine$/]],
] as const) {
  test(`a caller who brings ${what} is heard`, async (context) => {
    const from = recorder.seen.length;
    const lines = guarded(`lancedb.connect("db://recorded", host_override=os.environ["HOST"], ${options})`);
    const ended = await python(context, lines, { env: { HOST: recorder.host } });
    if (ended === undefined) return;
    const { authorization = "none", apiKey = "none" } = recorder.seen[from] ?? {};
    assert.deepEqual([expected[0].test(authorization), expected[1].test(apiKey)], [true, true]);
  });
}

test("LANCEDB_API_KEY wins", async (context) => {
  const from = session.answers.length;
  await python(context, guarded('lancedb.connect("db://demo", host_override="http://127.0.0.1:9")'), {
    env: { LANCEDB_API_KEY: "mine", LANCE_CLIENT_CONNECT_RETRIES: "0" },
  });
  if (session.python !== undefined) assert.equal(session.answers.length, from);
});

test("a foreign host gets no token", async (context) => {
  const from = recorder.seen.length;
  const ended = await python(
    context,
    guarded('lancedb.connect("db://demo", host_override=os.environ["HOST"], api_key="")'),
    {
      env: { HOST: recorder.host },
    },
  );
  if (ended !== undefined) assert.deepEqual(recorder.seen[from], { authorization: "", apiKey: "" });
});

test("a database that no connection matches passes through untouched", async (context) => {
  const ended = await python(context, guarded('lancedb.connect("db://other")'));
  const lines = ["ValueError api_key is required to connect to LanceDB cloud: db://other"];
  if (ended !== undefined) assert.deepEqual(said(ended), { code: 0, lines, complaints: [] });
});

test("a local database never asks the window", async (context) => {
  const from = session.answers.length;
  const ended = await python(context, ["import lancedb", 'print(list(lancedb.connect("./local").table_names()))']);
  if (ended !== undefined)
    assert.deepEqual([said(ended), session.answers.length - from], [{ code: 0, lines: ["[]"], complaints: [] }, 0]);
});

test("a program that knows nothing of LanceDB prints nothing more and loads nothing of ours", async (context) => {
  const ended = await python(context, ["import sys", 'print(sorted(m for m in sys.modules if "lancedb" in m))']);
  if (ended !== undefined)
    assert.deepEqual(said(ended), { code: 0, lines: ["['_lancedb_auth_finder']"], complaints: [] });
});

test("a sitecustomize that ours shadows runs, and is the one that others see", async (context) => {
  const theirs = join(session.folder, "their folder");
  await mkdir(theirs, { recursive: true });
  await writeFile(join(theirs, "sitecustomize.py"), "import builtins\nbuiltins.theirs = __name__\nvalue = 7\n");
  const env = { PYTHONPATH: `${session.env["PYTHONPATH"] ?? ""}${theirs}` };
  const ended = await python(
    context,
    ["import sitecustomize", "print(theirs, sitecustomize.value)", ...connectAndList],
    { env },
  );
  if (ended !== undefined)
    assert.deepEqual(said(ended), { code: 0, lines: ["sitecustomize 7", "342"], complaints: [] });
});

test("an error in a shadowed sitecustomize is reported as it always was", async (context) => {
  const theirs = join(session.folder, "broken");
  await mkdir(theirs, { recursive: true });
  await writeFile(join(theirs, "sitecustomize.py"), 'raise ValueError("theirs")\n');
  const alone = await python(context, ["print(1)"], { env: { PYTHONPATH: theirs } });
  const shadowed = await python(context, ["print(1)"], {
    env: { PYTHONPATH: `${session.env["PYTHONPATH"] ?? ""}${theirs}` },
  });
  if (alone !== undefined && shadowed !== undefined) assert.deepEqual(said(shadowed), said(alone));
});

test("the user's PYTHONPATH is kept, whatever it holds", async (context) => {
  const theirs = [join(session.folder, 'with "quotes" and spaces'), join(session.folder, "plain")];
  const env = { PYTHONPATH: (session.env["PYTHONPATH"] ?? "") + theirs.join(delimiter) };
  const ended = await python(context, ["import sys", "print([p for p in sys.path if 'plain' in p or 'quotes' in p])"], {
    env,
  });
  const path = JSON.stringify(theirs).replaceAll(String.raw`\"`, '"');
  if (ended !== undefined)
    assert.equal(ended.stdout.replaceAll(/["'\\ ]/g, ""), `${path.replaceAll(/["'\\ ]/g, "")}\n`);
});

test("an unset PYTHONPATH does not become the current folder", async (context) => {
  const trap = join(session.folder, "trap");
  await mkdir(trap, { recursive: true });
  await writeFile(join(trap, "colorsys.py"), 'print("trapped")\n');
  const lines = [
    "import os, sys, colorsys",
    'print(os.getcwd() in sys.path, os.environ["PYTHONPATH"][-1] == os.pathsep)',
  ];
  const ended = await python(context, lines, { cwd: trap });
  if (ended !== undefined) assert.deepEqual(said(ended), { code: 0, lines: ["False False"], complaints: [] });
});

test("importlib.reload leaves the connection functions complete", async (context) => {
  const ended = await python(context, ["import importlib, lancedb", "importlib.reload(lancedb)", ...connectAndList]);
  if (ended !== undefined) assert.deepEqual(said(ended), { code: 0, lines: ["342"], complaints: [] });
});

test("processes that are forked and spawned connect, a provider travels with them", async (context) => {
  const ended = await python(context, [
    "import multiprocessing, sys, warnings",
    'warnings.simplefilter("ignore")',
    "from lancedb_auth import header_provider",
    "def count(provider):",
    "  import lancedb",
    '  provider.get_headers()["authorization"]',
    '  return lancedb.connect("db://demo").open_table("penguins").count_rows()',
    'if __name__ == "__main__":',
    "  import lancedb",
    '  provider = header_provider("db://demo")',
    '  provider.get_headers()["authorization"]',
    '  for method in ("fork", "spawn"):',
    "    with multiprocessing.get_context(method).Pool(2) as pool: print(method, pool.map(count, [provider] * 3))",
  ]);
  if (ended !== undefined) {
    assert.deepEqual(said(ended), {
      code: 0,
      lines: ["fork [342, 342, 342]", "spawn [342, 342, 342]"],
      complaints: [],
    });
  }
});

test("a serialised connection holds no token and connects again where it is read", async (context) => {
  const ended = await python(context, [
    "import lancedb",
    'text = lancedb.connect("db://demo").serialize()',
    'print("Bearer" in text, lancedb.deserialize_conn(text).open_table("penguins").count_rows())',
  ]);
  if (ended !== undefined) assert.deepEqual(said(ended), { code: 0, lines: ["False 342"], complaints: [] });
});

test("forty threads that start at once cause no second token request", async (context) => {
  const from = session.authorization.tokenRequests.length;
  const ended = await python(context, [
    "from concurrent.futures import ThreadPoolExecutor",
    "import lancedb",
    "def count(_): return lancedb.connect('db://demo').open_table('penguins').count_rows()",
    "with ThreadPoolExecutor(40) as pool: print(set(pool.map(count, range(40))))",
  ]);
  const requests = session.authorization.tokenRequests.length - from;
  if (ended !== undefined)
    assert.deepEqual([said(ended), requests <= 1], [{ code: 0, lines: ["{342}"], complaints: [] }, true]);
});

test("a hundred processes that start at once cause one token request and no failure", async (context) => {
  if (session.python === undefined) {
    context.skip("no Python");
    return;
  }
  const program = session.python;
  for (const { provider } of session.connections) provider.signOut();
  const from = session.authorization.tokenRequests.length;
  await using gate = await openGate(100);
  const script = `
import socket
from lancedb_auth import header_provider
with socket.create_connection(("127.0.0.1", ${gate.port})) as connection:
    connection.recv(1)
print(len(header_provider("db://demo").get_headers()))
`;
  const ended = await Promise.all(Array.from({ length: 100 }, () => session.run(program, ["-c", script])));
  assert.deepEqual(
    [ended.filter(({ stdout }) => stdout !== "2\n"), session.authorization.tokenRequests.length - from],
    [[], 1],
  );
});

test("a catalog on the connection's host gets the token", async (context) => {
  const from = recorder.seen.length;
  const lines = guarded('lancedb.connect_catalog(os.environ["HOST"])').map((line) =>
    line.replace("table_names", "list_databases"),
  );
  const ended = await python(context, lines, { env: { HOST: recorder.host } });
  if (ended !== undefined) assert.match(recorder.seen[from]?.authorization ?? "", /^Bearer ey/);
});

test("explicit use needs no hook", async (context) => {
  await using own = await startSession({ autoConnect: "off" });
  if (own.python === undefined) {
    context.skip("no Python");
    return;
  }
  const script = join(own.folder, "explicit.py");
  const lines = [
    "import lancedb, sys",
    "from lancedb_auth import header_provider",
    'config = {"header_provider": header_provider("db://demo")}',
    `db = lancedb.connect("db://demo", api_key="", host_override="${own.lancedb.host}", client_config=config)`,
    'print(db.open_table("penguins").count_rows(), "_lancedb_auth_finder" in sys.modules)',
  ];
  await writeFile(script, lines.join("\n"));
  assert.deepEqual(said(await own.run(own.python, [script])), { code: 0, lines: ["342 False"], complaints: [] });
});

test("with the window closed for some time there is one clear exception within two seconds", async (context) => {
  await using own = await startSession();
  if (own.python === undefined) {
    context.skip("no Python");
    return;
  }
  await own.closeWindow({ longAgo: true });
  const script = join(own.folder, "closed.py");
  const lines = [
    "import time, lancedb",
    "start = time.monotonic()",
    'try: lancedb.connect("db://demo")',
    "except Exception as error: print(type(error).__name__, error, '|', time.monotonic() - start < 2)",
  ];
  await writeFile(script, lines.join("\n"));
  assert.match(
    (await own.run(own.python, [script])).stdout,
    /^LanceDBAuthError No VS Code window serves .* \| True\n$/,
  );
});
