// npm test [suite [filter]] [--all]: every suite, or the one that is named with the files whose path contains the filter; with
// --all every cell of the client matrix. Suites run side by side. Closes with one line that adds them up.
import { longSuites, prepare, suites, type SuiteName } from "./runner/suites.ts";
import { inWords, nothing, notEmpty, sum, type Tally } from "./runner/tally.ts";
import { say } from "./runner/tools.ts";

const words = process.argv.slice(2);
const [wanted, filter = ""] = words.filter((word) => word !== "--all");
// Read by test/clients/matrix.test.ts, which runs in a process of its own.
if (words.includes("--all")) process.env["CLIENT_MATRIX"] = "all";
const names = Object.keys(suites).filter((name): name is SuiteName => name in suites);
if (wanted !== undefined && !names.some((name) => name === wanted)) {
  console.error(`There is no suite "${wanted}"; there are ${names.join(", ")}.`);
  process.exit(2);
}

const chosen = names.filter((each) => (wanted === undefined ? !longSuites.includes(each) : each === wanted));
await prepare(chosen);
const tallies = await Promise.all(chosen.map(runToEnd));

const total = sum(tallies);
for (const name of total.failed) console.log(`failed: ${name}`);
for (const name of total.skipped) console.log(`skipped: ${name}`);
console.log(inWords(total));
process.exit(total.failed.length > 0 ? 1 : 0);

async function runToEnd(name: SuiteName): Promise<Tally> {
  const startedAt = Date.now();
  const tally = notEmpty(await runGuarded(name), `the suite ${name}`);
  say(`suite ${name}: ${inWords(tally)}, after ${Math.round((Date.now() - startedAt) / 1000)} s`);
  return tally;
}

async function runGuarded(name: SuiteName): Promise<Tally> {
  try {
    return await suites[name](filter);
  } catch (error) {
    console.error(error);
    return { ...nothing, failed: [`the suite ${name}, which crashed`] };
  }
}
