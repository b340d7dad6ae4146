// Nothing secret gets out: every feature is used and every failure made in the real workbench, its log at trace level; then all that
// the run has written, shown, copied and started is searched for the secrets that were typed and the tokens that were fetched.
import assert from "node:assert/strict";
import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { faultsOf, type FaultName } from "../support/servers/faults.ts";
import { healthyCredentials, startFaultyServer, type FaultyServer } from "../support/servers/faultyServer.ts";
import {
  beginConnection,
  clickToRefresh,
  runInTerminal,
  signedInStatus,
  statusBarName,
} from "../support/workbench/journey.ts";
import { leaksIn, leaksInText, unhandledIn } from "../support/leaks.ts";
import { bearersNow, leaksOf, noLeaks } from "../support/leakSearch.ts";
import { until } from "../support/workbench/person.ts";
import { openUiStage, ownLog, seen, type UiStage } from "../support/workbench/uiStage.ts";
import { watchProcesses, watchScreen, type ProcessWatch } from "../support/workbench/watches.ts";

const planted = {
  faultySecret: "planted-secret-of-the-faulty-client",
  wrongSecret: "planted-secret-that-is-wrong",
  /** What the faulty server gives. */
  ...healthyCredentials,
} as const;

let faulty: FaultyServer;
let ui: UiStage;
let shown: ReadonlySet<string>;
let processes: ProcessWatch;
const copied: string[] = [];

before(async () => {
  faulty = await startFaultyServer();
  const connection = {
    name: "faulty",
    uri: "db://faulty",
    issuerUrl: faulty.issuerUrl,
    clientId: "f",
    timeoutSeconds: 1,
  };
  ui = await openUiStage({
    ...{ name: "ui-secrets", accessTokenSeconds: 60, inOneFolder: true, logLevel: "trace" },
    settings: { "lancedbAuth.connections": [connection] },
  });
  processes = watchProcesses(ui.workbench.pid);
  shown = await watchScreen(ui.person.page);
  await writePrograms(ui.stage.workspace);
});
after(async () => {
  await processes[Symbol.asyncDispose]();
  await ui.close();
  await faulty.close();
});

/** Programs that tell what is in their environment once they are connected, a task and a launch configuration. */
async function writePrograms(workspace: string): Promise<void> {
  const connect = 'await connect("db://demo").then((db) => db.openTable("penguins")).then((t) => t.countRows())';
  const tell = "writeFileSync(process.argv[2], JSON.stringify(process.env))";
  const program = `import { writeFileSync } from "node:fs";\nimport { connect } from "@lancedb/lancedb";\n`;
  await writeFile(join(workspace, "tell.mjs"), `${program}${connect};\n${tell};\n`);
  const python = `import json, os, sys, lancedb\nlancedb.connect("db://demo").open_table("penguins").count_rows()\n`;
  await writeFile(join(workspace, "tell.py"), `${python}json.dump(dict(os.environ), open(sys.argv[1], "w"))\n`);
  await mkdir(join(workspace, ".vscode"), { recursive: true });
  const task = { label: "tell", type: "shell", command: "node tell.mjs told-by-task.json", problemMatcher: [] };
  await writeFile(join(workspace, ".vscode", "tasks.json"), JSON.stringify({ version: "2.0.0", tasks: [task] }));
  const launch = { name: "tell", type: "node", request: "launch", program: "${workspaceFolder}/tell.mjs" };
  const configurations = [{ ...launch, args: ["told-by-debugging.json"], console: "internalConsole" }];
  await writeFile(join(workspace, ".vscode", "launch.json"), JSON.stringify({ version: "0.2.0", configurations }));
}

function written(name: string): Promise<void> {
  const told = async (): Promise<boolean> => (await readdir(ui.stage.workspace)).includes(name);
  return until(`the file ${name}`, told, undefined, 45_000);
}

/** Clicks until a request has met the fault and its outcome is in the log. */
async function meet(fault: FaultName): Promise<void> {
  const outcomes = async (): Promise<number> => [...(await ownLog(ui)).matchAll(/"faulty": /g)].length;
  const met = (): boolean => faulty.requests.some((request) => request.path === "/token" && request.fault === fault);
  faulty.token = fault;
  // A click may fall between two drawings of the item, and is then made again.
  const click = async (): Promise<boolean> => {
    const before = await outcomes();
    await clickToRefresh(ui.person, "faulty");
    await until(`an outcome of ${fault}`, async () => (await outcomes()) > before, undefined, 5_000);
    return met();
  };
  await until(`${fault} is met`, click, undefined, 45_000);
}

