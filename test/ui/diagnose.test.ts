// LanceDB: Diagnose, Lock and Show Activity as a person uses them, in the real workbench with a real keyring, broker and terminal.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { addConnection, runInTerminal, signedInStatus, statusBarName } from "../support/workbench/journey.ts";
import { leaksInText } from "../support/leaks.ts";
import { until } from "../support/workbench/person.ts";
import { openUiStage, seen, type UiStage } from "../support/workbench/uiStage.ts";

let ui: UiStage;
before(async () => {
  ui = await openUiStage({ name: "ui-diagnose" });
});
after(() => ui.close());

describe("diagnosis", () => {
  test("without a connection the report says how to add one", () =>
    seen(ui.person, "diagnose-1-empty", async () => {
      await ui.person.runCommand("LanceDB: Diagnose");
      assert.match(await ui.person.copyEditor("LanceDB Diagnosis.md"), /## ✖ Connection\n\nThere is none\./);
    }));

  test("with one every part works, and the report holds neither secret nor token", () =>
    seen(ui.person, "diagnose-2-well", async () => {
      await addConnection(ui.person, ui.stage.answers);
      await signedInStatus(ui.person, "demo");
      await ui.person.runCommand("LanceDB: Diagnose");
      let text = "";
      await until(
        "the new report",
        async () => (text = await ui.person.copyEditor("LanceDB Diagnosis.md")).includes("## ✔ Server"),
        () => text,
      );
      const parts = [...text.matchAll(/^## (.) (.*)$/gm)].map(([, mark, what]) => `${mark ?? ""} ${what ?? ""}`);
      assert.deepEqual(
        [parts.filter((part) => !/^[✔–]/.test(part)), parts.length, leaksInText(text, [ui.stage.answers.clientSecret])],
        [[], 12, []],
        text,
      );
    }));

  test("a locked window gives no headers, says so in terminal and status bar, also after a reload, and is unlocked by a click", () =>
    seen(ui.person, "diagnose-3-locked", async () => {
      await ui.person.runCommand("LanceDB: Lock");
      await ui.person.statusBar(/^LanceDB connection demo: locked/);
      await ui.person.openTerminal();
      const locked = await runInTerminal(ui.person, "lancedb-auth headers > /dev/null");
      await ui.person.reload();
      await ui.person.statusBar(/^LanceDB connection demo: locked/);
      await ui.person.clickStatusBar(statusBarName("demo"));
      await signedInStatus(ui.person, "demo");
      // Reloaded as soon as this, VS Code may not have noted the first terminal yet.
      await ui.person.openTerminal();
      const unlocked = await runInTerminal(ui.person, "lancedb-auth headers > /dev/null");
      assert.deepEqual(
        [
          locked.exitCode === 0,
          locked.output.replaceAll("\n", " ").includes("LanceDB Auth is locked"),
          unlocked.exitCode,
        ],
        [false, true, 0],
        locked.output,
      );
    }));

  test("the activity names what was asked for and how it ended", () =>
    seen(ui.person, "diagnose-4-activity", async () => {
      await ui.person.runCommand("LanceDB: Show Activity");
      const page = ui.person.webview();
      await page.getByRole("heading", { name: "LanceDB activity" }).waitFor();
      const text = await page.locator("main").innerText();
      assert.match(text, /nobody can check that[\s\S]*✔ ok[\s\S]*says it is lancedb-auth \d+/);
      assert.deepEqual(leaksInText(text, [ui.stage.answers.clientSecret]), []);
      await page.getByRole("link", { name: "Filter…" }).click();
      await ui.person.answer("Show what holds this text", "no such program");
      await page.getByText("Nothing fits the filter.").waitFor();
      await page.getByRole("link", { name: "Show All" }).click();
      await page
        .getByText(/says it is lancedb-auth/)
        .first()
        .waitFor();
    }));
});
