// The dialogue starts with a service that people know, asks in that service's words, and shows what it made of the answers. And Edit
// Connection, which shows everything at once.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import manifest from "../../package.json" with { type: "json" };
import { personalClient } from "../support/servers/authorizationServer.ts";
import { serviceQuestion, signedInStatus, statusBarName } from "../support/workbench/journey.ts";
import { until } from "../support/workbench/person.ts";
import { openUiStage, seen, type UiStage } from "../support/workbench/uiStage.ts";

const apiKey = "sk_ui_service_key_4711==";

let ui: UiStage;
before(async () => {
  ui = await openUiStage({ name: "ui-services", apiKey });
});
after(() => ui.close());

async function savedEntries(): Promise<string> {
  const files = ["User", "Machine"].map((name) => join(ui.workbench.userDataDir, name, "settings.json"));
  return (await Promise.all(files.map((file) => readFile(file, "utf8").catch(() => "")))).join("\n");
}

describe("a sign-in that starts with its name", () => {
  test("a LanceDB Cloud API key is two questions, and five interactions from the empty profile", () =>
    seen(ui.person, "services-1-api-key", async () => {
      const { person, stage } = ui;
      await person.runCommand("LanceDB: Add Connection");
      const { items } = await person.quickInput(serviceQuestion);
      await person.screenshot("services-1-choice");
      await person.answer(serviceQuestion, "LanceDB Cloud");
      const database = await person.quickInput("Your database URI");
      await person.screenshot("services-1-database");
      await person.answer("Your database URI", `db://demo ${stage.answers.host}`);
      const key = await person.quickInput("The API key.");
      await person.screenshot("services-1-key");
      await person.answer("The API key.", apiKey);
      await person.notification("“demo” is signed in");
      await until(
        "the key in the status bar",
        async () => (await person.statusBar(statusBarName("demo"))) === "demo API key",
      );
      assert.deepEqual(
        [items[0], database.step, key.step, person.interactions <= 5],
        ["LanceDB Cloud", "1/2", "2/2", true],
        String(person.interactions),
      );
    }));

  test("Entra ID as a person is seven interactions; issuer, scopes and the redirect address are shown before the sign-in", () =>
    seen(ui.person, "services-2-entra", async () => {
      const { person, stage } = ui;
      await person.clearNotifications();
      const before = person.interactions;
      await person.runCommand("LanceDB: Add Connection");
      await person.answer(serviceQuestion, "Microsoft Entra ID");
      await person.answer("Your database URI, a blank, and the URL", `db://second ${stage.answers.host}`);
      await person.quickInput("The Directory (tenant) ID");
      await person.screenshot("services-2-tenant");
      // A whole issuer is taken as well: for sovereign clouds, and here for a server on this machine.
      await person.answer("The Directory (tenant) ID", stage.answers.issuer);
      await person.answer("The Application (client) ID", personalClient.id);
      const review = await person.quickInput("This is what your answers came to");
      await person.screenshot("services-2-review");
      const rows = await person.page.locator(".quick-input-widget .monaco-list-row").allInnerTexts();
      await person.opensPage(() => person.pressEnter());
      await person.notification("“second” is signed in");
      const count = person.interactions - before;
      await person.runCommand("LanceDB: Select Connection");
      await person.pick("second");
      await signedInStatus(person, "second");
      const shown = rows.map((row) => row.replaceAll(/\s+/g, " "));
      assert.deepEqual(
        [
          count <= 7,
          review.step,
          ...[`issuerUrl${stage.answers.issuer}`, `scopes${personalClient.id}/.default`, "/callback"].map((text) =>
            shown.some((row) => row.includes(text)),
          ),
        ],
        [true, "4/5", true, true, true],
        `${String(count)}\n${shown.join("\n")}`,
      );
    }));

  test("what is wrong is said in the box, what was typed stays, also over Back, and what was built can be changed", () =>
    seen(ui.person, "services-3-back", async () => {
      const { person, stage } = ui;
      await person.runCommand("LanceDB: Add Connection");
      await person.answer(serviceQuestion, "Amazon Cognito");
      await person.quickInput("Your database URI, a blank, and the URL");
      await person.type("db://third");
      await person.pressEnter();
      const missing = await person.quickInput("The server is missing");
      await person.answer("The server is missing", `db://third ${stage.answers.host}`);
      await person.quickInput("The User pool ID");
      await person.type("nowhere");
      const wrong = await person.quickInput("A User pool ID looks like");
      await person.answer("A User pool ID looks like", stage.answers.issuer);
      await person.quickInput("The Client ID");
      await person.pressQuickButton("Back");
      const pool = await person.quickInput("The User pool ID");
      await person.pressEnter();
      await person.answer("The Client ID", personalClient.id);
      await person.answer("A custom scope", "search");
      await person.quickInput("This is what your answers came to");
      await person.pick("audience");
      await person.answer("Add LanceDB Connection", "https://lancedb.example.com");
      await person.quickInput("This is what your answers came to");
      await person.pick("Copy the redirect address");
      await person.quickInput("The redirect address is copied");
      await person.screenshot("services-3-changed");
      const copied = await person.page.evaluate(() => navigator.clipboard.readText());
      const rows = await person.page.locator(".quick-input-widget .monaco-list-row").allInnerTexts();
      await person.escape();
      await person.quickInputGone();
      assert.deepEqual(
        {
          severities: [missing.severity, wrong.severity],
          values: [missing.value, pool.value],
          copied: URL.canParse(copied) && copied.includes("callback"),
          audience: rows.some((row) => /audience\s*https:\/\/lancedb\.example\.com/.test(row)),
        },
        { severities: ["error", "error"], values: ["db://third", stage.answers.issuer], copied: true, audience: true },
        rows.join("\n"),
      );
    }));
});

describe("Edit Connection", () => {
  test("shows every field with its value in one list, and saves what was changed", () =>
    seen(ui.person, "services-4-edit", async () => {
      const { person, stage } = ui;
      await person.runCommand("LanceDB: Edit Connection");
      await person.pick("second");
      await person.quickInput("Pick what you want to change");
      await person.screenshot("services-4-list");
      const declared = Object.keys(
        manifest.contributes.configuration.properties["lancedbAuth.connections"].items.properties,
      );
      const rows: string[] = [];
      // The list draws only the rows that are in sight.
      for (const name of declared) {
        await person.type(name);
        rows.push(...(await person.quickInput(name)).items.filter((item) => item === name));
      }
      await person.answer("Pick what you want to change", "timeoutSeconds");
      await person.quickInput("The deadline");
      await person.type("soon");
      const wrong = await person.quickInput("This is not a number");
      await person.answer("This is not a number", "12");
      await person.quickInput("Pick what you want to change");
      await person.screenshot("services-4-changed");
      await person.pressEnter();
      await person.quickInputGone();
      await until("the saved field", async () => /"timeoutSeconds":\s*12/.test(await savedEntries()));
      await signedInStatus(person, "second");
      assert.deepEqual(
        [rows, wrong.severity, (await savedEntries()).includes(stage.answers.issuer)],
        [declared, "error", true],
      );
    }));
});
