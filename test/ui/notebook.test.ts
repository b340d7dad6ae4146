// LanceDB: Connect This Notebook as a person uses it: without the Jupyter extension, in a workspace that is not trusted, and with a kernel
// elsewhere behind the stand-in for the Jupyter extension, whose question is answered with no and then with yes.
import assert from "node:assert/strict";
import { mkdtemp, readdir, rm } from "node:fs/promises";
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
  outputSays,
  pressToolbarButton,
  runFirstCell,
  writeNotebook,
} from "../support/workbench/notebookPage.ts";
import { startElsewhere, type NotebookStage } from "../support/workbench/notebookStage.ts";
import { until, type Person } from "../support/workbench/person.ts";
import { ensureNotebookPython } from "../support/runner/tools.ts";
import { openUiStage, seen, type UiStage } from "../support/workbench/uiStage.ts";

describe("a notebook where nothing can be reached", () => {
  let ui: UiStage;
  before(async () => {
    const settings = {
      "security.workspace.trust.enabled": true,
      "security.workspace.trust.startupPrompt": "never",
      "security.workspace.trust.banner": "never",
    };
    ui = await openUiStage({ name: "ui-notebook-alone", untrusted: true, settings });
  });
  after(() => ui.close());

  test("in an untrusted workspace nothing is opened, and the command says why", () =>
    seen(ui.person, "notebook-1-untrusted", async () => {
      await addConnection(ui.person, ui.stage.answers);
      await ui.person.openFile("penguins.ipynb");
      await ui.person.runCommand(connectCommand);
      const { items } = await ui.person.quickInput("This workspace is not trusted: nothing is given to its notebooks.");
      await closeQuickInput(ui.person);
      assert.deepEqual([items[0], await descriptors(ui)], ["Manage Workspace Trust", []]);
    }));

  test("without the Jupyter extension the command says so, and nothing breaks", () =>
    seen(ui.person, "notebook-2-no-jupyter", async () => {
      await trustWorkspace(ui.person);
      await until("the broker's descriptor", async () => (await descriptors(ui)).length === 1);
      await ui.person.openFile("penguins.ipynb");
      await ui.person.runCommand(connectCommand);
      await ui.person.quickInput("The Jupyter extension is not installed or not active. Select a kernel first.");
      await closeQuickInput(ui.person);
      const troubles = (await ui.person.notifications()).filter(({ severity }) => severity === "error");
      assert.deepEqual(troubles, []);
    }));
});

describe("a notebook whose kernel runs elsewhere", () => {
  let ui: UiStage;
  let folder: string;
  let elsewhere: NotebookStage | undefined;
  before(async () => {
    const python = await ensureNotebookPython();
    if (python === undefined) return;
    folder = await mkdtemp(join(tmpdir(), "la-nb-"));
    const server = await startElsewhere(python, join(folder, "elsewhere"));
    elsewhere = server;
    const jupyter = await makeJupyterStandIn(join(folder, "jupyter"));
    ui = await openUiStage({ name: "ui-notebook", env: () => server.env, moreExtensions: [jupyter] });
    await writeNotebook(
      join(ui.stage.workspace, "elsewhere.ipynb"),
      'import lancedb\nprint(lancedb.connect("db://demo").table_names())',
    );
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

  step("its first cell fails, since nobody has said yes", "notebook-3-not-connected", async (person) => {
    await openElsewhere(person, "elsewhere.ipynb");
    await runFirstCell(person);
    await outputSays(person, "api_key is required");
    await itemSays(person, ": not connected");
    await person.page.locator(".codelens-decoration", { hasText: "kernel not connected – connect" }).waitFor();
  });

  step("Jupyter's question is answered with no, and the command says that", "notebook-4-refused", async (person) => {
    await pressToolbarButton(person);
    await person.dialog(jupyterQuestion);
    await person.pressDialogButton("Deny");
    await person.quickInput("The Jupyter extension was told not to let LanceDB Auth");
    await closeQuickInput(person);
    // Cells that run, and the command, do not bring the question back.
    await runFirstCell(person);
    await person.runCommand(connectCommand);
    await person.quickInput("The Jupyter extension was told not to let LanceDB Auth");
    await closeQuickInput(person);
    assert.equal(await person.page.locator(".monaco-dialog-box").count(), 0);
  });

  step(
    "after a yes to Jupyter our own question is asked, and nothing is pushed before",
    "notebook-5-asked",
    async (person) => {
      await pressToolbarButton(person);
      await person.pick("Manage Access To Jupyter Kernels");
      await person.quickInput("Choose which extensions can access Jupyter Kernels");
      await person.page.locator(".quick-input-list .monaco-list-row .monaco-checkbox:visible").first().click();
      await person.page.locator(".quick-input-widget:visible").getByRole("button", { name: "OK" }).click();
      const { items } = await person.quickInput("Not connected: this kernel runs elsewhere and cannot ask VS Code.");
      assert.equal(items[0], "Connect This Kernel");
    },
  );

  step(
    "connected, the cell that had failed is run again from the same list",
    "notebook-6-connected",
    async (person) => {
      await person.pick("Connect This Kernel");
      await person.quickInput("Connected: this kernel runs elsewhere");
      await person.screenshot("notebook-6-run-again");
      await person.pick("Run Again");
      await outputSays(person, "['penguins']");
      await itemSays(person, ": connected");
      assert.deepEqual(await person.notifications(), []);
    },
  );
});

/** What tells programs where the window's socket is. */
async function descriptors({ stateFolder }: UiStage): Promise<readonly string[]> {
  const files = await readdir(stateFolder, { recursive: true });
  return files.filter((file) => /lancedb-auth\.lancedb-auth[\\/]sessions[\\/].*\.json$/.test(file));
}

async function trustWorkspace(person: Person): Promise<void> {
  await person.runCommand("Workspaces: Manage Workspace Trust");
  await person.page.locator(".workspace-trust-editor").getByRole("button", { name: "Trust", exact: true }).click();
}
