// The import table of the design, executed; and that it can fail.
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { breaches, readSources } from "../support/architecture.ts";
import { root } from "../support/tools.ts";

test("src keeps the import table, has no cycles, and oauth no clock, chance or network of its own", async () => {
  assert.deepEqual(breaches(await readSources(join(root, "src"))), []);
});

for (const [what, path, text, says] of [
  [
    "workbench importing sessions",
    "workbench/a.ts",
    '// x\nimport "../sessions/b.ts";',
    /may not import sessions\/b\.ts/,
  ],
  ["oauth importing the editor", "oauth/a.ts", '// x\nimport * as vscode from "vscode";', /may not import vscode/],
  ["oauth importing Node", "oauth/a.ts", '// x\nconst fs = await import("node:fs");', /may not import node:fs/],
  ["oauth asking the clock", "oauth/a.ts", "// x\nexport const at = Date.now();", /the machine's own clock/],
  ["a client importing more of the broker", "clients/a.ts", '// x\nimport "../broker/server.ts";', /may not import/],
  ["a file of no part", "misc/a.ts", "// x\n", /belongs to no part/],
  ["a file named helpers", "oauth/helpers.ts", "// x\n", /a name that says nothing/],
  ["a file without an opening", "oauth/a.ts", "export {};", /does not open/],
] as const) {
  test(`${what} is found`, () => {
    assert.match(breaches([{ path, text }]).join("\n"), says);
  });
}

test("an import cycle is found", () => {
  const files = [
    { path: "oauth/a.ts", text: '// x\nimport "./b.ts";' },
    { path: "oauth/b.ts", text: '// x\nimport "./a.ts";' },
  ];
  assert.match(breaches(files).join("\n"), /import cycle: oauth\/a\.ts → oauth\/b\.ts → oauth\/a\.ts/);
});
