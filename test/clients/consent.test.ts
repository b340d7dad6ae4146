// A person's consent as programs meet it: real programs of each client ask a real broker, and the gate of the extension decides.
import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, test } from "node:test";
import { ConsentGate, type AgentPolicy, type Question, type Verdict } from "../../src/consent/gate.ts";
import { Grants } from "../../src/consent/grants.ts";
import { agentVariables } from "../../src/broker/protocol.ts";
import { ensurePython } from "../support/runner/tools.ts";
import { openGate } from "../support/servers/gate.ts";
import { startSession, type Session } from "../support/session.ts";

type Asked = { readonly session: Session; readonly questions: Question[] } & AsyncDisposable;

/** A production connection, and a person who always answers the same. */
async function startAsking(verdict: Verdict, policy: AgentPolicy = "auto", production = true): Promise<Asked> {
  const questions: Question[] = [];
  const gate = new ConsentGate({
    grants: new Grants({ get: () => undefined, update: () => Promise.resolve() }),
    agentPolicy: () => policy,
    ask: (question) => {
      questions.push(question);
      return Promise.resolve(verdict);
    },
    now: Date.now,
    onDecision: () => undefined,
  });
  const purpose = production ? ({ environment: "production" } as const) : {};
  const session = await startSession({
    connections: (host) => [{ name: "demo", uri: "db://demo", hostOverride: host, ...purpose }],
    admit: (connection, request, caller, signal) => gate.admit(connection, request, caller, signal),
  });
  return { session, questions, [Symbol.asyncDispose]: () => session[Symbol.asyncDispose]() };
}

const ask =
  'require("lancedb-auth").headers({ uri: "db://demo" }).then((found) => console.log(Object.keys(found).length))';

test("a hundred processes of one program that start at once are one question, and all get the answer", async () => {
  await using asked = await startAsking("session");
  await using start = await openGate(100);
  const { session, questions } = asked;
  const script = join(session.folder, "ask.cjs");
  await writeFile(script, `require("node:net").connect(${start.port}, "127.0.0.1").resume().on("end", () => ${ask});`);
  const ended = await Promise.all(Array.from({ length: 100 }, () => session.run(process.execPath, [script])));
  assert.deepEqual([ended.filter(({ stdout }) => stdout !== "2\n"), questions.length], [[], 1]);
});

describe("a no", () => {
  test("is one clear sentence in a Node program, and the question names it", async () => {
    await using asked = await startAsking("denied");
    const { session, questions } = asked;
    const script = join(session.folder, "orders.cjs");
    await writeFile(script, `${ask}.catch((error) => { console.log(error.message); process.exit(3); });`);
    const { code, stdout } = await session.run(process.execPath, [script]);
    assert.deepEqual(
      [
        code,
        stdout.includes('may not use the LanceDB connection "demo": that was refused in VS Code'),
        questions[0]?.program.name,
      ],
      [3, true, "orders.cjs"],
      stdout,
    );
  });

  test("is one clear sentence in a Python program, and the question names it", async (t) => {
    if ((await ensurePython()) === undefined) {
      t.skip("this machine has no Python 3.9 or newer");
      return;
    }
    await using asked = await startAsking("denied");
    const { session, questions } = asked;
    const script = join(session.folder, "orders.py");
    await writeFile(
      script,
      'from lancedb_auth import header_provider\nprint(header_provider("db://demo").get_headers())\n',
    );
    const { code, stderr } = await session.run(session.python ?? "python3", [script]);
    assert.deepEqual(
      [
        code,
        stderr.includes('may not use the LanceDB connection "demo": that was refused in VS Code'),
        questions[0]?.program.name,
      ],
      [1, true, "orders.py"],
      stderr,
    );
  });

  test("is one clear sentence of the command line tool", async () => {
    await using asked = await startAsking("denied");
    const { session } = asked;
    const { code, stderr } = await session.run("lancedb-auth", ["headers", "--uri", "db://demo"]);
    assert.deepEqual(
      [code, stderr.includes('may not use the LanceDB connection "demo": that was refused in VS Code')],
      [1, true],
      stderr,
    );
  });
});

test("a program that names no database is not given production", async () => {
  await using asked = await startAsking("session");
  const { code, stderr } = await asked.session.run("lancedb-auth", ["token"]);
  assert.deepEqual([code, stderr.includes("is for production, and the program names no database")], [5, true], stderr);
});

/** Each variable as an agent sets it. */
const variables = agentVariables.map(([name, agent]) => {
  const variable = name.endsWith("*") ? `${name.slice(0, -1)}SESSION` : name;
  return { variable, value: agent === "" ? "my-agent" : "1", agent: agent === "" ? "my-agent" : agent };
});
/** What decides before any agent of the machine that runs the tests. */
const nobody = Object.fromEntries(
  Object.keys(process.env)
    .filter((key) =>
      agentVariables.some(([name]) => key === name || (name.endsWith("*") && key.startsWith(name.slice(0, -1)))),
    )
    .map((key) => [key, undefined]),
);

describe("an agent that runs a program", () => {
  test("is known by its environment, by each variable of the table", async () => {
    await using asked = await startAsking("process");
    const { session, questions } = asked;
    const found: (string | undefined)[] = [];
    for (const { variable, value } of variables) {
      const before = questions.length;
      await session.run("lancedb-auth", ["headers", "--uri", "db://demo"], { env: { ...nobody, [variable]: value } });
      found.push(questions[before]?.program.agent);
    }
    assert.deepEqual(
      found,
      variables.map(({ agent }) => agent),
    );
  });

  for (const [policy, production, expected] of [
    ["auto", false, "headers"],
    ["auto", true, "question"],
    ["allow", false, "headers"],
    ["ask", false, "question"],
    ["never", false, "no"],
    ["never", true, "no"],
  ] as const) {
    test(`with lancedbAuth.agents ${policy} and ${production ? "production" : "no environment"}: ${expected}`, async () => {
      await using asked = await startAsking("session", policy, production);
      const env = { ...nobody, CLAUDECODE: "1" };
      const { code, stderr } = await asked.session.run("lancedb-auth", ["headers", "--uri", "db://demo"], { env });
      const said = stderr.includes("Agents are given no headers") ? "no" : "headers";
      assert.deepEqual(
        [asked.questions.length === 1 ? "question" : said, code],
        [expected, expected === "no" ? 1 : 0],
        stderr,
      );
    });
  }
});
