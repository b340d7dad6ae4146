// Longer than two tokens of 15 s live, in a kernel of this machine and in one elsewhere, at the same time.
import { deepEqual, equal } from "node:assert/strict";
import { stretched } from "../support/runner/patience.ts";
import { editorTestVariables } from "../support/workbench/editorSuite.ts";
import { chooseFirst, firstCell, openNotebook, placeOfNotebooks, reached, reachedInTime } from "./notebookDriver.ts";
import { connectOrSkip, setConnections } from "./notebookSettings.ts";

const seconds = Number(process.env[editorTestVariables.seconds] ?? 32);
/** One cell that runs all the time. */
const overMinutes = `
import lancedb, time
db = lancedb.connect("db://demo")
seen = set()
end = time.monotonic() + ${seconds}
while time.monotonic() < end:
    seen.add(str(db.table_names()))
    time.sleep(1)
print(seen)`;

/** Each sleeps; all together they outlive a token of 15 s four times. */
const manyCells = [
  'import lancedb, time; db = lancedb.connect("db://demo"); print(db.table_names())',
  ...Array.from({ length: 19 }, () => `time.sleep(${Math.min(seconds / 20, 3.2)}); print(db.table_names())`),
];

const place = placeOfNotebooks();

suite("notebooks over minutes", function () {
  this.timeout(stretched((seconds + 240) * 1000));
  let here: Promise<string>;
  let runAll: Promise<readonly string[]>;

  suiteSetup(async function () {
    await connectOrSkip(this, place);
  });

  suiteTeardown(async () => {
    if (place !== undefined) await setConnections(undefined);
  });

  test(`for ${seconds} s each run of the first cell connects elsewhere, with tokens of 15 s`, async () => {
    const local = await openNotebook("minutes.ipynb", [overMinutes], "local");
    here = local.run(0);
    const many = await openNotebook("elsewhere-many.ipynb", manyCells, "remote");
    await chooseFirst(many);
    runAll = many.runAllUntil(reached);
    const elsewhere = await openNotebook("elsewhere-minutes.ipynb", [firstCell], "remote");
    await chooseFirst(elsewhere);
    const seen = new Set<string>();
    for (const endAt = Date.now() + seconds * 1000; Date.now() < endAt;) {
      seen.add(await reachedInTime(() => elsewhere.run(0)));
    }
    deepEqual([...seen], [reached]);
  });

  test("and meanwhile a Run All elsewhere that outlives a token four times has connected in each of its 20 cells", async () => {
    deepEqual(
      (await runAll).filter((said) => said !== reached),
      [],
    );
  });

  test("and meanwhile a cell on this machine has connected all the time", async () => {
    equal(await here, `{"['penguins']"}\n`);
  });
});
