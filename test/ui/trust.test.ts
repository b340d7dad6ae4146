// Who is not trusted gets nothing: a folder in restricted mode, settings that come with a folder, and text that comes from a server.
// And a window without any folder of its own machine works all the same.
import assert from "node:assert/strict";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { after, before, describe, test } from "node:test";
import { startFaultyServer, type FaultyServer } from "../support/servers/faultyServer.ts";
import { stretched } from "../support/runner/patience.ts";
import {
  addConnection,
  beginStepByStep,
  runInTerminal,
  signedInStatus,
  statusBarName,
} from "../support/workbench/journey.ts";
import { until } from "../support/workbench/person.ts";
import { openUiStage, ownLog, seen, type UiStage } from "../support/workbench/uiStage.ts";

/** Both the server of hostile text and the endpoint that a hostile folder would like secrets to go to. */
let hostile: FaultyServer;
let ui: UiStage;
before(async () => {
  hostile = await startFaultyServer();
  const { tokenUrl, issuerUrl: hostOverride } = hostile;
  const second = { name: "second", uri: "db://second", tokenUrl, hostOverride, clientId: "s" };
  ui = await openUiStage({
    ...{ name: "ui-trust", untrusted: true },
    settings: {
      "workbench.editor.useModal": "off",
      "lancedbAuth.connections": [{ ...second, clientAuthentication: "none" }],
    },
  });
});
after(async () => {
  await ui.close();
  await hostile.close();
});

/** As a cloned repository may bring them. */
async function bringSettings(): Promise<void> {
  const { tokenUrl } = hostile;
  const evil = { uri: "db://demo", tokenUrl, clientId: ui.stage.answers.clientId, clientAuthentication: "post" };
  const connections = [
    { name: "demo", ...evil },
    { name: "evil", ...evil },
  ];
  const settings = { "lancedbAuth.connections": connections, "lancedbAuth.activeConnection": "second" };
  await mkdir(join(ui.stage.workspace, ".vscode"), { recursive: true });
  await writeFile(join(ui.stage.workspace, ".vscode", "settings.json"), JSON.stringify(settings));
}

/** The files that say where a local socket is; there is one for each open window that hands anything out. */
async function descriptors(): Promise<readonly string[]> {
  const files = await readdir(ui.workbench.userDataDir, { recursive: true });
  return files.filter((name) => /sessions[\\/][\w-]+\.json$/.test(name));
}

async function trustInEditor(): Promise<void> {
  const { page } = ui.person;
  await page.locator(".workspace-trust-editor .monaco-button", { hasText: /^Trust$/ }).click();
  await page.locator(".workspace-trust-editor .workspace-trust-header", { hasText: "You trust" }).waitFor();
}

/** The links of a place, but for this extension's own commands. */
async function linksIn(selector: string): Promise<readonly string[]> {
  const anchors = ui.person.page.locator(`${selector} a`);
  const targets = await anchors.evaluateAll((all) =>
    all.map((each) => each.getAttribute("data-href") ?? each.getAttribute("href") ?? "").filter((href) => href !== ""),
  );
  return targets.filter((href) => !href.startsWith("command:lancedbAuth."));
}

