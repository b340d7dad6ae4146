// The demo's notebook as it is kept in the repository; test/editor/notebook.test.ts runs it.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { root } from "../../support/runner/tools.ts";

test("the demo's notebook is kept without outputs", async () => {
  const text = await readFile(join(root, "test", "demo", "workspace", "penguins.ipynb"), "utf8");
  const outputs = parseNotebook(text).cells.flatMap((cell) => cell.outputs ?? []);
  assert.deepEqual(outputs, []);
});

type NotebookFile = {
  readonly cells: readonly { cell_type: string; source: readonly string[]; outputs?: readonly unknown[] }[];
};

function parseNotebook(text: string): NotebookFile {
  return JSON.parse(text) as NotebookFile;
}
