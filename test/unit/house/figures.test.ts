// The figures that are committed: docs/figures.md and README say what docs/figures.json says, and a missed bar is seen.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { parseFigures, textOf, withShortLines, withTable, type FiguresFile } from "../../bench/figuresFile.ts";
import { root } from "../../support/runner/tools.ts";

const [figuresPath, pagePath, readmePath] = ["docs/figures.json", "docs/figures.md", "README.md"].map((path) =>
  join(root, path),
) as [string, string, string];

const file: FiguresFile = {
  at: "2026-11-24T12:00:00.000Z",
  machine: { node: "v24.0.0", platform: "linux", processors: 2, load: 0.25 },
  figures: [
    { name: "a wait", unit: "ms", ours: 12, baseline: 3, against: "none", bar: { of: "ours", atMost: 10 } },
    { name: "the memory", unit: "MB", ours: 22, baseline: 20, against: "before", bar: { of: "difference", atMost: 5 } },
    { name: "requests", unit: "", ours: 1, baseline: 10_000, against: "the other" },
    { name: "unseen", unit: "ms", ours: 1, baseline: 1, against: "itself", isDetail: true },
  ],
};
const place = "# Title\n\n<!-- figures: npm run bench -->\nold\n\n<!-- end of the figures -->\n\nmore\n";

test("docs/figures.md says what docs/figures.json says, and is written by npm run bench alone", async () => {
  const [figures, page] = await Promise.all([readFile(figuresPath, "utf8"), readFile(pagePath, "utf8")]);
  assert.equal(page, await withTable(page, parseFigures(figures), pagePath));
});

test("README's lines say what docs/figures.json says, and are written by npm run bench alone", async () => {
  const [figures, readme] = await Promise.all([readFile(figuresPath, "utf8"), readFile(readmePath, "utf8")]);
  assert.equal(readme, await withShortLines(readme, parseFigures(figures), readmePath));
});

test("the verdicts of docs/figures.json are those of its figures", async () => {
  const figures = await readFile(figuresPath, "utf8");
  assert.equal(figures, await textOf(parseFigures(figures), figuresPath));
});

test("what is written is what is read again, digit by digit", async () => {
  const awkward = Array.from({ length: 50 }, (_, at) => {
    return { name: `${at}`, unit: "ms", ours: (at + 1) / 3, baseline: (at + 2) / 7, against: "it" } as const;
  });
  const text = await textOf({ ...file, figures: awkward }, figuresPath);
  assert.equal(await textOf(parseFigures(text), figuresPath), text);
});

test("the table has a row for each figure that is no detail, and says which bar is missed", async () => {
  const rows = (await withTable(place, file, readmePath)).split("\n").filter((line) => line.startsWith("| "));
  assert.deepEqual(
    rows.slice(2).map((line) => line.split("|").map((cell) => cell.trim())),
    [
      ["", "a wait", "12 ms", "3 ms, none", "4×", "≤ 10 ms **missed**", ""],
      ["", "the memory", "22 MB", "20 MB, before", "1.1×", "≤ 5 MB more ✔", ""],
      ["", "requests", "1", "10,000, the other", "0.0001×", "", ""],
    ],
  );
});

test("a page without a place for the figures is refused", async () => {
  await assert.rejects(withTable("# Title\n", file, readmePath), /no place for the figures/);
});
