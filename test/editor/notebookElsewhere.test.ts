// A notebook whose kernel runs on a real Jupyter server that has none of our environment: the headers are pushed into it, only after a
// yes, renewed while it is open and after a restart, and no token is left where the editor, the kernel or the server write.
import { deepEqual, equal } from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import * as vscode from "vscode";
import { leaksIn } from "../support/leaks.ts";
import { stretched } from "../support/runner/patience.ts";
import {
  chooseFirst,
  firstCell,
  openNotebook,
  placeOfNotebooks,
  reached,
  reachedInTime,
  sleeps,
  type TestNotebook,
} from "./notebookDriver.ts";
import { connectOrSkip, setConnections } from "./notebookSettings.ts";

const listNames = "print(sorted(dir()))";

const place = placeOfNotebooks();

suite("notebooks on a Jupyter server elsewhere", function () {
  this.timeout(stretched(180_000));
  let notebook: TestNotebook;
  let namesBefore = "";
  const restartAndRunAll = async (): Promise<string> => (await notebook.restartAndRunAll())[0] ?? "";

  suiteSetup(async function () {
    await connectOrSkip(this, place);
    const before = await openNotebook("elsewhere-before.ipynb", [listNames], "remote");
    namesBefore = await before.run(0);
    await before.close();
    notebook = await openNotebook(
      "elsewhere.ipynb",
      [firstCell, listNames, "print(dir(), In, Out, _ih, _oh)"],
      "remote",
    );
  });

  suiteTeardown(async () => {
    if (place !== undefined) await setConnections(undefined);
  });

  test("the command starts the kernel and connects it, so that the first cell works", async () => {
    await chooseFirst(notebook);
    equal(await reachedInTime(() => notebook.run(0)), reached);
  });

  test("it connects again after a restart", async () => {
    const restarted = async (): Promise<string> => {
      await notebook.restart();
      return notebook.run(0);
    };
    equal(await reachedInTime(restarted), reached);
  });

  test("no name is left behind, and the start-up file of that machine has run", async () => {
    await notebook.restart();
    const names = await notebook.run(1);
    deepEqual([names, names.includes("'own_name'")], [namesBefore, true]);
  });

  test("it connects again after an interrupt", async () => {
    const other = await openNotebook("elsewhere-interrupted.ipynb", [firstCell, sleeps], "remote");
    await chooseFirst(other);
    const asleep = other.shows(1, "asleep");
    const ended = other.run(1);
    await asleep;
    await other.interrupt();
    const said = await ended;
    const after = await reachedInTime(() => other.run(0));
    await other.close();
    deepEqual([said.includes("KeyboardInterrupt"), after], [true, reached]);
  });

  test("restart and run all connects", async () => {
    equal(await reachedInTime(restartAndRunAll), reached);
  });

  test("a restart in the midst of a renewal connects as well, each time", async () => {
    const seen = new Set<string>();
    for (let round = 0; round < 4; round += 1) {
      await notebook.run(0);
      void vscode.commands.executeCommand("lancedbAuth.refreshToken", "demo");
      seen.add(await reachedInTime(restartAndRunAll));
    }
    deepEqual([...seen], [reached]);
  });

  test("locked, it has nothing any more; unlocked, it connects again", async () => {
    // What is being pushed at that moment is finished first.
    const runUntil = async (part: string): Promise<void> => {
      while (!(await notebook.run(0)).includes(part));
    };
    await vscode.commands.executeCommand("lancedbAuth.lock");
    await runUntil("LanceDB Auth is locked. Unlock it in VS Code, then try again.");
    await vscode.commands.executeCommand("lancedbAuth.unlock");
    await runUntil(reached);
  });

  test("no token is in the saved notebook, its outputs, IPython's history, the server's log or the editor's logs", async () => {
    await notebook.run(2);
    await notebook.document.save();
    const workspace = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? "";
    const folders = [workspace, place?.folder ?? "", logFolder()];
    const written = await readFile(join(place?.folder ?? "", "jupyter-trace.log"), "utf8");
    deepEqual([await leaksIn(folders, []), written.includes(".accept(")], [[], true]);
  });

  test("a notebook without a yes gets nothing", async () => {
    const other = await openNotebook("elsewhere-no.ipynb", [firstCell], "remote");
    const said = await other.run(0);
    await other.close();
    deepEqual([said.includes("api_key"), said === reached], [true, false]);
  });
});

function logFolder(): string {
  return parseLogFolder(vscode.extensions.getExtension("ms-toolsai.jupyter")?.exports);
}

function parseLogFolder(standIn: unknown): string {
  return (standIn as { logFolder: string }).logFolder;
}
