// A repository suggests a connection: nothing while the workspace is untrusted, then one offer with issuer and server in full, added only
// on a yes, and never in the place of a connection that the person has.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { personalClient } from "../support/servers/authorizationServer.ts";
import { statusBarName } from "../support/workbench/journey.ts";
import { until } from "../support/workbench/person.ts";
import { openUiStage, seen, writeWorkspaceSettings, type UiStage } from "../support/workbench/uiStage.ts";

let ui: UiStage;
const suggestion = (issuerUrl: string, hostOverride: string): Readonly<Record<string, unknown>> => ({
  "lancedbAuth.suggestedConnections": [
    {
      name: "team",
      uri: "db://demo",
      hostOverride,
      issuerUrl,
      clientId: personalClient.id,
      flow: "authorization_code",
    },
    { name: "[evil](command:x)", uri: "db://demo", hostOverride, issuerUrl, clientId: "x" },
  ],
});

before(async () => {
  ui = await openUiStage({
    ...{ name: "ui-suggestions", untrusted: true },
    workspaceSettings: ({ authorization, lancedb }) => suggestion(authorization.issuerUrl, lancedb.host),
  });
});
after(() => ui.close());

async function saved(): Promise<string> {
  const files = ["User", "Machine"].map((name) => join(ui.workbench.userDataDir, name, "settings.json"));
  return (await Promise.all(files.map((file) => readFile(file, "utf8").catch(() => "")))).join("\n");
}

const offer = "This workspace suggests the LanceDB connection “team”.";

describe("a suggested connection", () => {
  test("is not offered in an untrusted workspace", () =>
    seen(ui.person, "suggestions-1-untrusted", async () => {
      await ui.person.runCommand("LanceDB: Review Suggested Connections");
      await ui.person.notification("An untrusted workspace can suggest no LanceDB connection");
      const messages = (await ui.person.notifications()).map(({ message }) => message);
      assert.deepEqual([messages.includes(offer), (await saved()).includes("db://demo")], [false, false]);
    }));

  test("is offered once the workspace is trusted, and shown in full before anything is added", () =>
    seen(ui.person, "suggestions-2-offered", async () => {
      await ui.person.runCommand("Workspaces: Manage Workspace Trust");
      await ui.person.page
        .locator(".workspace-trust-editor")
        .getByRole("button", { name: "Trust", exact: true })
        .click();
      await ui.person.notification(offer);
      await ui.person.screenshot("suggestions-2-notification");
      await ui.person.pressNotificationButton(offer, "Review");
      const text = await ui.person.dialog("Add the connection “team”");
      const { authorization, lancedb } = ui.stage;
      await ui.person.screenshot("suggestions-2-dialog");
      await ui.person.pressDialogButton("Cancel");
      const parts = [`Issuer: ${authorization.issuerUrl}/`, `Server: ${lancedb.host}/`, `Client: ${personalClient.id}`];
      assert.deepEqual(
        [parts.filter((part) => !text.includes(part)), (await saved()).includes("db://demo")],
        [[], false],
      );
    }));

  test("is not offered again after a reload", () =>
    seen(ui.person, "suggestions-3-reloaded", async () => {
      await ui.person.reload();
      await ui.person.runCommand("LanceDB: Select Connection");
      await ui.person.notification("There is no LanceDB connection yet");
      assert.deepEqual(
        (await ui.person.notifications()).filter(({ message }) => message.includes("suggests")),
        [],
      );
    }));

  test("is added to the machine's settings on a yes, signed out", () =>
    seen(ui.person, "suggestions-4-added", async () => {
      await ui.person.runCommand("LanceDB: Review Suggested Connections");
      await ui.person.dialog("Add the connection “team”");
      await ui.person.pressDialogButton("Add Connection");
      await ui.person.notification("“team” is added");
      await until("the connection in the status bar", async () =>
        (await ui.person.statusBar(statusBarName("team"))).includes("signed out"),
      );
      assert.equal((await saved()).includes(ui.stage.lancedb.host), true);
    }));

  test("never replaces a connection of that name", () =>
    seen(ui.person, "suggestions-5-taken", async () => {
      await writeWorkspaceSettings(ui.stage.workspace, suggestion("https://evil.example", "https://evil.example"));
      await until("the changed suggestion", async () => {
        await ui.person.runCommand("LanceDB: Review Suggested Connections");
        const messages = (await ui.person.notifications()).map(({ message }) => message);
        return messages.some((message) => message.includes("yours stays as it is"));
      });
      assert.equal((await saved()).includes("evil.example"), false);
    }));
});
