// npm run check: types, lint, format, the import table, the manifest, the words and the figures. Clean before every commit.
import { join } from "node:path";
import { runChecks } from "./runner/checks.ts";
import { runNodeTests } from "./runner/nodeTests.ts";
import { inWords, sum } from "./runner/tally.ts";
import { root } from "./runner/tools.ts";

const names = ["architecture", "manifest", "words", "figures"];
const structure = names.map((name) => join(root, "test", "unit", "house", `${name}.test.ts`));
const tally = sum([await runChecks(), await runNodeTests(structure, { concurrency: 2 })]);
for (const name of tally.failed) console.log(`failed: ${name}`);
console.log(inWords(tally));
process.exit(tally.failed.length === 0 ? 0 : 1);
