// lancedb-auth gateway and lancedb-auth issuer as programs use them that have no hook: curl, LanceDB's own clients by their options,
// gRPC. Real broker, real servers; the hooks are switched off.
import assert from "node:assert/strict";
import { readFile, stat, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { findOnPath, root } from "../support/runner/tools.ts";
import { startSession, type Ended, type RunOptions, type Session } from "../support/session.ts";

let session: Session;
before(async () => {
  session = await startSession({
    autoConnect: "off",
    apiKey: "sk_of_the_demo",
    connections: (host) => [
      { name: "demo", uri: "db://demo", hostOverride: host },
      { name: "keyed", uri: "db://keyed", hostOverride: host, flow: "api_key" },
      { name: "nobody home", uri: "db://away", hostOverride: "http://127.0.0.1:1" },
    ],
  });
  await symlink(join(root, "node_modules"), join(session.folder, "node_modules"));
});
after(() => session[Symbol.asyncDispose]());

function cli(args: readonly string[], options: RunOptions = {}): Promise<Ended> {
  return session.run("lancedb-auth", args, options);
}

const outcome = ({ code, stdout, stderr }: Ended): unknown => ({ code, stdout: stdout.trim(), stderr: stderr.trim() });

/** What is said with a script of Node that runs behind the gateway. */
async function behind(args: readonly string[], lines: readonly string[]): Promise<Ended> {
  const script = join(session.folder, `behind ${String(scripts++)}.mjs`);
  await writeFile(script, lines.join("\n"));
  return cli([...args, "--", process.execPath, script]);
}
let scripts = 0;

async function inPython(args: readonly string[], lines: readonly string[]): Promise<Ended> {
  const script = join(session.folder, `behind_${String(scripts++)}.py`);
  await writeFile(script, lines.join("\n"));
  return cli([...args, "--", session.python ?? "python3", script], { env: { PYTHONWARNINGS: "ignore" } });
}

const curl = { skip: findOnPath("curl") === undefined && "no curl" };

test("curl reaches the server by the URL in its environment, without a header of its own", curl, async () => {
  const command = 'curl -sS "$LANCEDB_HOST/v1/table/" && test "$LANCEDB_GATEWAY_URL" = "$LANCEDB_HOST"';
  const ended = await cli(["gateway", "--", "sh", "-c", command]);
  assert.deepEqual(outcome(ended), { code: 0, stdout: '{"tables":["penguins"]}', stderr: "" });
});

test("the command gets the variables that --env names, and its end is the tool's end", curl, async () => {
  const command = 'curl -sS "$MINE/v1/table/" && test "$OTHER" = "$MINE" && test -z "$LANCEDB_HOST" && exit 9';
  const ended = await cli(["gateway", "--env", "MINE", "--env", "OTHER", "--", "sh", "-c", command]);
  assert.deepEqual([ended.code, ended.stdout], [9, '{"tables":["penguins"]}']);
});

test("the environment of the command holds no token, and curl shows none either", curl, async () => {
  const token = (await cli(["token"])).stdout.trim();
  const { stdout } = await cli(["gateway", "--", "sh", "-c", 'env; curl -sSi "$LANCEDB_HOST/v1/table/"']);
  assert.deepEqual([stdout.includes('{"tables":["penguins"]}'), stdout.includes(token)], [true, false]);
});

test("without a command it prints its URL, and ends with Ctrl-C", async () => {
  const lines: string[] = [];
  const { promise: printed, resolve } = Promise.withResolvers<undefined>();
  const onLine = (line: string): void => {
    if (lines.push(line) === 2) resolve(undefined);
  };
  // The wrapper becomes the tool itself, so that its process is the shell's.
  const running = session.run("sh", ["-c", "echo $$; exec lancedb-auth gateway"], { onLine });
  await printed;
  const [pid = "", url = ""] = lines;
  const { status } = await fetch(`${url}/v1/table/`);
  process.kill(Number(pid), "SIGINT");
  const { code, stderr } = await running;
  assert.deepEqual(
    [status, code, /^http:\/\/127\.0\.0\.1:\d+\/[\w-]{43}$/.test(url), stderr],
    [200, 0, true, 'lancedb-auth: The gateway speaks for "demo" until Ctrl-C.\n'],
  );
});

test("a ticket file is its owner's alone, opens the gateway, and goes with it", curl, async () => {
  const file = join(session.folder, "ticket");
  const command = [
    ...[
      'stat -c %a "$0" 2>/dev/null || stat -f %Lp "$0"',
      'origin=${LANCEDB_HOST%/*}; test "${LANCEDB_HOST##*/}" = "$(cat "$0")"',
    ],
    'curl -sS -H "x-lancedb-auth-ticket: $(cat "$0")" "$origin/v1/table/"',
  ].join(" && ");
  const ended = await cli(["gateway", "--ticket-file", file, "--", "sh", "-c", command, file]);
  const isGone = await stat(file).then(
    () => false,
    () => true,
  );
  assert.deepEqual([outcome(ended), isGone], [{ code: 0, stdout: '600\n{"tables":["penguins"]}', stderr: "" }, true]);
});

test("a ticket that is there already is used and kept; one that others can read, or that is too short, is refused", async () => {
  const write = async (name: string, text: string, mode: number): Promise<string> => {
    const path = join(session.folder, name);
    await writeFile(path, text, { mode });
    return path;
  };
  const good = await write("good ticket", `${"t".repeat(40)}\n`, 0o600);
  const files = [good, await write("open ticket", "t".repeat(40), 0o644), await write("short ticket", "t", 0o600)];
  const ended = await Promise.all(
    files.map((file) => cli(["gateway", "--ticket-file", file, "--", "sh", "-c", "echo ${LANCEDB_HOST##*/}"])),
  );
  assert.deepEqual(
    [ended.map(({ code }) => code), ended[0]?.stdout, await readFile(good, "utf8")],
    [[0, 2, 2], `${"t".repeat(40)}\n`, `${"t".repeat(40)}\n`],
  );
});

test("opened for containers, it says what it opens", async () => {
  const { code, stderr } = await cli(["gateway", "--bind", "0.0.0.0", "--", "true"]);
  assert.deepEqual(
    [code, stderr],
    [
      0,
      "lancedb-auth: The gateway is open to every network that this machine is in, without TLS: whoever has the ticket reads and writes as you.\n",
    ],
  );
});

test("LanceDB's Node client reads and writes through the gateway by its host alone", async () => {
  const ended = await behind(
    ["gateway"],
    [
      'import { connect } from "@lancedb/lancedb";',
      'const db = await connect("db://demo", { apiKey: "", hostOverride: process.env.LANCEDB_HOST });',
      'const table = await db.createTable("through", [{ a: 1, vector: [1, 2] }], { mode: "overwrite" });',
      "await table.add([{ a: 2, vector: [3, 4] }]);",
      "console.log(await table.countRows(), (await table.search([1, 2]).limit(1).toArray()).length);",
      'await db.dropTable("through");',
    ],
  );
  assert.deepEqual(outcome(ended), { code: 0, stdout: "2 1", stderr: "" });
});

const connectPython = [
  "import os, lancedb",
  'host, _, ticket = os.environ["LANCEDB_HOST"].rpartition("/")',
  // Where the URL can have no path, the ticket stands in the API key's place.
  'db = lancedb.connect("db://demo", api_key=ticket, host_override=host)',
];

function needsPython(): { readonly skip: string | false } {
  return { skip: findOnPath("python3") === undefined && "no Python" };
}

test(
  "LanceDB's Python client reads and writes with the ticket in the API key's place, which never reaches the server",
  needsPython(),
  async () => {
    const from = session.lancedb.requests.length;
    const ended = await inPython(
      ["gateway"],
      [
        ...connectPython,
        'table = db.create_table("through_python", [{"a": 1, "vector": [1.0, 2.0]}], mode="overwrite")',
        'table.add([{"a": 2, "vector": [3.0, 4.0]}])',
        "print(table.count_rows(), len(table.search([1.0, 2.0]).limit(1).to_list()))",
        'db.drop_table("through_python")',
      ],
    );
    const sentKey = session.lancedb.requests.slice(from).some(({ sentApiKey }) => sentApiKey);
    assert.deepEqual([outcome(ended), sentKey], [{ code: 0, stdout: "2 1", stderr: "" }, false]);
  },
);

const writesOfPython = [
  'lambda: db.create_table("other", [{"a": 1}])',
  'lambda: table.add([{"a": 1}], mode="overwrite")',
  'lambda: table.update(where="true", values={"island": "x"})',
  'lambda: table.delete("true")',
  'lambda: table.merge_insert("species").when_matched_update_all().execute([{"species": "x"}])',
  'lambda: table.create_index("l2", vector_column_name="vector")',
  'lambda: table.create_scalar_index("species")',
  'lambda: table.create_fts_index("species")',
  'lambda: table.add_columns({"b": "1"})',
  'lambda: table.alter_columns({"path": "island", "rename": "b"})',
  'lambda: table.drop_columns(["island"])',
  'lambda: table.tags.create("t", 1)',
  'lambda: table.tags.update("t", 1)',
  'lambda: table.tags.delete("t")',
  "lambda: table.restore(1)",
  'lambda: table.drop_index("i")',
  'lambda: db.drop_table("penguins")',
  'lambda: db.create_namespace(["n"])',
  'lambda: db.drop_namespace(["n"])',
];

test(
  "with --read-only every write of LanceDB's Python client is refused, and what reads works",
  needsPython(),
  async () => {
    const ended = await inPython(
      ["gateway", "--read-only"],
      [
        ...connectPython,
        'table = db.open_table("penguins")',
        "print(db.table_names(), table.count_rows(), len(table.search([0.0] * 4).limit(3).to_list()), len(table.schema))",
        `for write in [${writesOfPython.join(", ")}]:`,
        "    try:",
        "        write()",
        '        print("done")',
        "    except Exception as error:",
        '        print("refused" if "only reads" in str(error) else repr(error)[:300])',
      ],
    );
    const [first, ...rest] = ended.stdout.trim().split("\n");
    assert.deepEqual(
      [first, new Set(rest), rest.length, ended.stderr],
      ["['penguins'] 342 3 9", new Set(["refused"]), writesOfPython.length, ""],
    );
  },
);

const writesOfNode = [
  'db.createTable("other", [{ a: 1 }])',
  'table.add([{ species: "x" }])',
  'table.update({ where: "true", values: { island: "x" } })',
  'table.delete("true")',
  'table.mergeInsert("species").whenMatchedUpdateAll().execute([{ species: "x" }])',
  'table.createIndex("vector")',
  'table.addColumns([{ name: "b", valueSql: "1" }])',
  'table.alterColumns([{ path: "island", rename: "b" }])',
  'table.dropColumns(["island"])',
  '(await table.tags()).create("t", 1)',
  '(await table.tags()).update("t", 1)',
  '(await table.tags()).delete("t")',
  "table.restore()",
  'table.dropIndex("i")',
  'db.dropTable("penguins")',
];

test("with --read-only every write of LanceDB's Node client is refused, and what reads works", async () => {
  const ended = await behind(
    ["gateway", "--read-only"],
    [
      'import { connect } from "@lancedb/lancedb";',
      'const db = await connect("db://demo", { apiKey: "", hostOverride: process.env.LANCEDB_HOST });',
      'const table = await db.openTable("penguins");',
      "console.log(await db.tableNames(), await table.countRows(), (await table.query().limit(3).toArray()).length);",
      `for (const write of [${writesOfNode.map((each) => `async () => ${each}`).join(", ")}])`,
      '  await write().then(() => console.log("done"), (error) => console.log(/only reads/.test(error) ? "refused" : String(error)));',
    ],
  );
  const [first, ...rest] = ended.stdout.trim().split("\n");
  assert.deepEqual(
    [first, new Set(rest), rest.length, ended.stderr],
    ["[ 'penguins' ] 342 3", new Set(["refused"]), writesOfNode.length, ""],
  );
});

test("an API key serves a gateway as a token does, and an issuer has nothing to hand out", curl, async () => {
  const chosen = ["--connection", "keyed"];
  const [through, issuer] = await Promise.all([
    cli(["gateway", ...chosen, "--", "sh", "-c", 'curl -sS "$LANCEDB_HOST/v1/table/"']),
    cli(["issuer", ...chosen, "--", "true"]),
  ]);
  assert.deepEqual(
    [outcome(through), outcome(issuer)],
    [
      { code: 0, stdout: '{"tables":["penguins"]}', stderr: "" },
      { code: 2, stdout: "", stderr: 'lancedb-auth: "keyed" has an API key, not a token. Use lancedb-auth gateway.' },
    ],
  );
});

test("a server that does not answer is 502 with a sentence", curl, async () => {
  const ended = await cli([
    ...["gateway", "--connection", "nobody home", "--", "sh", "-c"],
    'curl -sS -w " %{http_code}" "$LANCEDB_HOST/v1/table/"',
  ]);
  assert.equal(ended.stdout, "The LanceDB server cannot be reached. 502");
});

test("the issuer's variables are all that a client of OAuth needs, and a wrong secret gets nothing", async () => {
  const ended = await behind(
    ["issuer"],
    [
      "const { LANCEDB_OAUTH_ISSUER_URL: issuer, LANCEDB_OAUTH_TOKEN_URL: url, LANCEDB_OAUTH_CLIENT_ID: id, LANCEDB_OAUTH_CLIENT_SECRET: secret } = process.env;",
      'const found = await (await fetch(issuer + "/.well-known/openid-configuration")).json();',
      "const ask = (secret) => fetch(found.token_endpoint, { method: 'POST', body: new URLSearchParams({ grant_type: 'client_credentials', client_id: id, client_secret: secret }) });",
      "const reply = await (await ask(secret)).json();",
      'console.log(found.token_endpoint === url, reply.token_type, reply.expires_in > 60, /^ey/.test(reply.access_token), (await ask("guessed")).status);',
    ],
  );
  assert.deepEqual(outcome(ended), { code: 0, stdout: "true Bearer true true 401", stderr: "" });
});

test("LanceDB's clients that know OAuth are served by the issuer", needsPython(), async () => {
  const node = behind(
    ["issuer"],
    [
      'import { connect } from "@lancedb/lancedb";',
      "const { LANCEDB_OAUTH_ISSUER_URL: issuerUrl, LANCEDB_OAUTH_CLIENT_ID: clientId, LANCEDB_OAUTH_CLIENT_SECRET: clientSecret } = process.env;",
      'const oauthConfig = { issuerUrl, clientId, clientSecret, scopes: ["lancedb"], flow: "client_credentials" };',
      `const db = await connect("db://demo", { hostOverride: ${JSON.stringify(session.lancedb.host)}, oauthConfig });`,
      "console.log(await db.tableNames());",
    ],
  );
  const python = inPython(
    ["issuer", "--env", "DEMO"],
    [
      "import asyncio, os, lancedb",
      "from lancedb.remote import OAuthConfig, OAuthFlowType",
      "async def main():",
      '    config = OAuthConfig(issuer_url=os.environ["DEMO_ISSUER_URL"], client_id=os.environ["DEMO_CLIENT_ID"], client_secret=os.environ["DEMO_CLIENT_SECRET"], scopes=["lancedb"], flow=OAuthFlowType.CLIENT_CREDENTIALS)',
      `    db = await lancedb.connect_async("db://demo", host_override="${session.lancedb.host}", oauth_config=config)`,
      "    print(await db.table_names())",
      "asyncio.run(main())",
    ],
  );
  assert.deepEqual(
    [outcome(await node), outcome(await python)],
    [
      { code: 0, stdout: "[ 'penguins' ]", stderr: "" },
      { code: 0, stdout: "['penguins']", stderr: "" },
    ],
  );
});

test("signed out, neither begins", async () => {
  await using own = await startSession({ autoConnect: "off" });
  own.signOut();
  const begins = await Promise.all(["gateway", "issuer"].map((each) => own.run("lancedb-auth", [each, "--", "true"])));
  assert.deepEqual(
    begins.map(({ code }) => code),
    [4, 4],
  );
});