describe("trust", () => {
  test("in an untrusted folder a connection is added, and programs get nothing, which sentence, tooltip and report say", () =>
    seen(ui.person, "trust-1-restricted", async () => {
      const { person } = ui;
      await bringSettings();
      await person.reload();
      const { message, buttons } = await addConnection(person, ui.stage.answers);
      const tooltip = await person.hoverStatusBar(/^LanceDB connection second: /);
      await person.runCommand("LanceDB: Diagnose");
      await person.page
        .locator(".tab.active", { hasText: "LanceDB Diagnosis.md" })
        .waitFor({ timeout: stretched(45_000) });
      const report = person.page.locator(".editor-instance .view-lines").first();
      await until("the report", async () => (await report.innerText()).length > 0);
      await person.page.locator(".editor-instance .view-lines").first().click();
      await person.page.keyboard.press("Control+A");
      await person.page.keyboard.press("Control+C");
      const text = await person.page.evaluate(() => navigator.clipboard.readText());
      assert.deepEqual(
        {
          sentence: message.includes("programs get nothing until this folder is trusted"),
          buttons,
          tooltip: tooltip.includes("get nothing until this folder is trusted"),
          report: text.includes("Programs get nothing: the workspace is not trusted."),
          descriptors: await descriptors(),
        },
        { sentence: true, buttons: ["Manage Workspace Trust"], tooltip: true, report: true, descriptors: [] },
        `${message}\n${tooltip}\n${text}`,
      );
    }));

  test("a trusted folder may select a connection, but what it defines counts for nothing, and no secret goes there", () =>
    seen(ui.person, "trust-2-trusted", async () => {
      const { person } = ui;
      await person.pressNotificationButton("“demo” is signed in", "Manage Workspace Trust");
      await trustInEditor();
      await signedInStatus(person, "second");
      await until("the local socket", async () => (await descriptors()).length === 1);
      await person.openTerminal();
      const { output } = await runInTerminal(person, "lancedb-auth connections; lancedb-auth headers > /dev/null");
      const names = output.split("\n").filter((line) => /^\w+$/.test(line));
      const sent = hostile.requests.filter(({ path, secretArrived }) => path === "/token" && secretArrived);
      assert.deepEqual([names, sent], [["second", "demo"], []], output);
    }));

  test("text of a server is inert in notification, tooltip, input box and report", () =>
    seen(ui.person, "trust-3-inert", async () => {
      const { person } = ui;
      hostile.token = "errorDescriptionWithMarkup";
      await person.clearNotifications();
      await person.runCommand("LanceDB: Refresh Token");
      await person.pick("second");
      const { message } = await person.notification("“second”: ");
      const inNotification = await linksIn(".notifications-toasts .notification-list-item-message");
      await person.screenshot("trust-3-notification");
      await person.clearNotifications();
      const tooltip = await person.hoverStatusBar(statusBarName("second"));
      const inTooltip = await linksIn(".monaco-hover:visible");
      await person.screenshot("trust-3-tooltip");
      await beginStepByStep(person);
      for (const [says, answer] of [
        ["A name for this connection", "third"],
        ["The database URI", "db://third"],
        ["The server’s URL", ""],
        ["How do you want to sign in?", ui.stage.answers.signIn],
        ["The OAuth issuer’s URL", hostile.issuerUrl],
        ["The OAuth client id", "third"],
        ["The client secret", "third-secret"],
      ] as const)
        await person.answer(says, answer);
      const box = await person.quickInput(/Ask/);
      const inBox = await linksIn(".quick-input-widget");
      await person.screenshot("trust-3-box");
      await person.escape();
      const says = (text: string): boolean => text.includes("evil.example") && text.includes("command:");
      assert.deepEqual(
        { said: [message, tooltip, box.message].map(says), inNotification, inTooltip, inBox },
        { said: [true, true, true], inNotification: [], inTooltip: [], inBox: [] },
        [message, tooltip, box.message].join("\n"),
      );
      hostile.token = "none";
    }));

  test("a connection whose name is markup is refused, said in the log, and left in the settings", () =>
    seen(ui.person, "trust-4-names", async () => {
      const file = join(ui.workbench.userDataDir, "Machine", "settings.json");
      const settings = JSON.parse(await readFile(file, "utf8")) as Record<string, object[]>;
      const connections = settings["lancedbAuth.connections"] ?? [];
      const name = "[click](command:workbench.action.terminal.new) $(alert) <b>";
      const entry = { ...connections[0], name };
      await writeFile(file, JSON.stringify({ ...settings, "lancedbAuth.connections": [...connections, entry] }));
      await until("the refusal", async () => (await ownLog(ui)).includes("A name starts with a letter"));
      await ui.person.runCommand("LanceDB: Select Connection");
      const { items } = await ui.person.quickInput("Which connection");
      await ui.person.escape();
      const names = items.filter((item) => !item.includes("signed in"));
      assert.deepEqual([names, (await readFile(file, "utf8")).includes("[click]")], [["second", "demo"], true]);
    }));

  test("a window whose only folder is virtual connects in its terminal", () =>
    seen(ui.person, "trust-5-virtual", async () => {
      const { person } = ui;
      const file = join(dirname(ui.workbench.userDataDir), "virtual.code-workspace");
      const folders = [{ uri: "memfs:/project", name: "virtual" }];
      const settings = { "terminal.integrated.cwd": ui.stage.workspace };
      await writeFile(file, JSON.stringify({ folders, settings }));
      const before = await descriptors();
      const { origin } = new URL(ui.workbench.url);
      await person.page.goto(`${origin}/?workspace=${encodeURIComponent(file)}`, { waitUntil: "domcontentloaded" });
      await person.ready();
      await person.statusBar(/^LanceDB connection second: /);
      await person.runCommand("Workspaces: Manage Workspace Trust");
      await trustInEditor();
      await until("its local socket", async () => (await descriptors()).some((file) => !before.includes(file)));
      await person.openTerminal();
      const { exitCode, output } = await runInTerminal(person, "lancedb-auth headers > /dev/null");
      assert.equal(exitCode, 0, output);
    }));
});
