// The first minutes: the prompt on code that connects, the walkthrough, and what is said in the code. One fresh profile, steps in order.
import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { addConnectionSteps, otherProvider, serviceQuestion, signedInStatus } from "../support/workbench/journey.ts";
import { leaksIn } from "../support/leaks.ts";
import { until } from "../support/workbench/person.ts";

import { openUiStage, seen, type UiStage } from "../support/workbench/uiStage.ts";
import { addUserSetting, inThemes } from "../support/workbench/userSettings.ts";

let ui: UiStage;
before(async () => {
  ui = await openUiStage({ name: "ui-first-run" });
  // Beside the side bar the walkthrough would have no room for its pictures.
  await ui.person.runCommand("View: Toggle Primary Side Bar Visibility");
  const { workspace, lancedb } = ui.stage;
  await writeFile(join(workspace, "local.py"), 'import lancedb\n\ndb = lancedb.connect("data/local")\n');
  await writeFile(join(workspace, "keyed.py"), keyed(lancedb.host));
});
after(() => ui.close());

const plantedKey = "sk_planted_in_the_code";

function keyed(host: string): string {
  return `import lancedb\n\ndb = lancedb.connect(\n    "db://demo",\n    api_key="${plantedKey}",\n    host_override="${host}",\n)\n`;
}

/** A notebook behind another tab stays in the page, inert and far outside. */
const onScreen = ":visible:not([inert] *)";

/** The lenses of the visible editors and cells, from top to bottom. */
async function lenses(): Promise<readonly string[]> {
  const shown = await ui.person.page.locator(`.codelens-decoration${onScreen}`).allInnerTexts();
  return shown.map((text) => text.replaceAll("\u00a0", " ").trim());
}

async function lensThatSays(fits: RegExp): Promise<string> {
  let last: readonly string[] = [];
  await until(
    `a lens that says ${String(fits)}`,
    async () => {
      last = await lenses();
      return last.some((lens) => fits.test(lens));
    },
    () => JSON.stringify(last),
  );
  return last.find((lens) => fits.test(lens)) ?? "";
}

async function clickLens(text: string): Promise<void> {
  await ui.person.page.locator(`.codelens-decoration${onScreen} a`, { hasText: text }).first().click();
}

async function hoverOver(text: string): Promise<string> {
  const { page } = ui.person;
  await page.mouse.move(900, 700);
  await page.locator(`.view-line${onScreen} span`, { hasText: text }).last().hover();
  const hover = page.locator(".monaco-hover:visible", { hasText: "LanceDB" }).last();
  await hover.waitFor();
  return (await hover.innerText()).replaceAll("\u00a0", " ");
}

/** @param arrange what has to be done anew, since the theme's picker closes it */
function inEveryTheme(name: string, arrange?: () => Promise<void>): Promise<void> {
  return inThemes(ui.person, ["light", "contrast", "dark"], name, arrange);
}

const offer = /connects to db:\/\/demo/;

