// The snippets of the view run as they are, in a terminal of the window, with LanceDB's own clients and a table of an odd name.
import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { snippetFor } from "../../src/tables/snippets.ts";
import { startSession } from "../support/session.ts";
import { root } from "../support/runner/tools.ts";

test("the snippets run as they are copied, in Python and in TypeScript", async () => {
  await using session = await startSession();
  const outcomes: unknown[] = [];
  await mkdir(join(root, ".demo"), { recursive: true });
  for (const table of ["penguins", undefined]) {
    const script = join(root, ".demo", `snippet-${String(process.pid)}.mts`);
    await writeFile(script, snippetFor("typescript", "db://demo", table));
    const node = await session.run(process.execPath, [script]);
    outcomes.push([node.code, /penguins|Adelie/.test(node.stdout)]);
    if (session.python === undefined) continue;
    const python = await session.run(session.python, ["-c", snippetFor("python", "db://demo", table)]);
    outcomes.push([python.code, /penguins|Adelie/.test(python.stdout)]);
  }
  assert.deepEqual([...new Set(outcomes.map((each) => JSON.stringify(each)))], ["[0,true]"], JSON.stringify(outcomes));
});
