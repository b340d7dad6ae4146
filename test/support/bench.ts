// npm run bench [-- part]: measures each figure beside a baseline of the same run and prints one table. A whole run writes
// docs/figures.json, docs/figures.md and README's lines, missed bars and all; a part writes only .test-output/bench.json. Ends with 1 where a figure
// misses its bar: run it on a machine that does nothing else.
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { availableParallelism, loadavg } from "node:os";
import { join, relative } from "node:path";
import { brokerFigures } from "../bench/broker.ts";
import { brokerUnderLoadFigures } from "../bench/brokerUnderLoad.ts";
import { extensionFigures } from "../bench/extension.ts";
import { judge, table, type Figure } from "../bench/figure.ts";
import { parseFigures, textOf, withShortLines, withTable, type FiguresFile } from "../bench/figuresFile.ts";
import { providerFigures } from "../bench/provider.ts";
import { requestFigures } from "../bench/requests.ts";
import { startUpFigures } from "../bench/startUp.ts";
import { viewFigures } from "../bench/view.ts";
import { startSession } from "./session.ts";
import { ensurePython, outputFolder, root, say } from "./runner/tools.ts";

const parts: Readonly<Record<string, () => Promise<readonly Figure[]>>> = {
  provider: providerFigures,
  startUp: () => inSession((session) => Promise.resolve(startUpFigures(session))),
  requests: () => inSession(requestFigures),
  broker: () => inSession(brokerFigures),
  load: brokerUnderLoadFigures,
  extension: extensionFigures,
  view: viewFigures,
};

async function inSession<Result>(
  measure: (session: Awaited<ReturnType<typeof startSession>>) => Promise<Result>,
): Promise<Result> {
  await using session = await startSession();
  return await measure(session);
}

const wanted = process.argv[2];
if (wanted !== undefined && !(wanted in parts)) {
  console.error(`There is no part "${wanted}"; there are ${Object.keys(parts).join(", ")}.`);
  process.exit(2);
}
const load = loadavg()[0] ?? 0;
if (load > availableParallelism() / 2) say(`the machine is busy (load ${load.toFixed(1)}): times may mislead`);
const figures: Figure[] = [];
for (const [name, measure] of Object.entries(parts).filter(([each]) => wanted === undefined || each === wanted)) {
  say(`measuring ${name}`);
  figures.push(...(await measure()));
}
const machine = { node: process.version, platform: process.platform, processors: availableParallelism(), load };
const written = await write({ at: new Date().toISOString(), machine, figures });
const judged = figures.map(judge);
const missed = judged.filter(({ meetsBar }) => meetsBar === false);
console.log(`\n${table(judged)}\n\nwritten: ${written.map((path) => relative(root, path)).join(", ")}`);
for (const { name, against } of missed) console.log(`misses its bar: ${name}, against ${against}`);
process.exit(missed.length > 0 ? 1 : 0);

/** A run that lacks figures leaves the committed ones alone. Answers the paths that it wrote. */
async function write(file: FiguresFile): Promise<readonly string[]> {
  const output = join(outputFolder, "bench.json");
  await mkdir(outputFolder, { recursive: true });
  await writeFile(output, await textOf(file, output));
  if (wanted !== undefined) return [output];
  if ((await ensurePython()) === undefined) {
    say("without Python some figures are missing: the committed ones stay");
    return [output];
  }
  const [committed, page, readme] = [
    join(root, "docs", "figures.json"),
    join(root, "docs", "figures.md"),
    join(root, "README.md"),
  ];
  const text = await textOf(file, committed);
  const figures = parseFigures(text);
  await writeFile(committed, text);
  await writeFile(page, await withTable(await readFile(page, "utf8"), figures, page));
  await writeFile(readme, await withShortLines(await readFile(readme, "utf8"), figures, readme));
  return [output, committed, page, readme];
}
