// npm run test:soak: ten windows over one session for five minutes, with tokens of ten seconds.
import { runNodeTests } from "./nodeTests.ts";
import { join } from "node:path";
import { root } from "./tools.ts";

process.env["SOAK_SECONDS"] ??= "300";
const file = join(root, "test", "unit", "windows.test.ts");
const { passed, failed } = await runNodeTests([file], { concurrency: 1, testMs: 10 * 60_000 });
console.log(`${passed} passed, ${failed.length} failed`);
process.exit(failed.length === 0 ? 0 : 1);
