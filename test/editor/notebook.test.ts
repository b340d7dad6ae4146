// Notebooks in the real editor, with real kernels behind a stand-in that has the Jupyter extension's identifier, API and rules
// (test/support/jupyterStandIn): the kernel of this machine is reached from its first cell, and nothing of ours is left anywhere.
import { deepEqual, equal } from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import * as vscode from "vscode";
import { editorTestVariables } from "../support/editorSuite.ts";
import { openNotebook, placeOfNotebooks, type TestNotebook } from "./notebookDriver.ts";
import { set, setConnections } from "./notebookSettings.ts";

const firstCell = 'import lancedb; db = lancedb.connect("db://demo"); print(db.table_names())';
const reached = "['penguins']\n";
const listNames = "print(sorted(dir()))";
const sleeps = 'import time; print("asleep", flush=True); time.sleep(600)';
const seconds = Number(process.env[editorTestVariables.seconds] ?? 120);
const overMinutes = `
import time
seen = set()
end = time.monotonic() + ${seconds}
while time.monotonic() < end:
    seen.add(str(db.table_names()))
    time.sleep(1)
print(seen)`;

const place = placeOfNotebooks();
const environmentNames = ["LANCEDB_AUTH_SESSION", "PYTHONSTARTUP", "LANCEDB_AUTH_PYTHONSTARTUP"];

suite("notebooks on this machine", function () {
  this.timeout(180_000);
  let notebook: TestNotebook;
  let namesBefore = "";
  let environmentBefore: unknown;
  const environment = (): unknown => environmentNames.map((name) => process.env[name]);

  suiteSetup(async function () {
    if (place === undefined) {
      this.skip();
      return;
    }
    await mkdir(place.folder, { recursive: true });
    const ownStartup = join(place.folder, "own_startup.py");
    await writeFile(ownStartup, "import math as own_name\n");
    process.env["PYTHONSTARTUP"] = ownStartup;
    environmentBefore = environment();
    await vscode.extensions.getExtension("lancedb-auth.lancedb-auth")?.activate();
    const before = await openNotebook("before.ipynb", [listNames], "local");
    namesBefore = await before.run(0);
    await before.close();
    await setConnections([place.connection]);
    await until(() => process.env["LANCEDB_AUTH_SESSION"] !== undefined);
    notebook = await openNotebook("local.ipynb", [firstCell, listNames, overMinutes], "local");
  });

  suiteTeardown(async () => {
    if (place === undefined) return;
    await setConnections(undefined);
    delete process.env["PYTHONSTARTUP"];
  });

  test("an unchanged notebook connects from its first cell", async () => {
    equal(await notebook.run(0), reached);
  });

  test("it connects again after a restart", async () => {
    await notebook.restart();
    equal(await notebook.run(0), reached);
  });

  test("our start-up file leaves no name behind, and the user's own has run", async () => {
    await notebook.restart();
    const names = await notebook.run(1);
    deepEqual([names, names.includes("'own_name'")], [namesBefore, true]);
  });

  test("it connects again after an interrupt", async () => {
    const other = await openNotebook("interrupted.ipynb", [firstCell, sleeps], "local");
    const asleep = other.shows(1, "asleep");
    const ended = other.run(1);
    await asleep;
    await other.interrupt();
    const said = await ended;
    const after = await other.run(0);
    await other.close();
    deepEqual([said.includes("KeyboardInterrupt"), after], [true, reached]);
  });

  test("restart and run all connects", async () => {
    const other = await openNotebook("all.ipynb", [firstCell, "print(db.table_names())"], "local");
    await other.run(0);
    const outputs = await other.restartAndRunAll();
    await other.close();
    deepEqual(outputs, [reached, reached]);
  });

  test(`it still connects ${seconds} s later, with tokens of 15 s`, async function () {
    this.timeout((seconds + 180) * 1000);
    await notebook.run(0);
    equal(await notebook.run(2), `{"['penguins']"}\n`);
  });

  test("with notebook.enabled off a new kernel is not reached, and the environment is as it was", async () => {
    await set("notebook.enabled", false);
    await until(() => process.env["LANCEDB_AUTH_SESSION"] === undefined);
    const off = environment();
    const other = await openNotebook("off.ipynb", [firstCell], "local");
    const said = await other.run(0);
    await other.close();
    await set("notebook.enabled", undefined);
    await until(() => process.env["LANCEDB_AUTH_SESSION"] !== undefined);
    deepEqual([off, said.includes("api_key")], [environmentBefore, true]);
  });
});

/** Settings reach the environment a moment later; mocha's deadline ends it. */
async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 20));
}
