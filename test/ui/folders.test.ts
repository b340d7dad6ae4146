// Two folders in one window: a person selects a connection for one of them, and status bar and programs follow the folder.
import assert from "node:assert/strict";
import { dirname } from "node:path";
import { after, before, describe, test } from "node:test";
import { addConnection, runInTerminal, signedInStatus } from "../support/workbench/journey.ts";
import { openUiStage, seen, type UiStage } from "../support/workbench/uiStage.ts";

let ui: UiStage;
before(async () => {
  ui = await openUiStage({ name: "ui-folders", secondFolder: "ui-folders-second" });
});
after(() => ui.close());

describe("folders", () => {
  test("a connection is selected for one folder, and the status bar follows the file that is looked at", () =>
    seen(ui.person, "folders-1-selected", async () => {
      for (const name of ["first", "second"]) {
        await addConnection(ui.person, { ...ui.stage.answers, name });
        await ui.person.clearNotifications();
      }
      await ui.person.runCommand("LanceDB: Select Connection");
      await ui.person.answer("Which connection does this window use?", "second");
      await ui.person.quickInput("Which folder uses it?");
      await ui.person.screenshot("folders-1-choice");
      await ui.person.answer("Which folder uses it?", "ui-folders-second");
      await ui.person.openFile("other.mjs");
      await signedInStatus(ui.person, "second");
      await ui.person.openFile("search.mjs");
      await signedInStatus(ui.person, "first");
    }));

  test("programs that name no database get their folder's connection", () =>
    seen(ui.person, "folders-2-programs", async () => {
      await ui.person.openTerminal("Terminal: Create New Terminal (In Active Workspace)");
      const { output } = await runInTerminal(
        ui.person,
        `for d in ui-folders ui-folders-second; do (cd '${dirname(ui.stage.workspace)}'/$d && lancedb-auth status); done`,
      );
      const active = [...output.matchAll(/^\* (\w+) /gm)].map(([, name]) => name);
      assert.deepEqual(active, ["first", "second"], output);
    }));
});
