// The cells of the demo's notebook, in their order, against the demo's data: they search, and draw a plot.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { startSession, type Session } from "../support/session.ts";
import { ensureNotebookPython, root } from "../support/tools.ts";

let session: Session;
before(async () => {
  await ensureNotebookPython();
  session = await startSession();
});
after(() => session[Symbol.asyncDispose]());

test("the demo's notebook finds the penguins and draws them", async (context) => {
  if (session.python === undefined) {
    context.skip("this machine has no Python 3.9 or newer");
    return;
  }
  const path = join(root, "test", "demo", "workspace", "penguins.ipynb");
  const { cells } = parseNotebook(await readFile(path, "utf8"));
  const code = cells.filter(({ cell_type: type }) => type === "code").map(({ source }) => source.join(""));
  const drawn = "print(len(axes.collections) > 0)";
  const env = { MPLBACKEND: "Agg" };
  const ended = await session.run(session.python, ["-c", [...code, drawn].join("\n")], { env });
  const lines = ended.stdout.trim().split("\n");
  assert.deepEqual(
    [ended.code, lines.filter((line) => line.includes("distance")).length, lines.at(-1)],
    [0, 5, "True"],
    ended.stderr,
  );
});

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
