// The view "LanceDB" and the page about a token, used as a person does with mouse and keyboard, against a real server and its tokens.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { addConnection, runInTerminal, signedInStatus } from "../support/workbench/journey.ts";
import { leaksIn, leaksInText } from "../support/leaks.ts";
import { stretched } from "../support/runner/patience.ts";
import { until } from "../support/workbench/person.ts";
import { sideBarOf, type SideBar } from "../support/workbench/sideBar.ts";
import { openUiStage, seen, type UiStage } from "../support/workbench/uiStage.ts";

let ui: UiStage;
let bar: SideBar;
before(async () => {
  ui = await openUiStage({ name: "ui-databases" });
  bar = sideBarOf(ui.person);
});
after(() => ui.close());

const connection = /^LanceDB connection demo, db:\/\/demo, signed in, token valid for \d+ minutes/;
const penguins = /^table penguins, 342 rows · vector \(4\)$/;

describe("the view", () => {
  test("without a connection says what one is, how to add it, and where the walkthrough is", () =>
    seen(ui.person, "databases-1-welcome", async () => {
      await bar.open();
      const welcome = ui.person.page.locator(".part.sidebar .welcome-view-content");
      await welcome.getByRole("button", { name: "Add Connection" }).waitFor();
      assert.match(await welcome.innerText(), /no LanceDB connection yet[\s\S]*Open the walkthrough/);
    }));

  test("shows a connection with its state and time left, and below it the tables with rows and vectors", () =>
    seen(ui.person, "databases-2-tables", async () => {
      await addConnection(ui.person, ui.stage.answers);
      await signedInStatus(ui.person, "demo");
      await bar.shows(connection);
      await bar.shows(penguins);
      await ui.person.clearNotifications();
      assert.match(await bar.row(connection).innerText(), /demo\s*signed in · \d+m left/);
    }));

  test("shows a table's columns when it is unfolded", () =>
    seen(ui.person, "databases-3-columns", async () => {
      await bar.unfold(penguins);
      await bar.shows(/^column vector, vector, 4 dimensions$/);
      await bar.shows(/^column species, string$/);
    }));

  test("previews schema and first rows in an editor in which nothing can be written", () =>
    seen(ui.person, "databases-4-preview", async () => {
      await bar.press(penguins, "Preview Table");
      const text = await ui.person.copyEditor("penguins (demo)");
      await ui.person.page.keyboard.type("x");
      assert.match(text, /^Table {5}penguins\n[\s\S]*Rows {6}342\n[\s\S]*The first 20 rows\n\nspecies +island/);
      assert.equal(await ui.person.copyEditor("penguins (demo)"), text);
    }));

  test("copies the URI and a snippet that runs as it is", () =>
    seen(ui.person, "databases-5-snippet", async () => {
      await bar.choose(connection, "Copy Database URI");
      const clipboard = (): Promise<string> => ui.person.page.evaluate(() => navigator.clipboard.readText());
      await until("the URI on the clipboard", async () => (await clipboard()) === "db://demo");
      await bar.choose(penguins, "Copy Python Snippet");
      await until("the snippet", async () => (await clipboard()).includes('open_table("penguins")'));
    }));

  test("opens a terminal for the connection, in which it is the active one", () =>
    seen(ui.person, "databases-6-terminal", async () => {
      await bar.press(connection, "Open Terminal");
      await ui.person.waitForTerminalText(/[#$%>❯]\s*$/);
      const { output } = await runInTerminal(ui.person, "lancedb-auth status");
      assert.match(output, /\* demo {2}db:\/\/demo {2}signed in/);
      await ui.person.runCommand("View: Toggle Terminal");
    }));

  test("is worked by the keyboard alone: unfold, move, open the menu, preview", () =>
    seen(ui.person, "databases-7-keyboard", async () => {
      const { page } = ui.person;
      await ui.person.runCommand("View: Close All Editors");
      await ui.person.runCommand("LanceDB: Focus on Databases View");
      await page.locator(".part.sidebar .monaco-list:focus").waitFor();
      for (const key of ["Home", "ArrowDown"]) await page.keyboard.press(key);
      await page.locator('.part.sidebar .monaco-list-row.focused[aria-label^="table penguins"]').waitFor();
      await page.keyboard.press("Shift+F10");
      await page.locator(".monaco-menu").getByRole("menuitem", { name: "Preview Table", exact: true }).waitFor();
      await page.keyboard.press("ArrowDown");
      await page.locator(".monaco-menu .action-item.focused", { hasText: "Preview Table" }).waitFor();
      await page.keyboard.press("Enter");
      await page.locator(".tab.active", { hasText: "penguins (demo)" }).waitFor();
    }));
});

describe("Test Connection", () => {
  test("says what the server answered, in words", () =>
    seen(ui.person, "databases-8-test", async () => {
      await ui.person.runCommand("LanceDB: Test Connection");
      const { message, severity } = await ui.person.notification("“demo” works");
      assert.deepEqual(
        [/^“demo” works: 127\.0\.0\.1:\d+ accepted the token and has 1 table \(\d+ ms\)\.$/.test(message), severity],
        [true, "info"],
      );
      await ui.person.clearNotifications();
    }));
});

describe("the token page", () => {
  test("tells claims, scopes and lifetimes, and holds no token", () =>
    seen(ui.person, "databases-9-token", async () => {
      await ui.person.runCommand("LanceDB: Show Token Details");
      const text = await tokenPageText();
      for (const part of [ui.stage.answers.issuer, "Issuer", "Audience", "Scopes", "Expires", "In this window"]) {
        assert.equal(text.includes(part), true, `${part} is not in ${text}`);
      }
      assert.deepEqual(leaksInText(text, [ui.stage.answers.clientSecret]), []);
    }));

  test("is drawn again when the token is refreshed by its link", () =>
    seen(ui.person, "databases-10-token-refreshed", async () => {
      const before = await ui.person.webview().locator("text=New token").count();
      // The page may be drawn anew under the click, which then does nothing.
      await until("another token in the page", async () => {
        await ui.person
          .webview()
          .getByRole("link", { name: "Refresh Token" })
          .click({ timeout: stretched(2_000) });
        await ui.person
          .webview()
          .locator("text=New token")
          .nth(before)
          .waitFor({ timeout: stretched(2_000) });
        return true;
      });
    }));

  test("gives the token only after a yes", () =>
    seen(ui.person, "databases-11-token-copied", async () => {
      const clipboard = (): Promise<string> => ui.person.page.evaluate(() => navigator.clipboard.readText());
      await ui.person.runCommand("LanceDB: Copy Access Token");
      await ui.person.dialog("Copy the access token of “demo”?");
      await ui.person.screenshot("databases-11-token-dialog");
      await ui.person.pressDialogButton("Copy Token");
      await until("the token on the clipboard", async () => (await clipboard()).startsWith("eyJ"));
      assert.deepEqual(await leaksIn([ui.stateFolder, ui.stage.workspace], [ui.stage.answers.clientSecret]), []);
    }));
});

async function tokenPageText(): Promise<string> {
  await ui.person.webview().getByRole("heading", { name: "Token of demo" }).waitFor();
  return ui.person.webview().locator("main").innerText();
}
