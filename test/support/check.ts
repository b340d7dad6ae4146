// npm run check: types, lint, format, the import table, the manifest, the words and the figures. Clean before every commit.
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { runChecks } from "./runner/checks.ts";
import { runNodeTests } from "./runner/nodeTests.ts";
import { openSlots } from "./runner/slots.ts";
import { inWords, sum } from "./runner/tally.ts";
import { root } from "./runner/tools.ts";

const names = ["architecture", "manifest", "words", "figures"];
const structure = names.map((name) => join(root, "test", "unit", "house", `${name}.test.ts`));
const slots = openSlots(Math.min(4, availableParallelism()));
const tally = sum(await Promise.all([runChecks("", slots), runNodeTests(structure, { slots })]));
for (const name of tally.failed) console.log(`failed: ${name}`);
console.log(inWords(tally));
process.exit(tally.failed.length === 0 ? 0 : 1);
