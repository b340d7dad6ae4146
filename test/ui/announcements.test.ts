// Those who hear the editor are told in a notification what others see in the status bar: a sign-in, a refresh, and a failure that
// nobody has asked for.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { addConnection, signedInStatus, statusBarName } from "../support/workbench/journey.ts";
import { openUiStage, seen, type UiStage } from "../support/workbench/uiStage.ts";

let ui: UiStage;
before(async () => {
  const settings = { "editor.accessibilitySupport": "on" };
  ui = await openUiStage({ name: "ui-announcements", settings, accessTokenSeconds: 30 });
  await addConnection(ui.person, ui.stage.answers);
  await signedInStatus(ui.person, "demo");
  await ui.person.clearNotifications();
});
after(() => ui.close());

const signedIn = /^“demo”: signed in, token valid for .+\.$/;

describe("with a screen reader", () => {
  test("a sign-in is announced", () =>
    seen(ui.person, "announcements-1-signed-in", async () => {
      await ui.person.runCommand("LanceDB: Sign Out");
      await ui.person.pressDialogButton("Sign Out");
      await ui.person.statusBar(/^LanceDB connection demo: signed out/);
      await ui.person.clickStatusBar(statusBarName("demo"));
      await ui.person.answer("The client secret of", ui.stage.answers.clientSecret);
      const { message, severity } = await ui.person.notification("“demo”: signed in");
      assert.deepEqual([signedIn.test(message), severity], [true, "info"], message);
    }));

  test("a refresh is announced", () =>
    seen(ui.person, "announcements-2-refreshed", async () => {
      await ui.person.clearNotifications();
      await ui.person.clickStatusBar(statusBarName("demo"));
      const { message } = await ui.person.notification("“demo”: signed in");
      assert.match(message, signedIn);
    }));

  test("a failure that nobody has asked for is announced once, with the button that helps", () =>
    seen(ui.person, "announcements-3-failed", async () => {
      await ui.person.clearNotifications();
      await ui.stage.authorization.close();
      const told = "“demo”: The authorization server cannot be reached";
      const { buttons, severity } = await ui.person.notification(told);
      await ui.person.statusBar(/^LanceDB connection demo: .*failed|cannot be reached/);
      const all = await ui.person.notifications();
      assert.deepEqual([buttons, severity, all.length], [["Try Again", "Show Log"], "error", 1]);
    }));
});
