// The view "LanceDB" where it is hard: thousands of tables, a server that fails, narrow windows and other themes, an untrusted folder.
import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { showManyTables } from "../support/workbench/largeDatabase.ts";
import { until } from "../support/workbench/person.ts";
import { stretched } from "../support/runner/patience.ts";
import { sideBarOf, type SideBar } from "../support/workbench/sideBar.ts";
import { startManyTables, type ManyTables } from "../support/servers/manyTables.ts";
import { outputFolder } from "../support/runner/tools.ts";
import { openUiStage, seen, type UiStage } from "../support/workbench/uiStage.ts";
import { themes, useTheme } from "../support/workbench/userSettings.ts";

describe("a server with 5,000 tables", () => {
  let ui: UiStage;
  let bar: SideBar;
  let many: ManyTables;
  before(async () => {
    many = await startManyTables(5_000);
    ui = await openUiStage({ name: "ui-databases-many" });
    bar = sideBarOf(ui.person);
  });
  after(async () => {
    await ui.close();
    await many.close();
  });

  test("is shown page by page, is loaded whole by the keyboard, and the page stays alive", () =>
    seen(ui.person, "databases-20-many", async () => {
      const found = await showManyTables(ui.person, ui.stage.answers, many);
      await mkdir(outputFolder, { recursive: true });
      await writeFile(join(outputFolder, "largeDatabase.json"), `${JSON.stringify(found, undefined, 2)}\n`);
      const lists = many.requests.filter((request) => request.startsWith("GET /v1/table/?"));
      // The bars are the bench's: this machine may be doing other things.
      const bound = stretched(5_000);
      assert.deepEqual(
        [lists.length, many.mostAtOnce() <= 4, found.firstPaintMs < bound, found.longestPauseMs < bound],
        // Ten full pages, and an empty one: only then is it known that the tenth was the last.
        [11, true, true, true],
        JSON.stringify(found),
      );
    }));

  test("asks for nothing more when the connection is folded", () =>
    seen(ui.person, "databases-21-folded", async () => {
      const { page } = ui.person;
      await page.keyboard.press("Home");
      await page.keyboard.press("ArrowLeft");
      await until("only the connection", async () => (await bar.names()).length === 1);
      const asked = many.requests.length;
      await ui.person.runCommand("LanceDB: Focus on Databases View");
      assert.equal(many.requests.length - asked < 5, true);
    }));

  for (const [status, says] of [
    [401, "The token is not accepted"],
    [503, "The server has a fault"],
  ] as const) {
    test(`that answers ${status} is a row that says so and what helps, and the notification of the test says why`, () =>
      seen(ui.person, `databases-22-failed-${status}`, async () => {
        many.status = status;
        await bar.press(/^LanceDB connection many/, "Refresh Tables");
        await bar.unfold(/^LanceDB connection many/);
        await bar.shows(new RegExp(`^${says}: .*answered ${status}, “says ${status} <b>in plain words</b>”`));
        await ui.person.runCommand("LanceDB: Test Connection");
        const { message, severity, buttons } = await ui.person.notification(says);
        const helps = status === 401 ? "Edit Connection" : "Try Again";
        assert.deepEqual(
          [message.includes("<b>in plain words</b>"), severity, buttons],
          [true, "error", [helps, "Diagnose"]],
        );
        await ui.person.screenshot(`databases-22-notification-${status}`);
        await ui.person.clearNotifications();
      }));
  }

  test("is read again by the button of its failure", () =>
    seen(ui.person, "databases-23-again", async () => {
      many.status = 200;
      await bar.row(/^The server has a fault/).click();
      await bar.shows(/^table table_00000, 1,234 rows · vector \(768\)$/);
    }));

  test("says so when it is locked, and shows the tables again after Unlock", () =>
    seen(ui.person, "databases-24-locked", async () => {
      await ui.person.runCommand("LanceDB: Lock");
      await bar.shows(/^LanceDB connection many, db:\/\/many, locked/);
      await bar.shows(/^LanceDB Auth is locked/);
      await ui.person.screenshot("databases-24-locked-row");
      await bar.row(/^LanceDB Auth is locked/).click();
      await bar.shows(/^table table_00000/);
    }));

  for (const theme of ["dark", "contrast", "lightContrast"] as const) {
    test(`looks right in ${themes[theme].label}, also in a narrow window`, () =>
      seen(ui.person, `databases-25-${theme}-800`, async () => {
        const { page } = ui.person;
        await page.setViewportSize({ width: 1280, height: 800 });
        await useTheme(ui.person, theme);
        await ui.person.runCommand("LanceDB: Show Token Details");
        await ui.person.webview().getByRole("heading", { name: "Token of many" }).waitFor();
        await ui.person.screenshot(`databases-25-${theme}-1280`);
        await page.setViewportSize({ width: 800, height: 600 });
        await bar.shows(/^table table_00000/);
      }));
  }
});

test("in an untrusted folder the view says so, and no connection is used", async () => {
  const ui = await openUiStage({ name: "ui-databases-untrusted", untrusted: true });
  try {
    await seen(ui.person, "databases-30-untrusted", async () => {
      await sideBarOf(ui.person).open();
      const welcome = ui.person.page.locator(".part.sidebar .welcome-view-content");
      await welcome.getByRole("button", { name: "Manage Workspace Trust" }).waitFor();
      assert.match(await welcome.innerText(), /not trusted: no connection is used/);
    });
  } finally {
    await ui.close();
  }
});
