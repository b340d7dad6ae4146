// npm run check: types, lint, format, the import table and the manifest. Clean before every commit.
import { join } from "node:path";
import { runChecks, runNodeTestFiles, sum } from "./suites.ts";
import { root } from "./tools.ts";

const structure = ["architecture", "manifest"].map((name) => join(root, "test", "unit", `${name}.test.ts`));
const { passed, failed } = sum([await runChecks(), await runNodeTestFiles(structure, 2)]);
console.log(`${passed} passed, ${failed.length} failed`);
process.exit(failed.length === 0 ? 0 : 1);
