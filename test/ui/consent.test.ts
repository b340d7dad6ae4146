// A program asks for a production connection, and a person answers: each answer, by mouse and by keyboard, what is remembered, and what
// becomes of a program that ends while it is asked about.
import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { addConnection, runInTerminal, statusBarName } from "../support/workbench/journey.ts";
import { until } from "../support/workbench/person.ts";
import { openUiStage, seen, type UiStage } from "../support/workbench/uiStage.ts";

let ui: UiStage;
before(async () => {
  ui = await openUiStage({ name: "ui-consent" });
});
after(() => ui.close());

async function change(fields: object): Promise<void> {
  const file = join(ui.workbench.userDataDir, "Machine", "settings.json");
  const settings = JSON.parse(await readFile(file, "utf8")) as Record<string, object[]>;
  const connections = (settings["lancedbAuth.connections"] ?? []).map((entry) => ({ ...entry, ...fields }));
  await writeFile(file, JSON.stringify({ ...settings, "lancedbAuth.connections": connections }));
}

/** A program of its own that searches. */
function program(name: string): Promise<void> {
  return writeFile(join(ui.stage.workspace, name), 'await import("./search.mjs");\n');
}

const question = /May .* use demo \(production\)\?/;

/** Types a command into the terminal, and goes on when the question is there. */
async function start(command: string): Promise<void> {
  await ui.person.typeInTerminal(`clear; ${command}; echo "done""-$?"`);
  await ui.person.quickInput(question);
}

async function answer(label: string): Promise<void> {
  await ui.person.pick(label);
  await ui.person.quickInputGone();
}

const ended = (code: number): Promise<string> => ui.person.waitForTerminalText(new RegExp(`done-${code}`));

describe("a production connection", () => {
  test("is named as one wherever it stands", () =>
    seen(ui.person, "consent-0-named", async () => {
      await addConnection(ui.person, ui.stage.answers);
      await ui.person.clearNotifications();
      await change({ environment: "production" });
      const shown = async (): Promise<string> => ui.person.statusBar(/^LanceDB connection demo \(production\): /);
      await until("production in the status bar", async () => (await shown()).startsWith("demo (production)"));
      await ui.person.openFile("search.mjs");
      await ui.person.page.getByText(/LanceDB: demo \(production\), signed in/).waitFor();
    }));

  test("asks who wants what, and a no is one clear sentence in the program", () =>
    seen(ui.person, "consent-1-denied", async () => {
      await ui.person.openTerminal();
      await start("node search.mjs 2>&1 | grep 'was refused in VS Code'");
      const { items } = await ui.person.quickInput(question);
      await ui.person.screenshot("consent-1-question");
      await answer("Deny");
      await ended(0);
      assert.deepEqual([items.includes("Deny"), items.includes("node search.mjs")], [true, true], items.join("\n"));
    }));

  test("“Allow Once” is for that process", () =>
    seen(ui.person, "consent-2-once", async () => {
      // What was refused a moment ago is not asked about for a minute: another program is.
      await program("once.mjs");
      await start("node once.mjs");
      await answer("Allow Once");
      await ended(0);
      await start("node once.mjs");
      await answer("Deny");
      await ended(1);
    }));

  test("“Allow for This Session” is for the program, by the keyboard alone, until the window is reloaded", () =>
    seen(ui.person, "consent-3-session", async () => {
      await program("session.mjs");
      await start("node session.mjs");
      await until("an answer by the keyboard", async () => {
        if (!(await ui.person.page.locator(".quick-input-widget").isVisible())) return true;
        const focused = ui.person.page.locator(".quick-input-list .monaco-list-row.focused");
        const says = (await focused.textContent().catch(() => "")) ?? "";
        await ui.person.page.keyboard.press(says.includes("Allow for This Session") ? "Enter" : "ArrowDown");
        return false;
      });
      await ended(0);
      const { exitCode, output } = await runInTerminal(ui.person, "node session.mjs");
      assert.equal(exitCode, 0, output);
    }));

  test("“Always” outlives a reload, and “Manage Access” takes it back", () =>
    seen(ui.person, "consent-4-always", async () => {
      await program("always.mjs");
      await start("node always.mjs");
      await answer("Always for This Program in This Workspace");
      await ended(0);
      await ui.person.runCommand("Terminal: Kill All Terminals");
      await ui.person.reload();
      await ui.person.statusBar(statusBarName("demo \\(production\\)"));
      await ui.person.openTerminal();
      const again = await runInTerminal(ui.person, "node always.mjs");
      await ui.person.runCommand("LanceDB: Manage Access");
      await ui.person.quickInput("Choose what to take back");
      await ui.person.screenshot("consent-4-manage");
      await ui.person.pick("always.mjs");
      await ui.person.pressEnter();
      await ui.person.quickInputGone();
      await start("node always.mjs");
      await answer("Deny");
      await ended(1);
      assert.equal(again.exitCode, 0, again.output);
    }));

  test("a question that is put aside waits in the status bar, and goes with the program that asked", () =>
    seen(ui.person, "consent-5-aside", async () => {
      await program("aside.mjs");
      await start("node aside.mjs");
      await ui.person.escape();
      await ui.person.quickInputGone();
      const waiting = /aside\.mjs asks for the LanceDB connection demo \(production\); click to answer/;
      await ui.person.statusBar(waiting);
      await ui.person.screenshot("consent-5-waiting");
      await ui.person.clickStatusBar(waiting);
      await ui.person.quickInput(question);
      await ui.person.escape();
      await ui.person.pressInTerminal("Control+C");
      await until("the question gone", async () => !(await ui.person.hasStatusBar(waiting)));
    }));
});
