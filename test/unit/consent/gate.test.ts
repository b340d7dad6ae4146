// Whether a program gets a connection's headers: who is asked about what, how often, and what is remembered.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Caller } from "../../../src/broker/exchange.ts";
import { ConsentGate, type AgentPolicy, type Question, type Verdict } from "../../../src/consent/gate.ts";
import { Grants } from "../../../src/consent/grants.ts";
import { parseConnection, type Connection } from "../../../src/oauth/connection.ts";
import type { Consent, Environment } from "../../../src/oauth/purpose.ts";

type Purpose = { readonly environment?: Environment; readonly consent?: Consent };

const connectionFor = (purpose: Purpose): Connection =>
  parseConnection({ name: "prod", uri: "db://prod", issuerUrl: "https://a.example", clientId: "b", ...purpose });

const production = connectionFor({ environment: "production" });
const never = new AbortController().signal;

function callerOf(pid: number, script = "search.py", agent?: string): Caller {
  const said = { client: `python ${pid} ${script}`, peer: () => Promise.resolve(undefined) };
  return agent === undefined ? said : { ...said, agent };
}

/** A gate whose person answers with what was handed in, in this order; without an answer left the question stands. */
function openGate(answers: Verdict[] = [], policy: AgentPolicy = "auto", deadlineMs?: number) {
  const kept = new Map<string, unknown>();
  const memory = {
    get: (key: string): unknown => kept.get(key),
    update: (key: string, value: unknown) => Promise.resolve(void kept.set(key, value)),
  };
  const asked: Question[] = [];
  const taken: Question[] = [];
  const clock = { now: 0 };
  const grants = new Grants(memory);
  const gate = new ConsentGate({
    ...{ grants, agentPolicy: () => policy, now: () => clock.now, onDecision: () => undefined },
    ...(deadlineMs === undefined ? {} : { deadlineMs }),
    ask: (question, signal) => {
      asked.push(question);
      const answer = answers.shift();
      if (answer !== undefined) return Promise.resolve(answer);
      return new Promise((resolve) => {
        signal.addEventListener("abort", () => {
          taken.push(question);
          resolve("unanswered");
        });
      });
    },
  });
  const admit = (caller: Caller, connection = production, signal = never): Promise<string> =>
    gate.admit(connection, { folder: "/work" }, caller, signal).then(
      () => "admitted",
      (error: unknown) => (error instanceof Error ? error.message : "?"),
    );
  return { gate, admit, asked, taken, grants, clock };
}

