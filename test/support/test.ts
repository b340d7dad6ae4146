// npm test: every suite, or the one that is named, closing with one line that adds them up.
import { suites, sum, type SuiteName, type Tally } from "./suites.ts";
import { say } from "./tools.ts";

const wanted = process.argv[2];
const names = Object.keys(suites).filter((name): name is SuiteName => name in suites);
if (wanted !== undefined && !names.some((name) => name === wanted)) {
  console.error(`There is no suite "${wanted}"; there are ${names.join(", ")}.`);
  process.exit(2);
}

const tallies: Tally[] = [];
for (const name of names.filter((each) => wanted === undefined || each === wanted)) {
  const startedAt = Date.now();
  say(`suite ${name}`);
  const tally = await runGuarded(name);
  tallies.push(tally);
  say(
    `suite ${name}: ${tally.passed} passed, ${tally.failed.length} failed, in ${Math.round((Date.now() - startedAt) / 1000)} s`,
  );
}

const { passed, failed, skipped } = sum(tallies);
for (const name of failed) console.log(`failed: ${name}`);
for (const name of skipped) console.log(`skipped: ${name}`);
const tail = skipped.length === 0 ? "" : `, ${skipped.length} skipped`;
console.log(`${passed} passed, ${failed.length} failed${tail}`);
process.exit(failed.length > 0 || passed === 0 ? 1 : 0);

async function runGuarded(name: SuiteName): Promise<Tally> {
  try {
    return await suites[name]();
  } catch (error) {
    console.error(error);
    return { passed: 0, failed: [`the suite ${name} crashed`], skipped: [] };
  }
}
