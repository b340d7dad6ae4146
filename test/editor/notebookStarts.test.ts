// Start the Kernel and Connect on a kernel elsewhere that takes its seconds to come up: one press is enough, each time. The soak suite
// repeats it fifty times.
import { deepEqual } from "node:assert/strict";
import { editorTestVariables } from "../support/workbench/editorSuite.ts";
import { chooseOnce, firstCell, openNotebook, placeOfNotebooks, reached } from "./notebookDriver.ts";
import { connectOrSkip, setConnections } from "./notebookSettings.ts";

const rounds = Number(process.env[editorTestVariables.rounds] ?? 3);

const place = placeOfNotebooks();

suite("starting a kernel elsewhere", function () {
  this.timeout(120_000 + rounds * 60_000);

  suiteSetup(async function () {
    await connectOrSkip(this, place);
  });

  suiteTeardown(async () => {
    if (place !== undefined) await setConnections(undefined);
  });

  test(`${rounds} of ${rounds} times the first cell connects after one press`, async () => {
    const said: string[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const notebook = await openNotebook(`starts-${round}.ipynb`, [firstCell], "remote");
      await chooseOnce(notebook);
      said.push(await notebook.run(0));
      await notebook.close();
    }
    deepEqual(
      said.filter((each) => each !== reached),
      [],
    );
  });
});