describe("the gate", () => {
  test("asks nobody about a connection that is not for production", async () => {
    const { admit, asked } = openGate();
    assert.deepEqual([await admit(callerOf(1), connectionFor({})), asked.length], ["admitted", 0]);
  });

  test("asks once for a hundred processes of one program", async () => {
    const { admit, asked } = openGate(["session"]);
    const found = await Promise.all(Array.from({ length: 100 }, (_, index) => admit(callerOf(index))));
    assert.deepEqual([new Set(found), asked.length], [new Set(["admitted"]), 1]);
  });

  for (const [verdict, consent, questions] of [
    ["process", "everySession", 2],
    ["session", "everySession", 1],
    ["always", "everySession", 1],
    ["always", "once", 1],
    ["process", "everyProgram", 2],
  ] as const) {
    test(`“${verdict}” with ${consent}: two processes, one after the other, are ${questions} questions`, async () => {
      const connection = connectionFor({ consent });
      const { admit, asked } = openGate([verdict, verdict]);
      const found = [await admit(callerOf(1), connection), await admit(callerOf(1), connection)];
      const other = await admit(callerOf(2), connection);
      assert.deepEqual([found, other, asked.length], [["admitted", "admitted"], "admitted", questions]);
    });
  }

  test("offers nothing that lasts where each start is asked about", async () => {
    const { admit, asked } = openGate(["process", "process"]);
    await admit(callerOf(1), connectionFor({ consent: "everyProgram" }));
    await admit(callerOf(2), connectionFor({ consent: "once" }));
    assert.deepEqual(
      asked.map(({ offers }) => offers),
      [["process"], ["process", "always"]],
    );
  });

  test("after a no does not ask again for a minute, and then does", async () => {
    const { admit, asked, clock } = openGate(["denied", "session"]);
    const first = [await admit(callerOf(1)), await admit(callerOf(2))];
    clock.now = 60_001;
    const later = await admit(callerOf(3));
    assert.deepEqual(
      [
        first.every((says) => says.includes('may not use the LanceDB connection "prod": that was refused in VS Code')),
        later,
        asked.length,
      ],
      [true, "admitted", 2],
    );
  });

  test("asked ten thousand times raises one question", async () => {
    const { admit, asked } = openGate(["denied"]);
    const found = await Promise.all(Array.from({ length: 10_000 }, (_, index) => admit(callerOf(index))));
    assert.deepEqual(
      [
        found.every((says) => says.includes('may not use the LanceDB connection "prod": that was refused in VS Code')),
        asked.length,
      ],
      [true, 1],
    );
  });

  test("by ten thousand names raises five questions, and refuses the others", async () => {
    const { admit, asked } = openGate();
    const callers = Array.from({ length: 10_000 }, (_, index) => callerOf(index, `a${index}.py`));
    const abort = new AbortController();
    const found = callers.map((caller) => admit(caller, production, abort.signal));
    const refused = await Promise.all(found.slice(5));
    abort.abort();
    await Promise.all(found);
    assert.deepEqual(
      [
        asked.length,
        refused.every((says) =>
          says.includes('may not use the LanceDB connection "prod": that was refused in VS Code'),
        ),
      ],
      [5, true],
    );
  });

  test("lets nobody wait for longer than the deadline", async () => {
    const { admit, taken } = openGate([], "auto", 10);
    const says = await admit(callerOf(1));
    assert.deepEqual([says.startsWith("Nobody answered in VS Code"), taken.length], [true, 1]);
  });

  test("takes the question away when all who waited have gone", async () => {
    const { admit, asked, taken } = openGate();
    const [one, two] = [new AbortController(), new AbortController()];
    const waiting = [admit(callerOf(1), production, one.signal), admit(callerOf(2), production, two.signal)];
    while (asked.length === 0) await new Promise(setImmediate);
    one.abort();
    await new Promise(setImmediate);
    const before = taken.length;
    two.abort();
    await Promise.all(waiting);
    assert.deepEqual([before, taken.length], [0, 1]);
  });

  test("what was taken back is asked about again", async () => {
    const { admit, asked, grants, gate } = openGate(["always", "session"]);
    await admit(callerOf(1));
    await grants.revoke(grants.ofWorkspace);
    gate.forgetProcesses();
    await admit(callerOf(1));
    assert.equal(asked.length, 2);
  });

  test("a grant is for the connection's server: pointed elsewhere it is asked about anew", async () => {
    const { admit, asked } = openGate(["always", "always"]);
    await admit(callerOf(1));
    await admit(callerOf(1), { ...production, hostOverride: "https://elsewhere.example" });
    assert.equal(asked.length, 2);
  });

  test("what a person granted is not the agent's", async () => {
    const { admit, asked } = openGate(["always", "denied"]);
    const found = [await admit(callerOf(1)), await admit(callerOf(2, "search.py", "claude-code"))];
    assert.deepEqual(
      [
        found[0],
        (found[1] ?? "").includes('may not use the LanceDB connection "prod": that was refused in VS Code'),
        asked.length,
      ],
      ["admitted", true, 2],
    );
  });

  test("what a program calls itself is one short line", async () => {
    const { admit, asked } = openGate(["process"]);
    await admit(callerOf(1, `${"x".repeat(10_000)}\n[click](command:a)`));
    const { name, commandLine } = asked[0]?.program ?? { name: "", commandLine: "" };
    assert.deepEqual([name.length, commandLine.length, name.includes("\n")], [160, 160, false]);
  });
});

/** What an agent gets, by setting and environment: headers, a question, or a no. */
const table: Readonly<Record<AgentPolicy, Readonly<Record<Environment | "none", string>>>> = {
  auto: { none: "headers", development: "headers", staging: "headers", production: "question" },
  allow: { none: "headers", development: "headers", staging: "headers", production: "question" },
  ask: { none: "question", development: "question", staging: "question", production: "question" },
  never: { none: "no", development: "no", staging: "no", production: "no" },
};

for (const [policy, row] of Object.entries(table)) {
  for (const [environment, expected] of Object.entries(row)) {
    test(`an agent with lancedbAuth.agents ${policy} and ${environment}: ${expected}`, async () => {
      const { admit, asked } = openGate(["session"], policy as AgentPolicy);
      const connection = connectionFor(environment === "none" ? {} : { environment: environment as Environment });
      const says = await admit(callerOf(1, "agent.py", "codex"), connection);
      const found = says.startsWith("Agents are given no headers") ? "no" : asked.length === 1 ? "question" : "headers";
      assert.equal(found, expected);
    });
  }
}
