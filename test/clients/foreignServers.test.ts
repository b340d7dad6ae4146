// Every option by which a client can name a server: the connection's own gets the window's headers, a foreign one gets none. Real
// clients of Python and Node, a real Flight SQL server of pyarrow.
import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import { symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { after, before, test, type TestContext } from "node:test";
import { startRecorder, type Recorder } from "../support/recorder.ts";
import { ensurePython, root } from "../support/runner/tools.ts";
import { startSession, type Session } from "../support/session.ts";

interface FlightServer {
  readonly port: number;
  /** "bearer", "none": what each call brought, oldest first. */
  readonly calls: readonly string[];
}

const python = await ensurePython();
const children: ChildProcess[] = [];
let session: Session;
let foreign: Recorder;
let own: Recorder;
let ownSql: FlightServer;
let foreignSql: FlightServer;
let usualSql: FlightServer;

before(async () => {
  [foreign, own] = await Promise.all([startRecorder(), startRecorder()]);
  [ownSql, foreignSql, usualSql] = await Promise.all([flight(), flight(), flight()]);
  session = await startSession({
    connections: (host) => [
      { name: "plain", uri: "db://plain", hostOverride: own.host, sqlHostOverride: `grpc://127.0.0.1:${ownSql.port}` },
      { name: "cloud", uri: "db://cloud", region: "eu-west-1" },
      {
        name: "named",
        uri: "db://named",
        hostOverride: host,
        sqlHostOverride: `http://127.0.0.1:${ownSql.port}`,
      },
      { name: "usual", uri: "db://usual", hostOverride: `http://127.0.0.1:${usualSql.port - 1}` },
    ],
  });
  await symlink(join(root, "node_modules"), join(session.folder, "node_modules"));
});
after(async () => {
  for (const child of children) child.kill("SIGKILL");
  await Promise.all([session[Symbol.asyncDispose](), foreign.close(), own.close()]);
});

async function flight(): Promise<FlightServer> {
  if (python === undefined) return { port: 2, calls: [] };
  const script = join(import.meta.dirname, "programs", "flightServer.py");
  const child = spawn(python, [script], { stdio: ["ignore", "pipe", "inherit"] });
  children.push(child);
  const calls: string[] = [];
  return new Promise((resolve, reject) => {
    child.once("exit", () => {
      reject(new Error("the Flight SQL server ended"));
    });
    createInterface({ input: child.stdout }).on("line", (line) => {
      const [what = "", first = "", second = ""] = line.split(" ");
      if (what === "port") resolve({ port: Number(first), calls });
      else calls.push(first === "Bearer" && second.startsWith("ey") ? "bearer" : line.slice("call ".length));
    });
  });
}

/** Tries each in one program, which ends each with a refusal, whoever refused it. Undefined where the machine has no fit Python. */
async function tried(context: TestContext, connects: readonly string[]): Promise<readonly string[] | undefined> {
  if (python === undefined) {
    context.skip("no Python");
    return undefined;
  }
  const script = join(session.folder, `program${context.name.replaceAll(/\W+/g, "_")}.py`);
  const one = (code: string): string[] => [
    "try:",
    `  ${withPlaces(code)}`,
    "except Exception as e: print(str(e)[-60:])",
  ];
  await writeFile(script, ["import asyncio, lancedb", ...connects.flatMap(one)].join("\n"));
  const env = { LANCE_CLIENT_MAX_RETRIES: "0", LANCE_CLIENT_CONNECT_RETRIES: "0" };
  const { stdout, stderr } = await session.run(python, [script], { env });
  assert.equal(stdout.trim().split("\n").length, connects.length, stdout + stderr);
  return stdout.trim().split("\n");
}

function withPlaces(code: string): string {
  const places: Record<string, string> = {
    OWN: own.host,
    FOREIGN: foreign.host,
    OWN_SQL: `http://127.0.0.1:${ownSql.port}`,
    OWN_GRPC: `grpc://127.0.0.1:${ownSql.port}`,
    FOREIGN_SQL: `http://127.0.0.1:${foreignSql.port}`,
    FOREIGN_GRPC: `grpc://127.0.0.1:${foreignSql.port}`,
    USUAL_SQL: `http://127.0.0.1:${usualSql.port}`,
  };
  return code.replaceAll(/\$([A-Z_]+)/g, (_, name: string) => `"${places[name] ?? name}"`);
}

const query = '.execute_query("select 1")';

test("SQL brings the token to the connection's own SQL service: set, named, and at the port after the server's", async (context) => {
  const refusals = await tried(context, [
    `lancedb.connect("db://named")${query}`,
    `lancedb.connect("db://named", sql_host_override=$OWN_SQL)${query}`,
    `lancedb.connect("db://named", sql_host_override=$OWN_GRPC)${query}`,
    `lancedb.connect_catalog($OWN).connect_database("plain")${query}`,
    `lancedb.connect("db://usual")${query}`,
    `lancedb.connect("db://usual", sql_host_override=$USUAL_SQL)${query}`,
  ]);
  if (refusals === undefined) return;
  assert.deepEqual(
    [refusals.filter((said) => !said.includes("refused")), new Set([...ownSql.calls, ...usualSql.calls])],
    [[], new Set(["bearer"])],
  );
  assert.ok(ownSql.calls.length >= 3 && usualSql.calls.length >= 2);
});

test("a SQL host that the connection does not know gets nothing, neither gets its server then", async (context) => {
  const before = { sql: ownSql.calls.length, own: own.seen.length };
  const refusals = await tried(context, [
    `lancedb.connect("db://named", api_key="", sql_host_override=$FOREIGN_SQL)${query}`,
    `lancedb.connect("db://named", sql_host_override=$FOREIGN_SQL)${query}`,
    `lancedb.connect("db://named", api_key="", sql_host_override=$FOREIGN_GRPC)${query}`,
    `lancedb.connect("db://plain", api_key="", host_override=$OWN, sql_host_override=$FOREIGN_SQL)${query}`,
    `lancedb.connect("db://usual", api_key="", sql_host_override=$OWN_SQL)${query}`,
    `lancedb.connect_catalog($OWN, api_key="", sql_host_override=$FOREIGN_SQL).connect_database("plain")${query}`,
    `asyncio.run(lancedb.connect_async("db://named", api_key="", sql_host_override=$FOREIGN_SQL)); lancedb.connect("db://named", api_key="", host_override=$OWN, sql_host_override=$FOREIGN_SQL).table_names()`,
  ]);
  if (refusals === undefined) return;
  const tokens = own.seen.slice(before.own).filter(({ authorization }) => authorization !== "");
  assert.deepEqual([foreignSql.calls, ownSql.calls.slice(before.sql), tokens], [[], [], []]);
});

test("a foreign host gets nothing, whichever option of Python's names it", async (context) => {
  const refusals = await tried(context, [
    'lancedb.connect("db://named", api_key="", host_override=$FOREIGN).table_names()',
    'lancedb.connect("db://cloud", api_key="", host_override=$FOREIGN).table_names()',
    'lancedb.connect_catalog($FOREIGN, api_key="").list_databases()',
    'lancedb.connect_namespace("rest", {"uri": $FOREIGN}).table_names()',
  ]);
  if (refusals === undefined) return;
  assert.deepEqual(new Set(foreign.seen.splice(0).map(({ authorization }) => authorization)), new Set([""]));
});

test("a foreign host gets nothing, whichever option of Node's names it", async () => {
  const script = join(session.folder, "foreign.mjs");
  const lines = [
    'import { connect, connectNamespace } from "@lancedb/lancedb";',
    "const refused = () => console.log('refused');",
    'const options = { apiKey: "", hostOverride: $FOREIGN, clientConfig: { retryConfig: { retries: 0 } } };',
    'await connect("db://named", options).then((db) => db.tableNames()).catch(refused);',
    'await connect({ uri: "db://cloud", ...options }).then((db) => db.tableNames()).catch(refused);',
    'await connectNamespace("rest", { uri: $FOREIGN }).then((db) => db.tableNames()).catch(refused);',
  ];
  await writeFile(script, withPlaces(lines.join("\n")));
  const { stdout } = await session.run(process.execPath, [script]);
  assert.deepEqual(
    [stdout, new Set(foreign.seen.splice(0).map(({ authorization }) => authorization))],
    ["refused\n".repeat(3), new Set([""])],
  );
});
