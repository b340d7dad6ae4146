// What a person sees who types something wrong: one clear sentence, a way on, and nothing lost or changed. And the rest of a
// connection's life: edit, sign out, sign in, remove.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { startFaultyServer, type FaultyServer } from "../support/servers/faultyServer.ts";
import { beginStepByStep, signedInStatus, statusBarName } from "../support/workbench/journey.ts";
import { until, type QuickInput } from "../support/workbench/person.ts";
import { openUiStage, seen, type UiStage } from "../support/workbench/uiStage.ts";

const dialogue = "Add LanceDB Connection";

let ui: UiStage;
let faulty: FaultyServer;
before(async () => {
  faulty = await startFaultyServer();
  ui = await openUiStage({ name: "ui-wrong-inputs" });
});
after(async () => {
  await ui.close();
  await faulty.close();
});

/** Types into the open box, presses Enter where asked, and answers the box once it complains. */
async function complaint(text: string, press: boolean, says: RegExp): Promise<QuickInput> {
  await ui.person.type(text);
  if (press) await ui.person.pressEnter();
  return ui.person.quickInput(says);
}

async function savedSettings(): Promise<string> {
  const files = ["User", "Machine"].map((name) => join(ui.workbench.userDataDir, name, "settings.json"));
  return (await Promise.all(files.map((file) => readFile(file, "utf8").catch(() => "")))).join("\n");
}