describe("the first run", () => {
  test("code with a local path is not asked about", () =>
    seen(ui.person, "first-1-local", async () => {
      await ui.person.openFile("local.py");
      // The language is known and the extension has answered, once its commands are there.
      await ui.person.findCommands("LanceDB: Add Connection");
      assert.deepEqual([await lenses(), await ui.person.notifications()], [[], []]);
    }));

  test("code that connects to db://demo brings one offer to add a connection", () =>
    seen(ui.person, "first-2-prompt", async () => {
      await ui.person.openFile("search.py");
      const { buttons, severity } = await ui.person.notification(offer);
      await lensThatSays(/LanceDB: no connection for db:\/\/demo – add one/);
      await inEveryTheme("first-2-prompt");
      assert.deepEqual([buttons, severity], [["Add Connection", "No"], "info"]);
    }));

  test("after No nobody asks again, in the next window either", () =>
    seen(ui.person, "first-3-no", async () => {
      await ui.person.pressNotificationButton(offer, "No");
      // The browser writes what VS Code remembers a moment later; two more files are longer than that.
      await ui.person.openFile("local.py");
      await ui.person.openFile("watch.py");
      await lensThatSays(/no connection for db:\/\/demo/);
      await ui.person.reload();
      // Which files were open the browser may not have written, when the page goes.
      await ui.person.openFile("search.py");
      await lensThatSays(/no connection for db:\/\/demo/);
      await ui.person.openFile("penguins.ipynb");
      await lensThatSays(/no connection for db:\/\/demo/);
      assert.deepEqual(await ui.person.notifications(), []);
    }));

  test("the walkthrough has five steps, none of them done", () =>
    seen(ui.person, "first-4-walkthrough", async () => {
      await openWalkthrough();
      await inEveryTheme("first-4-walkthrough");
      assert.deepEqual(await steps(), [
        "Add a connection: open",
        "Watch the status bar: open",
        "Run a program in a terminal: open",
        "Run a notebook: open",
        "Get help: open",
      ]);
    }));

  test("the lens adds the connection, with the database filled in", () =>
    seen(ui.person, "first-5-added", async () => {
      await ui.person.openFile("search.py");
      await lensThatSays(/add one/);
      await clickLens("no connection for db://demo");
      const prefilled: string[] = [];
      await ui.person.answer(serviceQuestion, otherProvider);
      for (const { says, answer } of addConnectionSteps.slice(2)) {
        prefilled.push((await ui.person.quickInput(says)).value);
        await ui.person.answer(says, ui.stage.answers[answer]);
      }
      await ui.person.quickInputGone();
      await ui.person.notification("“demo” is signed in");
      await ui.person.clearNotifications();
      await lensThatSays(/^LanceDB: demo, signed in, (\d+m|under a minute) left$/);
      await inEveryTheme("first-5-lens");
      // Name and database are known by the code, and not asked.
      assert.deepEqual(prefilled, ["", "", "", "", ""]);
    }));

  test("the hover says database, server, state and what can be done", () =>
    seen(ui.person, "first-6-hover", async () => {
      let text = "";
      await inEveryTheme("first-6-hover", async () => {
        text = await hoverOver("db://demo");
      });
      const parts = [
        "demo, signed in",
        "db://demo",
        ui.stage.lancedb.host,
        "Refresh Token",
        "Select Connection",
        "Diagnose",
      ];
      assert.deepEqual(
        parts.filter((part) => !text.includes(part)),
        [],
        text,
      );
    }));

  test("the lens follows a sign-out at once, and a click signs in again", () =>
    seen(ui.person, "first-7-signed-out", async () => {
      await ui.person.runCommand("LanceDB: Sign Out");
      await ui.person.pressDialogButton("Sign Out");
      await lensThatSays(/demo, signed out – sign in/);
      await clickLens("demo, signed out");
      await ui.person.answer("The client secret of", ui.stage.answers.clientSecret);
      await ui.person.quickInputGone();
      await until("the focus back in the code", () =>
        ui.person.page.evaluate(() => (document.activeElement?.closest(".editor-instance") ?? null) !== null),
      );
      await lensThatSays(/demo, signed in/);
    }));

  test("a cell of a notebook has the lens as well", () =>
    seen(ui.person, "first-8-notebook", async () => {
      await ui.person.openFile("penguins.ipynb");
      await lensThatSays(/demo, signed in/);
      await inEveryTheme("first-8-notebook");
    }));

  test("a key in the code is warned of, and the quick fix takes it out", () =>
    seen(ui.person, "first-9-key", async () => {
      const { page } = ui.person;
      await ui.person.openFile("keyed.py");
      await lensThatSays(/uses a key that is written in the code/);
      await page.locator(".view-line", { hasText: plantedKey }).last().click();
      await page.locator(".cdr.squiggly-warning").first().waitFor();
      await inEveryTheme("first-9-key");
      const fix = await ui.person.quickFix("Take the key out of the code");
      await ui.person.screenshot("first-9-quick-fix");
      await fix.click();
      await ui.person.notification("The key is out of the code");
      await lensThatSays(/demo, signed in/);
      await ui.person.clearNotifications();
      await ui.person.runCommand("File: Save");
      await page.locator(".tab.active:not(.dirty)", { hasText: "keyed.py" }).waitFor();
      const leaks = await leaksIn([ui.stage.workspace, ui.workbench.logsDir], [plantedKey]);
      assert.deepEqual(leaks, []);
    }));

  test("with the setting off the code is as it was", () =>
    seen(ui.person, "first-10-off", async () => {
      await ui.person.openFile("search.py");
      await lensThatSays(/demo, signed in/);
      await addUserSetting(ui.person, "lancedbAuth.codeLens.enabled", false);
      await ui.person.page.locator(".tab.active", { hasText: "search.py" }).waitFor();
      await until("no lens", async () => (await lenses()).length === 0);
    }));

  test("the walkthrough ticks off what has happened", () =>
    seen(ui.person, "first-11-walkthrough-done", async () => {
      await signedInStatus(ui.person, "demo");
      await ui.person.runCommand("LanceDB: Refresh Token");
      await ui.person.runCommand("LanceDB: Show Log");
      await openWalkthrough();
      await until("three steps done", async () => (await steps()).filter((step) => step.endsWith("done")).length === 3);
      assert.deepEqual(
        (await steps()).filter((step) => step.endsWith("done")),
        ["Add a connection: done", "Watch the status bar: done", "Get help: done"],
      );
    }));
});

async function openWalkthrough(): Promise<void> {
  await ui.person.runCommand("Welcome: Open Walkthrough...");
  await ui.person.pick(/Get Started with LanceDB Auth/);
  await ui.person.quickInputGone();
  await ui.person.page.locator(".getting-started-step:visible").nth(4).waitFor();
  // With its picture the page is complete, and takes the focus no more.
  await ui.person.page.locator(".getting-started-step.expanded:visible").waitFor();
  await ui.person.page.locator(".gettingStartedContainer .getting-started-media img:visible").first().waitFor();
}

/** "Add a connection: open" */
async function steps(): Promise<readonly string[]> {
  return ui.person.page.locator(".getting-started-step:visible").evaluateAll((all) =>
    all.map((step) => {
      const title = step.querySelector(".step-title")?.textContent.trim() ?? "";
      const isDone = step.querySelector(".codicon-getting-started-step-checked.complete") !== null;
      return `${title}: ${isDone ? "done" : "open"}`;
    }),
  );
}
