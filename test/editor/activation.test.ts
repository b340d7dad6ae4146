// The extension in the real extension host: it is found, starts, and offers what its manifest promises.
import { deepEqual } from "node:assert/strict";
import * as vscode from "vscode";
import { commandIds } from "../../src/ids.ts";

suite("activation", () => {
  const extension = vscode.extensions.getExtension("lancedb-auth.lancedb-auth");

  test("the extension activates", async () => {
    await extension?.activate();
    deepEqual(extension?.isActive, true);
  });

  test("it leaves the Jupyter extension asleep", async () => {
    await extension?.activate();
    deepEqual(vscode.extensions.getExtension("ms-toolsai.jupyter")?.isActive, false);
  });

  test("every command of the manifest is registered", async () => {
    await extension?.activate();
    const registered = new Set(await vscode.commands.getCommands(true));
    const missing = Object.values(commandIds).filter((id) => !registered.has(id));
    deepEqual(missing, []);
  });
});
