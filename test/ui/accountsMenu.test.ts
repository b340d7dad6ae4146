// Another extension asks for a connection: VS Code asks the person, then it gets headers, is told of changes, and loses access with the
// sign-out in the Accounts menu.
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { addConnection, clickToRefresh, signedInStatus, statusBarName } from "../support/workbench/journey.ts";
import { until } from "../support/workbench/person.ts";
import { root } from "../support/runner/tools.ts";
import { openUiStage, seen, type UiStage } from "../support/workbench/uiStage.ts";

let ui: UiStage;
before(async () => {
  ui = await openUiStage({
    name: "ui-other-extension",
    moreExtensions: [join(root, "test", "support", "workbench", "accountProvider")],
  });
});
after(() => ui.close());

describe("the Accounts menu", () => {
  test("another extension gets headers after VS Code's question, and none without a session", () =>
    seen(ui.person, "accounts-1-consent", async () => {
      await addConnection(ui.person, ui.stage.answers);
      await signedInStatus(ui.person, "demo");
      await ui.person.runCommand("Test Accounts: Use LanceDB");
      await ui.person.dialog("wants to");
      await ui.person.screenshot("accounts-1-question");
      await ui.person.pressDialogButton("Allow");
      await ui.person.answer("wants to access a LanceDB account", "demo");
      const { message } = await ui.person.notification("version 1");
      assert.equal(message, "version 1, without a session forbidden, with one 200");
    }));

  test("it is told when the token is replaced", () =>
    seen(ui.person, "accounts-2-changed", async () => {
      await clickToRefresh(ui.person, "demo");
      await ui.person.notification("headers changed: db://demo");
    }));

  test("the menu lists the connection, and its sign-out is one", () =>
    seen(ui.person, "accounts-3-signed-out", async () => {
      await ui.person.page.getByRole("button", { name: "Accounts", exact: true }).first().click();
      await ui.person.page.getByText("demo (LanceDB)").first().hover();
      await ui.person.screenshot("accounts-3-menu");
      await ui.person.chooseFromMenu("Sign Out");
      await ui.person.dialog("demo");
      await ui.person.pressDialogButton("Sign Out");
      await until("signed out", async () => (await ui.person.statusBar(statusBarName("demo"))).includes("signed out"));
    }));
});