describe("secrets", () => {
  test("every fault of a token endpoint is met", () =>
    seen(ui.person, "secrets-1-faults", async () => {
      await ui.person.runCommand("LanceDB: Sign In");
      await ui.person.answer("The client secret of f", planted.faultySecret);
      await ui.person.quickInputGone();
      for (const fault of faultsOf.token) await meet(fault);
      await meet("none");
      await signedInStatus(ui.person, "faulty");
    }));

  test("a connection is added with a wrong secret first, edited, selected and refreshed", () =>
    seen(ui.person, "secrets-2-connection", async () => {
      const { person, stage } = ui;
      await beginConnection(person, stage.answers, "clientId");
      await person.answer("The client secret", planted.wrongSecret);
      await person.quickInput(/does not accept this client/);
      await person.answer(/does not accept this client/, stage.answers.clientSecret);
      await person.quickInputGone();
      await person.notification("“demo” is signed in");
      await person.runCommand("LanceDB: Select Connection");
      await person.pick("demo");
      await signedInStatus(person, "demo");
      await person.runCommand("LanceDB: Edit Connection");
      await person.pick("demo");
      await person.quickInput("Pick what you want to change");
      await person.pick("Client secret");
      await person.answer("The client secret, or", stage.answers.clientSecret);
      await person.quickInputGone();
      const count = stage.authorization.tokenRequests.length;
      await person.runCommand("LanceDB: Refresh Token");
      await person.pick("demo");
      await until("another token", () => Promise.resolve(stage.authorization.tokenRequests.length > count));
    }));

  test("terminal, task and debug session are used, with hooks that explain themselves", () =>
    seen(ui.person, "secrets-3-sessions", async () => {
      const { person, stage } = ui;
      await person.openTerminal();
      const python = stage.python === undefined ? "" : "python tell.py told-by-python.json 2>> explained.txt && ";
      const shell = "env > told-by-shell.txt && lancedb-auth status && lancedb-auth headers --json > /dev/null";
      const inside = `export LANCEDB_AUTH_DEBUG=1; ${python}node tell.mjs told-by-node.json 2>> explained.txt && ${shell}`;
      const { exitCode, output } = await runInTerminal(person, inside, 45_000);
      await person.runCommand("Tasks: Run Task");
      await person.pick("tell");
      await written("told-by-task.json");
      await person.runCommand("Debug: Start Debugging");
      await written("told-by-debugging.json");
      assert.deepEqual([exitCode, leaksInText(output, secrets())], [0, []], output);
    }));

  test("reports, activity, log, lock and snippets are shown and copied", () =>
    seen(ui.person, "secrets-4-reports", async () => {
      const { person } = ui;
      await person.runCommand("LanceDB: Diagnose");
      copied.push(await person.copyEditor("LanceDB Diagnosis.md"));
      await person.runCommand("LanceDB: Lock");
      await person.statusBar(/^LanceDB connection demo: locked/);
      await person.runCommand("LanceDB: Unlock");
      await signedInStatus(person, "demo");
      await person.runCommand("LanceDB: Show Activity");
      await person.webview().getByRole("heading", { name: "LanceDB activity" }).waitFor();
      copied.push(await person.webview().locator("main").innerText());
      await person.hoverStatusBar(statusBarName("demo"));
      await person.openFile("penguins.ipynb");
      await person.page.locator(".notebook-editor, .notebookOverlay").first().waitFor();
      await person.runCommand("LanceDB: Connect This Notebook");
      await person.pick(/Copy a Snippet for Any Other Language/);
      const clipboard = (): Promise<string> => person.page.evaluate(() => navigator.clipboard.readText());
      await until("the snippet", async () => (await clipboard()).includes("lancedb-auth exec"));
      copied.push(await clipboard());
      await person.runCommand("LanceDB: Show Log");
    }));

  test("after a reload one connection is signed out and the other removed", () =>
    seen(ui.person, "secrets-5-end", async () => {
      const { person } = ui;
      await person.reload();
      await signedInStatus(person, "demo");
      await person.runCommand("LanceDB: Sign Out");
      await person.pick("demo");
      await person.dialog("Sign out of “demo”?");
      await person.pressDialogButton("Sign Out");
      await person.statusBar(/^LanceDB connection demo: signed out/);
      await person.runCommand("LanceDB: Remove Connection");
      await person.pick("faulty");
      await person.dialog("Remove the connection “faulty”?");
      await person.pressDialogButton("Remove");
      await until("the log's last word", async () => (await ownLog(ui)).includes('"demo": signed out'));
    }));

  test("then no secret and no token is in any file, log, environment, command line, notification, report or clipboard", async () => {
    const { seen: started } = processes;
    const ofPrograms = [...started].filter(([, said]) => said.includes("LANCEDB_AUTH_SESSION"));
    const traced = await leaksIn([ui.workbench.logsDir], ["[trace]"]);
    const told = (await readdir(ui.stage.workspace)).filter((name) => name.startsWith("told-by-"));
    // What the search looked at, for a search of nothing finds nothing.
    assert.deepEqual(
      {
        traced: traced.length > 0,
        told: told.length,
        notifications: [...shown].some((text) => text.includes("The authorization server")),
        programs: process.platform !== "linux" || ofPrograms.length > 3,
        copied: copied.map((text) => text.length > 0),
      },
      {
        traced: true,
        told: ui.stage.python === undefined ? 4 : 5,
        notifications: true,
        programs: true,
        copied: [true, true, true],
      },
    );
    const bearers = await bearersNow(ui);
    const leaks = await leaksOf(ui, { processes, shown, copied, bearers }, secrets());
    // A search for no bearer finds none.
    assert.deepEqual([leaks, bearers.length > 0], [noLeaks, true]);
  });
});

test("after all that no promise of the extension host was left unhandled", async () => {
  assert.deepEqual(await unhandledIn(ui.workbench.logsDir), []);
});

function secrets(): readonly string[] {
  return [...Object.values(planted), ui.stage.answers.clientSecret];
}
