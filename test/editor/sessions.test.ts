// Places where user code runs, in the real extension host: tasks, terminals and debug sessions reach this window, and the settings
// change that at once. Each program tells in a file what it found; no server is needed, for a window that is signed out says so.
import { deepEqual, equal, match } from "node:assert/strict";
import { existsSync, watch } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import * as vscode from "vscode";

type Found = {
  /** What LanceDB's connect threw. */
  readonly said: string;
  readonly env: Readonly<Record<string, string | undefined>>;
};

/** An unchanged program of a real client. */
const program = `
const { renameSync, writeFileSync } = require("node:fs");
const { connect } = require("@lancedb/lancedb");
connect("db://ours").catch((error) => error.message).then((said) => {
  writeFileSync(process.argv[2] + ".part", JSON.stringify({ said, env: process.env }));
  renameSync(process.argv[2] + ".part", process.argv[2]);
});
`;

suite("sessions", () => {
  const settings = (): vscode.WorkspaceConfiguration => vscode.workspace.getConfiguration("lancedbAuth");
  const set = (name: string, value: unknown): Thenable<void> =>
    settings().update(name, value, vscode.ConfigurationTarget.Global);
  let folder = "";
  let script = "";
  let runs = 0;

  suiteSetup(async () => {
    // Beside the suite, for there the client is found.
    folder = await mkdtemp(join(__dirname, "sessions-"));
    script = join(folder, "program.cjs");
    await writeFile(script, program);
    await vscode.extensions.getExtension("lancedb-auth.lancedb-auth")?.activate();
    const connection = { name: "ours", uri: "db://ours", issuerUrl: "http://127.0.0.1:9", clientId: "ours" };
    await set("connections", [connection]);
  });
  suiteTeardown(async () => {
    for (const name of ["connections", "terminal.enabled", "autoConnect"]) await set(name, undefined);
    await rm(folder, { recursive: true, force: true });
  });

  /** Starts the program in a place, and waits for what it writes. */
  async function foundBy(start: (args: readonly string[]) => Thenable<unknown> | undefined): Promise<Found> {
    const name = `${String(++runs)}.json`;
    const written = fileIn(folder, name);
    await start([join(folder, name)]);
    return parseFound(await written);
  }

  const inTask = (args: readonly string[]): Thenable<unknown> => {
    const execution = new vscode.ShellExecution("node", [script, ...args]);
    return vscode.tasks.executeTask(
      new vscode.Task({ type: "shell" }, vscode.TaskScope.Workspace, "ours", "test", execution),
    );
  };

  const inTerminal = (args: readonly string[]): undefined => {
    vscode.window.createTerminal({ name: "ours", shellPath: "node", shellArgs: [script, ...args] });
  };

  const inDebugTerminal = (args: readonly string[]): Thenable<unknown> =>
    vscode.debug.startDebugging(undefined, {
      ...{ type: "node-terminal", request: "launch", name: "ours", cwd: folder },
      command: ["node", script, ...args].map((part) => `"${part}"`).join(" "),
    });

  const debugged =
    (more: object) =>
    (args: readonly string[]): Thenable<unknown> => {
      const program = { type: "node", request: "launch", name: "ours", cwd: folder, program: script, args };
      return vscode.debug.startDebugging(undefined, { ...program, ...more });
    };

  /** Settings reach the terminals' processes a moment later: asks again until it is so; mocha's deadline ends it. */
  async function eventually(holds: (found: Found) => boolean): Promise<Found> {
    for (;;) {
      const found = await foundBy(inTerminal);
      if (holds(found)) return found;
    }
  }

  const isReached = ({ env }: Found): boolean => env["LANCEDB_AUTH_SESSION"] !== undefined;

  for (const [where, start] of [
    ["a task", inTask],
    ["a terminal", inTerminal],
    ["a debug session in the debug console", debugged({})],
    ["a debug session in the terminal", debugged({ console: "integratedTerminal" })],
    ["a debug terminal", inDebugTerminal],
  ] as const) {
    test(`a program in ${where} reaches this window`, async () => {
      await eventually(isReached);
      match((await foundBy(start)).said, /^LanceDB connection "ours": /);
    });
  }

  test("a debugged program keeps the user's own variables, behind ours where both have some", async () => {
    await eventually(isReached);
    const env = { PYTHONPATH: "/their folder", NODE_OPTIONS: "--stack-trace-limit=7", THEIRS: "yes" };
    const found = await foundBy(debugged({ env }));
    deepEqual(
      [
        found.env["PYTHONPATH"]?.endsWith(":/their folder"),
        found.env["NODE_OPTIONS"]?.includes("--stack-trace-limit=7"),
        found.env["THEIRS"],
      ],
      [true, true, "yes"],
    );
  });

  test("a debug session in the debug console has the variables of a terminal", async () => {
    const terminal = await eventually(isReached);
    const session = await foundBy(debugged({}));
    const first = ({ env }: Found, name: string): string | undefined => env[name]?.split(":")[0];
    for (const name of ["LANCEDB_AUTH_SESSION", "PATH", "PYTHONPATH"])
      equal(first(session, name), first(terminal, name));
  });

  test("terminal.enabled takes terminals and debug sessions off, and back, at once", async () => {
    await set("terminal.enabled", false);
    await eventually((found) => !isReached(found));
    const debuggedMeanwhile = await foundBy(debugged({}));
    await set("terminal.enabled", undefined);
    await eventually(isReached);
    equal(isReached(debuggedMeanwhile), false);
  });

  test("autoConnect takes the hooks of the languages that it does not name off, at once", async () => {
    const seen: unknown[] = [];
    for (const choice of ["python", "node", "off", "both"]) {
      await set("autoConnect", choice);
      const hooks = ({ env }: Found): string =>
        [
          env["PYTHONPATH"]?.includes("autoconnect") === true ? "python" : "",
          env["NODE_OPTIONS"]?.includes("register.cjs") === true ? "node" : "",
        ].join("");
      const wanted = { python: "python", node: "node", off: "", both: "pythonnode" }[choice];
      const found = await eventually((each) => hooks(each) === wanted);
      seen.push([choice, isReached(found), hooks(await foundBy(debugged({})))]);
    }
    deepEqual(seen, [
      ["python", true, "python"],
      ["node", true, "node"],
      ["off", true, ""],
      ["both", true, "pythonnode"],
    ]);
  });
});

/** The text of a file that appears in the folder. */
function fileIn(folder: string, name: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const watcher = watch(folder, (_, changed) => {
      if (changed !== name || !existsSync(join(folder, name))) return;
      watcher.close();
      readFile(join(folder, name), "utf8").then(resolve, reject);
    });
    watcher.on("error", reject);
  });
}

function parseFound(text: string): Found {
  return JSON.parse(text) as Found;
}