describe("wrong inputs", () => {
  test("a name, a URI and an http issuer that cannot be are refused as they are typed", () =>
    seen(ui.person, "wrong-1-typed", async () => {
      await beginStepByStep(ui.person);
      await ui.person.quickInput("A name for this connection");
      const name = await complaint("-x", false, /A name starts with/);
      await ui.person.answer(dialogue, "demo");
      await ui.person.quickInput("The database URI");
      const uri = await complaint("/tmp/data", false, /A remote database URI starts with db:\/\//);
      await ui.person.answer(dialogue, "db://demo");
      await ui.person.answer("The server’s URL", ui.stage.answers.host);
      await ui.person.answer("How do you want to sign in?", "Client secret");
      await ui.person.quickInput("The OAuth issuer’s URL");
      const http = await complaint("http://login.example.com", false, /must start with https/);
      assert.deepEqual(
        [name, uri, http].map(({ severity, step }) => [severity, step]),
        [
          ["error", "1/5"],
          ["error", "2/5"],
          ["error", "4/5"],
        ],
      );
    }));

  test("an issuer that cannot be reached, answers HTML or hangs: a sentence each, what was typed stays, and an arrow goes on", () =>
    seen(ui.person, "wrong-2-issuers", async () => {
      const unreachable = await complaint("http://127.0.0.1:1", true, /cannot be reached.*go on without this check/);
      faulty.discovery = "html";
      const html = await complaint(faulty.issuerUrl, true, /is not an OAuth issuer.*use it as the token URL/);
      faulty.discovery = "hang";
      const hangs = await complaint(`${faulty.issuerUrl}/`, true, /does not answer in time/);
      assert.deepEqual(
        [unreachable, html, hangs].map(({ severity, value }) => [severity, value]),
        [
          ["error", "http://127.0.0.1:1"],
          ["error", faulty.issuerUrl],
          ["error", `${faulty.issuerUrl}/`],
        ],
      );
    }));

  test("going back and forth keeps what was typed", () =>
    seen(ui.person, "wrong-3-back", async () => {
      await ui.person.answer(dialogue, ui.stage.answers.issuer);
      await ui.person.answer("The OAuth client id", ui.stage.answers.clientId);
      await ui.person.quickInput("The client secret");
      await ui.person.pressQuickButton("Back");
      const client = await ui.person.quickInput("The OAuth client id");
      await ui.person.pressQuickButton("Back");
      const issuer = await ui.person.quickInput("The OAuth issuer’s URL");
      await ui.person.pressEnter();
      await ui.person.quickInput("The OAuth client id");
      await ui.person.pressEnter();
      assert.deepEqual([client.value, issuer.value], [ui.stage.answers.clientId, ui.stage.answers.issuer]);
    }));

  test("a wrong secret is said in the box, stays typed, and nothing is saved", () =>
    seen(ui.person, "wrong-4-secret", async () => {
      await ui.person.quickInput("The client secret");
      const { severity, value, password } = await complaint("wrong", true, /does not accept this client id and secret/);
      assert.deepEqual(
        {
          severity,
          value,
          password,
          saved: (await savedSettings()).includes("db://demo"),
          shown: await ui.person.hasStatusBar(/LanceDB/),
        },
        { severity: "error", value: "wrong", password: true, saved: false, shown: false },
      );
    }));

  test("the right secret in the same box connects", () =>
    seen(ui.person, "wrong-5-connected", async () => {
      await ui.person.answer(dialogue, ui.stage.answers.clientSecret);
      await ui.person.notification("“demo” is signed in");
      await signedInStatus(ui.person, "demo");
      assert.equal((await savedSettings()).includes('"db://demo"'), true);
    }));

  test("a cancelled dialogue keeps what was typed for the next one", () =>
    seen(ui.person, "wrong-6-cancelled", async () => {
      await beginStepByStep(ui.person);
      await ui.person.answer("A name for this connection", "second");
      await ui.person.quickInput("The database URI");
      await ui.person.escape();
      await ui.person.quickInputGone();
      await beginStepByStep(ui.person);
      const { value } = await ui.person.quickInput("A name for this connection");
      await ui.person.escape();
      assert.equal(value, "second");
    }));

  test("a renamed connection keeps its secret", () =>
    seen(ui.person, "wrong-7-renamed", async () => {
      await ui.person.runCommand("LanceDB: Edit Connection");
      await ui.person.quickInput("Pick what you want to change");
      await ui.person.pick("name");
      await ui.person.answer(/^Edit LanceDB Connection/, "penguins");
      const { items } = await ui.person.quickInput("Pick what you want to change");
      assert.equal(items[0], "Save");
      await ui.person.pressEnter();
      await signedInStatus(ui.person, "penguins");
      assert.equal(await ui.person.hasStatusBar(statusBarName("demo")), false);
    }));

  test("signing out asks first, then the status bar asks for a person; signing in asks for the secret", () =>
    seen(ui.person, "wrong-8-signed-out", async () => {
      await ui.person.runCommand("LanceDB: Sign Out");
      await ui.person.dialog("Sign out of “penguins”?");
      await ui.person.pressDialogButton("Sign Out");
      await until("signed out", async () =>
        (await ui.person.statusBar(statusBarName("penguins"))).includes("signed out"),
      );
      const items = await ui.person.statusBarItems();
      await ui.person.clickStatusBar(statusBarName("penguins"));
      await ui.person.answer("The client secret of", ui.stage.answers.clientSecret);
      await signedInStatus(ui.person, "penguins");
      assert.equal(items.find(({ name }) => name.startsWith("LanceDB connection"))?.kind, "warning");
    }));

  test("a refresh under way shows in the status bar, and its success nowhere else", () =>
    seen(ui.person, "wrong-9-refreshing", async () => {
      const release = ui.stage.authorization.holdTokenRequests();
      await ui.person.clearNotifications();
      await ui.person.clickStatusBar(statusBarName("penguins"));
      await ui.person.statusBar(/^LanceDB connection penguins: fetching a token/);
      release();
      await signedInStatus(ui.person, "penguins");
      assert.deepEqual(await ui.person.notifications(), []);
    }));

  test("a refresh that fails is one notification with the button that helps, and the token stays", () =>
    seen(ui.person, "wrong-10-server-down", async () => {
      await ui.stage.authorization.close();
      await ui.person.clickStatusBar(statusBarName("penguins"));
      const { buttons } = await ui.person.notification("“penguins”: The authorization server cannot be reached");
      assert.deepEqual(
        [
          buttons,
          (await ui.person.notifications()).length,
          /^penguins \d+m$/.test(await signedInStatus(ui.person, "penguins")),
        ],
        [["Try Again", "Show Log"], 1, true],
      );
    }));

  test("a removed connection takes the status bar item with it", () =>
    seen(ui.person, "wrong-11-removed", async () => {
      await ui.person.runCommand("LanceDB: Remove Connection");
      await ui.person.dialog("Remove the connection “penguins”?");
      await ui.person.pressDialogButton("Remove");
      await until("no item", async () => !(await ui.person.hasStatusBar(/LanceDB connection/)));
      assert.equal((await savedSettings()).includes("db://demo"), false);
    }));
});
