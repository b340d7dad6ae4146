// npm run bench: measures each figure beside a baseline of the same run, prints one table, and writes .test-output/bench.json.
// Ends with 1 where a figure misses its bar: run it on a machine that does nothing else.
import { mkdir, writeFile } from "node:fs/promises";
import { availableParallelism, loadavg } from "node:os";
import { join, relative } from "node:path";
import { brokerFigures } from "../bench/broker.ts";
import { brokerUnderLoadFigures } from "../bench/brokerUnderLoad.ts";
import { extensionFigures } from "../bench/extension.ts";
import { judge, table, type Figure } from "../bench/figure.ts";
import { providerFigures } from "../bench/provider.ts";
import { requestFigures } from "../bench/requests.ts";
import { startUpFigures } from "../bench/startUp.ts";
import { viewFigures } from "../bench/view.ts";
import { startSession } from "./session.ts";
import { outputFolder, root, say } from "./tools.ts";

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
const judged = figures.map(judge);
const report = join(outputFolder, "bench.json");
await mkdir(outputFolder, { recursive: true });
const machine = { node: process.version, platform: process.platform, processors: availableParallelism(), load };
await writeFile(
  report,
  `${JSON.stringify({ at: new Date().toISOString(), machine, figures: judged }, undefined, 2)}\n`,
);
console.log(`\n${table(judged)}\n\n${relative(root, report)}`);
process.exit(judged.some(({ meetsBar }) => meetsBar === false) ? 1 : 0);
