// lancedb-auth as scripts use it: on the PATH of a terminal, against a real broker, with curl against the real server.
import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { startSession, type Ended, type RunOptions, type Session } from "../support/session.ts";
import { findOnPath } from "../support/runner/tools.ts";

let session: Session;
before(async () => {
  session = await startSession({
    connections: (host) => [
      { name: "demo", uri: "db://demo", hostOverride: host },
      { name: "far away", uri: "db://far", region: "eu-west-1" },
    ],
  });
});
after(() => session[Symbol.asyncDispose]());

function cli(args: readonly string[], options: RunOptions = {}): Promise<Ended> {
  return session.run("lancedb-auth", args, options);
}

const outcome = ({ code, stdout, stderr }: Ended): unknown => ({ code, stdout: stdout.trim(), stderr: stderr.trim() });

test("token prints the token and nothing else", async () => {
  const { code, stdout, stderr } = await cli(["token"]);
  assert.deepEqual([code, /^ey[\w-]+\.[\w-]+\.[\w-]+\n$/.test(stdout), stderr], [0, true, ""]);
});

test("headers come as lines and as JSON", async () => {
  const token = (await cli(["token"])).stdout.trim();
  const [lines, json] = [await cli(["headers"]), await cli(["headers", "--json"])];
  assert.deepEqual(
    [lines.stdout, JSON.parse(json.stdout)],
    [
      `authorization: Bearer ${token}\nx-lancedb-credential-type: oidc\n`,
      { authorization: `Bearer ${token}`, "x-lancedb-credential-type": "oidc" },
    ],
  );
});

test("headers --curl opens the server to curl", { skip: findOnPath("curl") === undefined && "no curl" }, async () => {
  const command = `lancedb-auth headers --curl | curl -sS --config - ${session.lancedb.host}/v1/table/`;
  assert.deepEqual(outcome(await session.run("sh", ["-c", command])), {
    code: 0,
    stdout: '{"tables":["penguins"]}',
    stderr: "",
  });
});

test("exec gives the program the token in its environment alone, and NODE_OPTIONS as they were", async () => {
  const token = (await cli(["token"])).stdout.trim();
  const program = ["LANCEDB_TOKEN", "ELECTRON_RUN_AS_NODE", "NODE_OPTIONS"];
  const print = `console.log(JSON.stringify(${JSON.stringify(program)}.map((name) => process.env[name] ?? null)))`;
  const { stdout } = await cli(["exec", "--", process.execPath, "-e", print]);
  assert.deepEqual(JSON.parse(stdout), [token, null, session.env["NODE_OPTIONS"]]);
});

test("exec ends as the program ends", async () => {
  const ends = await Promise.all([
    cli(["exec", "--env", "TOK", "--", "sh", "-c", 'test -n "$TOK" && exit 7']),
    cli(["exec", "--", "sh", "-c", "kill -TERM $$"]),
    cli(["exec", "--", "no-such-program-here"]),
  ]);
  assert.deepEqual(
    ends.map(({ code }) => code),
    [7, 143, 127],
  );
});

test("status and connections say what there is, without a token", async () => {
  await cli(["token"]);
  const [status, names] = [await cli(["status"]), await cli(["connections"])];
  assert.deepEqual(
    [status.code, status.stdout.replace(/\d+ s left/, "N s left"), names.stdout],
    [0, "* demo  db://demo  signed in, N s left\n  far away  db://far  signed out\n", "demo\nfar away\n"],
  );
});

test("a connection is chosen by its name", async () => {
  const named = await cli(["token", "--connection", "far away"]);
  assert.equal(named.code, 0);
});

test("what is not there or not understood has its own exit code and one sentence", async () => {
  const failures = await Promise.all([
    cli(["token", "--connection", "nobody"]),
    cli(["tokens"]),
    cli(["token"], { env: { LANCEDB_AUTH_SESSION: undefined } }),
    cli(["token"], { env: { LANCEDB_AUTH_SESSION: "/nowhere.json" } }),
  ]);
  assert.deepEqual(
    failures.map(({ code, stdout, stderr }) => [
      code,
      stdout,
      stderr.startsWith("lancedb-auth: "),
      stderr.split("\n").length,
    ]),
    [
      [5, "", true, 2],
      [2, "", true, 2],
      [3, "", true, 2],
      [3, "", true, 2],
    ],
  );
});

test("each program says what it is: its kind, its process and its file's name, and nothing of its path or arguments", async () => {
  const from = session.answers.length;
  await cli(["token", "--uri", "db://demo"]);
  const folder = join(session.folder, "private folder");
  await mkdir(folder);
  const explicit = 'import { headers } from "lancedb-auth";\nawait headers();\n';
  await writeFile(join(folder, "näch ste.mjs"), explicit);
  await session.run(process.execPath, [join(folder, "näch ste.mjs"), "an-argument"]);
  if (session.python !== undefined) {
    await writeFile(
      join(folder, "näch ste.py"),
      "from lancedb_auth import header_provider\nheader_provider().get_headers()\n",
    );
    await session.run(session.python, [join(folder, "näch ste.py"), "an-argument"]);
  }
  const said = session.answers.slice(from).map(({ client = "" }) => client.replace(/ \d+/, " PID"));
  const python = session.python === undefined ? [] : ["python PID näch ste.py"];
  assert.deepEqual(said, ["lancedb-auth PID", "node PID näch ste.mjs", ...python]);
});

test("signed out, the code says that a person has to act", async () => {
  await using own = await startSession();
  own.signOut();
  const { code, stderr } = await own.run("lancedb-auth", ["token"]);
  assert.deepEqual(
    [code, stderr],
    [4, 'lancedb-auth: LanceDB connection "demo": Signed out. Run "LanceDB: Sign In" in VS Code.\n'],
  );
});
