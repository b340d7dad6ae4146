// A kernel elsewhere in each of its states: lens, the cell's item, the command and the program say the same, and the command offers first
// what helps. One picture of each.
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { addConnection, signedInStatus } from "../support/workbench/journey.ts";
import { makeJupyterStandIn } from "../support/workbench/jupyterStandIn/make.ts";
import {
  closeQuickInput,
  connectCommand,
  itemSays,
  jupyterQuestion,
  openElsewhere,
  openHere,
  outputSays,
  runFirstCell,
  shownState,
  writeNotebook,
  type ShownState,
} from "../support/workbench/notebookPage.ts";
import { startElsewhere, type NotebookStage } from "../support/workbench/notebookStage.ts";
import { until, type Person } from "../support/workbench/person.ts";
import { ensureNotebookPython } from "../support/runner/tools.ts";
import { openUiStage, seen, type UiStage } from "../support/workbench/uiStage.ts";

/** The list hides what is above. */
const source =
  '# What the penguins have.\n\n\n\n\n\n\nimport lancedb\ndb = lancedb.connect("db://demo"); print(db.table_names())';
const start = "Start the Kernel and Connect";

describe("a kernel elsewhere in each of its states", () => {
  let ui: UiStage;
  let folder: string;
  let elsewhere: NotebookStage | undefined;
  before(async () => {
    const python = await ensureNotebookPython();
    if (python === undefined) return;
    folder = await mkdtemp(join(tmpdir(), "la-ns-"));
    const server = await startElsewhere(python, join(folder, "elsewhere"));
    elsewhere = server;
    const jupyter = await makeJupyterStandIn(join(folder, "jupyter"));
    ui = await openUiStage({
      ...{ name: "ui-notebook-states", accessTokenSeconds: 30, env: () => server.env, moreExtensions: [jupyter] },
    });
    await writeNotebook(join(ui.stage.workspace, "states.ipynb"), source);
    await writeNotebook(join(ui.stage.workspace, "here.ipynb"), source);
    await writeNotebook(join(ui.stage.workspace, "other.ipynb"), source.replace("db://demo", "db://other"));
    await addConnection(ui.person, ui.stage.answers);
    await signedInStatus(ui.person, "demo");
    await ui.person.clearNotifications();
  });
  after(async () => {
    if (elsewhere === undefined) return;
    await ui.close();
    await elsewhere.close();
    await rm(folder, { recursive: true, force: true });
  });
  const step = (name: string, screenshot: string, act: (person: Person) => Promise<void>): void => {
    test(name, async (context) => {
      if (elsewhere === undefined) context.skip("this machine has no Python 3.9 or newer");
      else await seen(ui.person, screenshot, () => act(ui.person));
    });
  };
  /** With the list open, for the picture; then it is closed. */
  const picture = async (person: Person, name: string, sentence: string | RegExp): Promise<ShownState> => {
    await person.runCommand(connectCommand);
    const shown = await shownState(person, sentence);
    await person.screenshot(`notebook-state-${name}`);
    await closeQuickInput(person);
    return shown;
  };

  step(
    "a kernel of this machine that has asked is connected, and nobody speaks to it",
    "notebook-state-0",
    async (person) => {
      await openHere(person, "here.ipynb");
      await runFirstCell(person);
      await outputSays(person, "['penguins']");
      await itemSays(person, ": connected");
      const { offer } = await picture(person, "0-here", "Connected: this kernel runs on this machine");
      const dialogs = await person.page.locator(".monaco-dialog-box").count();
      assert.deepEqual([offer, dialogs], ["Done", 0]);
    },
  );

  step(
    "not started: the connection is all that is known, and a start is offered",
    "notebook-state-1",
    async (person) => {
      await openElsewhere(person, "states.ipynb");
      await person.page.locator(".codelens-decoration:visible", { hasText: "signed in" }).first().waitFor();
      const { lens, offer, item } = await picture(person, "1-not-started", "The kernel has not started.");
      assert.deepEqual([lens.includes("demo, signed in"), item, offer], [true, "LanceDB", start]);
    },
  );

  step("cancelled in Jupyter's question: refused, and the way out is offered", "notebook-state-2", async (person) => {
    await person.runCommand(connectCommand);
    await person.pick(start);
    await person.dialog(jupyterQuestion);
    await person.page.keyboard.press("Escape");
    await itemSays(person, ": refused");
    await closeQuickInput(person);
    const shown = await picture(person, "2-refused", "The Jupyter extension was told not to let");
    assert.deepEqual(
      [shown.lens, shown.item, shown.offer],
      ["LanceDB: demo, kernel refused – connect", "LanceDB: refused", "Manage Access To Jupyter Kernels"],
    );
  });

  step(
    "allowed in Jupyter's list, it is connected, and stays so after a restart",
    "notebook-state-3",
    async (person) => {
      await person.runCommand(connectCommand);
      await person.pick("Manage Access To Jupyter Kernels");
      await person.quickInput("Choose which extensions can access Jupyter Kernels");
      await person.page.locator(".quick-input-list .monaco-list-row .monaco-checkbox:visible").first().click();
      await person.page.locator(".quick-input-widget:visible").getByRole("button", { name: "OK" }).click();
      await person.quickInput("Connected: this kernel runs elsewhere");
      await closeQuickInput(person);
      await runFirstCell(person);
      await outputSays(person, "['penguins']");
      const { lens, item, offer } = await picture(person, "3-connected", "Connected: this kernel runs elsewhere");
      assert.deepEqual([lens.includes("demo, signed in"), item, offer], [true, "LanceDB: connected", "Done"]);
    },
  );

  step("locked", "notebook-state-4", async (person) => {
    await person.runCommand("LanceDB: Lock");
    await itemSays(person, ": locked");
    await runFirstCell(person);
    const sentence = "LanceDB Auth is locked. Unlock it in VS Code, then try again.";
    await outputSays(person, sentence);
    const shown = await picture(person, "4-locked", sentence);
    const lens = "LanceDB: demo, locked – unlock";
    assert.deepEqual(shown, { lens, item: "LanceDB: locked", sentence, offer: "Unlock" });
    await person.runCommand(connectCommand);
    await person.pick("Unlock");
    await person.quickInput("Connected: this kernel runs elsewhere");
    await closeQuickInput(person);
  });

  step("starting: said while it takes its seconds", "notebook-state-5", async (person) => {
    await person.runCommand("Jupyter: End the Kernel");
    await person.runCommand(connectCommand);
    await person.pick(start);
    await itemSays(person, ": starting");
    await person.page.locator(".codelens-decoration:visible", { hasText: "kernel starting" }).first().waitFor();
    await person.screenshot("notebook-state-5-starting");
    await person.quickInput("Connected: this kernel runs elsewhere");
    await closeQuickInput(person);
    await itemSays(person, ": connected");
  });

  step("no connection for the database that it names", "notebook-state-6", async (person) => {
    await openElsewhere(person, "other.ipynb");
    await person.runCommand(connectCommand);
    await person.pick(start);
    const sentence = 'VS Code has no LanceDB connection "db://other". Run "LanceDB: Add Connection" in VS Code.';
    await person.quickInput(sentence);
    await closeQuickInput(person);
    await runFirstCell(person);
    await outputSays(person, "api_key is required");
    const { lens, item, offer } = await picture(person, "6-no-connection", sentence);
    assert.deepEqual(
      [lens, item, offer],
      ["LanceDB: no connection for db://other – add one", "LanceDB: no connection", "Add Connection"],
    );
  });

  step("signed out", "notebook-state-7", async (person) => {
    await person.openFile("states.ipynb");
    await person.runCommand("LanceDB: Sign Out");
    await person.dialog("Sign out of “demo”?");
    await person.pressDialogButton("Sign Out");
    await itemSays(person, ": signed out");
    await runFirstCell(person);
    const sentence = 'LanceDB connection "demo": ';
    await outputSays(person, 'Run "LanceDB: Sign In" in VS Code.');
    const { lens, item, offer } = await picture(person, "7-signed-out", sentence);
    assert.deepEqual([lens, item, offer], ["LanceDB: demo, signed out – sign in", "LanceDB: signed out", "Sign In"]);
  });

  step("signed in again, and then the authorization server is out of reach", "notebook-state-8", async (person) => {
    await person.runCommand(connectCommand);
    await person.pick("Sign In");
    await person.answer(/secret/i, ui.stage.answers.clientSecret);
    await person.quickInput("Connected: this kernel runs elsewhere");
    await closeQuickInput(person);
    await ui.stage.authorization.close();
    await until(
      "the token's end",
      async () => (await person.page.locator("text=LanceDB: no token").count()) > 0,
      undefined,
      90_000,
    );
    await runFirstCell(person);
    await outputSays(person, "Check the network, then try again.");
    // A token in its last seconds is not handed out any more, and the lens still counts it.
    await person.page.locator(".codelens-decoration:visible", { hasText: "no token, retrying" }).first().waitFor();
    const { lens, item, offer } = await picture(person, "8-out-of-reach", "Check the network, then try again.");
    assert.deepEqual(
      [lens, item, offer],
      ["LanceDB: demo, no token, retrying", "LanceDB: no token, retrying", "Try Again"],
    );
  });
});
