// Notebooks in the real editor, with real kernels behind a stand-in that has the Jupyter extension's identifier, API and rules
// (test/support/workbench/jupyterStandIn): the kernel of this machine is reached from its first cell, and nothing of ours is left anywhere.
import { deepEqual, equal } from "node:assert/strict";
import { stretched } from "../support/runner/patience.ts";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import * as vscode from "vscode";
import {
  chooseFirst,
  firstCell,
  openNotebook,
  placeOfNotebooks,
  reached,
  sleeps,
  type TestNotebook,
} from "./notebookDriver.ts";
import { set, setConnections } from "./notebookSettings.ts";

const listNames = "print(sorted(dir()))";
const child = "import sys\n!{sys.executable} search.py";

const place = placeOfNotebooks();
const environmentNames = ["LANCEDB_AUTH_SESSION", "PYTHONSTARTUP", "LANCEDB_AUTH_PYTHONSTARTUP"];

suite("notebooks on this machine", function () {
  this.timeout(stretched(180_000));
  let notebook: TestNotebook;
  let unreached: TestNotebook;
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
    await writeFile(join(vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? "", "search.py"), firstCell);
    notebook = await openNotebook("local.ipynb", [firstCell, listNames, child], "local");
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

  test("locked, the cell says so first and last, and shows no line but its own", async () => {
    await vscode.commands.executeCommand("lancedbAuth.lock");
    const lines = stackOf(await notebook.run(0));
    await vscode.commands.executeCommand("lancedbAuth.unlock");
    const sentence = "LanceDBAuthError: LanceDB Auth is locked. Unlock it in VS Code, then try again.";
    const frames = lines.filter((line) => /^(Cell|File) /.test(line));
    deepEqual([lines[0], lines.at(-1), frames, await notebook.run(0)], [sentence, sentence, [frames[0]], reached]);
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

  test("a program that a cell starts connects as well", async () => {
    equal((await notebook.run(2)).includes(reached.trim()), true);
  });

  test("the demo's notebook searches and draws", async () => {
    const demo = await openNotebook("penguins.ipynb", undefined, "local");
    const [, found = ""] = await demo.runAll();
    const mimes = demo.document
      .getCells()
      .flatMap(({ outputs }) => outputs.flatMap(({ items }) => items.map(({ mime }) => mime)));
    await demo.close();
    deepEqual([found.match(/distance/g)?.length, mimes.includes("image/png")], [5, true]);
  });

  test("with notebook.enabled off a new kernel is not reached, and the environment is as it was", async () => {
    await set("notebook.enabled", false);
    await until(() => process.env["LANCEDB_AUTH_SESSION"] === undefined);
    const off = environment();
    unreached = await openNotebook("off.ipynb", [firstCell, child], "local");
    const said = await unreached.run(0);
    await set("notebook.enabled", undefined);
    await until(() => process.env["LANCEDB_AUTH_SESSION"] !== undefined);
    deepEqual([off, said.includes("api_key")], [environmentBefore, true]);
  });

  test("a kernel that was started without our environment is connected by the command, and again after a restart", async () => {
    // What has failed before is run again from the same list.
    const ranAgain = unreached.shows(0, reached);
    await chooseFirst(unreached);
    await ranAgain;
    const ofChild = await unreached.run(1);
    const [first] = await unreached.restartAndRunAll();
    await unreached.close();
    deepEqual([ofChild.includes(reached.trim()), first], [true, reached]);
  });
});

/** Without colours, and without what only breaks a sentence into lines. */
function stackOf(output: string): readonly string[] {
  const { stack } = parseError(output);
  const plain = stack.replaceAll(/\u001b\[[0-9;]*m/g, "");
  return plain
    .split("\n\n")
    .flatMap((part) => (part.startsWith("LanceDBAuthError") ? part.replaceAll("\n", " ") : part.split("\n")));
}

function parseError(text: string): { readonly stack: string } {
  return JSON.parse(text) as { stack: string };
}

/** Settings reach the environment a moment later; mocha's deadline ends it. */
async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 20));
}
