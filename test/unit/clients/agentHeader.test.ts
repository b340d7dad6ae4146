// By whom a program is run, as the clients tell the broker: both from one table, and nothing where nobody runs it.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { agentHeader, agentVariables } from "../../../src/broker/protocol.ts";
import { agentHeaders } from "../../../src/clients/node/askBroker.ts";
import { ensurePython, root } from "../../support/runner/tools.ts";

const python = await ensurePython();
const withPython = python === undefined ? { skip: "this machine has no Python 3.9 or newer" } : {};

async function inPython(expression: string): Promise<unknown> {
  const folder = join(root, "src", "clients", "python", "explicit");
  const script = `import json, sys; sys.path.insert(0, sys.argv[1]); from lancedb_auth import _broker; print(json.dumps(${expression}))`;
  const { stdout } = await promisify(execFile)(python ?? "python3", ["-B", "-c", script, folder]);
  return JSON.parse(stdout) as unknown;
}

test("Python knows the agents that the protocol names", withPython, async () => {
  assert.deepEqual(await inPython("_broker.AGENT_VARIABLES"), agentVariables);
});

for (const [env, agent] of [
  [{ CLAUDECODE: "1" }, "claude-code"],
  [{ CODEX_SANDBOX: "seatbelt" }, "codex"],
  [{ AI_AGENT: "my agent\r\nx: y" }, "my%20agent%0D%0Ax%3A%20y"],
  [{ CURSOR_AGENT: "" }, undefined],
  [{}, undefined],
] as const) {
  test(`${JSON.stringify(env)} is told as ${agent ?? "nobody"}, in Node and in Python`, withPython, async () => {
    const header = await inPython(`_broker._agent_header(${JSON.stringify(env)})`);
    const expected = agent === undefined ? "" : `${agentHeader}: ${agent}\r\n`;
    assert.deepEqual([agentHeaders(env)[agentHeader], header], [agent, expected]);
  });
}
