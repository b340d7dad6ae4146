// Starts the real VS Code behind a loopback URL: bare, for a test suite in the extension host, or as a person would use it.
// Everything it writes lies in one folder of its own; close() ends the whole process group and removes that folder.
import { spawn, type ChildProcess } from "node:child_process";
import { createServer } from "node:net";
import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { installLanguage } from "./languagePack.ts";
import { startPatience, stretched } from "../runner/patience.ts";
import { ensureCodeServer, loud } from "../runner/tools.ts";

export type Workbench = {
  /** What a browser opens. */
  readonly url: string;
  readonly userDataDir: string;
  readonly logsDir: string;
  /** Of the server, from which extension hosts, terminals and their programs descend. */
  readonly pid: number;
  /** What the server has printed so far. */
  output(): string;
  close(): Promise<void>;
};

export type Place = {
  /** The folder to open, or a .code-workspace file. */
  readonly workspace?: string;
  /** Settings beside the quiet ones that every test needs. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Added to the environment of the extension host and of its terminals; undefined removes a variable. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Where the state lives; kept at close() when given, so that a second start finds it. */
  readonly stateFolder?: string;
  /** A free port of its own by default. */
  readonly port?: number;
  /** Folders are untrusted until somebody trusts them, as one that was cloned a moment ago; no prompt opens by itself. */
  readonly untrusted?: boolean;
};

export type TestPlace = Place & {
  readonly extensionPath: string;
  /** Others beside it; these are installed, for the page takes one in development. */
  readonly moreExtensions?: readonly string[];
  /** The bundled suite; without it the page is the workbench with the extension in development. */
  readonly testsPath?: string;
};

export type PersonPlace = Place & {
  /** The packaged extension. */
  readonly vsix: string;
  /** Folders of others beside it. */
  readonly moreExtensions?: readonly string[];
  /** "trace" logs all that VS Code can; "info" by default. */
  readonly logLevel?: "trace" | "info";
  /** The display language, "en" by default; the editor's own words stay English. */
  readonly language?: string;
};

/** Nothing that pops up, phones home, or hides a terminal's text from the page. */
export const quietSettings = {
  "terminal.integrated.gpuAcceleration": "off",
  "terminal.integrated.enableMultiLinePasteWarning": "never",
  "terminal.integrated.stickyScroll.enabled": false,
  "terminal.integrated.shellIntegration.decorationsEnabled": "never",
  "workbench.startupEditor": "none",
  "workbench.tips.enabled": false,
  // Settings open as any file does, in a tab.
  "workbench.editor.useModal": "off",
  "workbench.secondarySideBar.defaultVisibility": "hidden",
  "chat.commandCenter.enabled": false,
  "chat.disableAIFeatures": true,
  "telemetry.telemetryLevel": "off",
  "update.mode": "none",
  "extensions.autoCheckUpdates": false,
  "extensions.autoUpdate": false,
  "extensions.ignoreRecommendations": true,
  "security.workspace.trust.enabled": false,
  "window.autoDetectColorScheme": false,
  "git.enabled": false,
  "npm.autoDetect": "off",
  "typescript.disableAutomaticTypeAcquisition": true,
} as const;

const untrustedSettings = {
  "security.workspace.trust.enabled": true,
  "security.workspace.trust.startupPrompt": "never",
  "security.workspace.trust.banner": "never",
} as const;

/** VS Code's own server, which obeys the page's request to run a test suite in the extension host. */
export async function startTestServer(place: TestPlace): Promise<Workbench> {
  const { server } = await ensureCodeServer();
  const state = await openState(place, "data");
  await installFolders(place, state);
  const args = [
    ...["--host", "127.0.0.1", "--port", String(state.port)],
    ...["--without-connection-token", "--accept-server-license-terms", "--enable-smoke-test-driver"],
    ...["--server-data-dir", state.folder, "--extensions-dir", state.extensionsDir],
    ...["--telemetry-level", "off", "--disable-workspace-trust"],
  ];
  const authority = `vscode-remote://127.0.0.1:${String(state.port)}`;
  const payload: [string, string][] = [
    ["extensionDevelopmentPath", authority + place.extensionPath],
    ["skipWelcome", "true"],
    ["skipReleaseNotes", "true"],
  ];
  if (place.testsPath !== undefined) payload.push(["extensionTestsPath", authority + place.testsPath]);
  return launch(state, [server, ...args], place, { payload: JSON.stringify(payload) });
}

/** code-server, which keeps secrets over a reload, with the packaged extension installed. */
export async function startWorkbench(place: PersonPlace): Promise<Workbench> {
  const { entry } = await ensureCodeServer();
  const state = await openState(place, "user-data");
  const dirs = ["--user-data-dir", state.userDataDir, "--extensions-dir", state.extensionsDir];
  const config = ["--config", join(state.folder, "config.yaml")];
  await writeFile(join(state.folder, "config.yaml"), "auth: none\n");
  await installFolders(place, state);
  const install = [entry, ...dirs, ...config, "--install-extension", place.vsix, "--force"];
  await loud(process.execPath, install, state.folder, environmentFor(place.env));
  if (place.language !== undefined) await installLanguage(place.language, state.userDataDir);
  const args = [
    ...[entry, ...dirs, ...config, "--auth", "none", "--bind-addr", `127.0.0.1:${String(state.port)}`],
    ...["--disable-telemetry", "--disable-update-check"],
    ...(place.untrusted === true ? [] : ["--disable-workspace-trust"]),
    ...(place.language === undefined ? [] : ["--locale", place.language]),
    ...["--disable-getting-started-override", "--app-name", "VS Code", "--log", place.logLevel ?? "info"],
  ];
  return launch(state, args, place, {});
}

async function installFolders({ moreExtensions = [] }: TestPlace | PersonPlace, state: State): Promise<void> {
  for (const path of moreExtensions) await cp(path, join(state.extensionsDir, basename(path)), { recursive: true });
}

type State = {
  readonly port: number;
  readonly folder: string;
  readonly userDataDir: string;
  readonly extensionsDir: string;
  readonly temporary: boolean;
};

async function openState(place: Place, userDataName: string): Promise<State> {
  const temporary = place.stateFolder === undefined;
  // A short path: Unix sockets are made below it.
  const folder = place.stateFolder ?? (await mkdtemp(join(tmpdir(), "la-")));
  const userDataDir = join(folder, userDataName);
  const trust = place.untrusted === true ? untrustedSettings : {};
  const settings = JSON.stringify({ ...quietSettings, ...trust, ...place.settings }, undefined, 2);
  for (const name of ["User", "Machine"]) {
    await mkdir(join(userDataDir, name), { recursive: true });
    await writeFile(join(userDataDir, name, "settings.json"), settings, { flag: temporary ? "w" : "wx" }).catch(
      ignoreExisting,
    );
  }
  const extensionsDir = join(folder, "extensions");
  await mkdir(extensionsDir, { recursive: true });
  return { port: place.port ?? (await freePort()), folder, userDataDir, extensionsDir, temporary };
}

function ignoreExisting(error: unknown): void {
  if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
}

async function launch(
  state: State,
  args: readonly string[],
  place: Place,
  query: Readonly<Record<string, string>>,
): Promise<Workbench> {
  const child = spawn(process.execPath, args, {
    cwd: state.folder,
    env: environmentFor(place.env),
    // A group of its own, so that extension hosts and terminals end with it.
    detached: process.platform !== "win32",
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (output += chunk.toString()));
  const base = `http://127.0.0.1:${String(state.port)}/`;
  const stopAtExit = (): void => {
    killGroup(child, "SIGKILL");
  };
  process.once("exit", stopAtExit);
  const close = async (): Promise<void> => {
    process.off("exit", stopAtExit);
    await endGroup(child);
    if (state.temporary) await rm(state.folder, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    await answering(base, child);
  } catch (error) {
    await close();
    throw new Error(`VS Code's server did not start\n${output}`, { cause: error });
  }
  const search = new URLSearchParams(query);
  if (place.workspace !== undefined) search.set(kindOf(place.workspace), place.workspace);
  const url = search.size === 0 ? base : `${base}?${search.toString()}`;
  const logsDir = join(state.userDataDir, "logs");
  return { url, userDataDir: state.userDataDir, logsDir, pid: child.pid ?? 0, output: () => output, close };
}

function kindOf(workspace: string): "folder" | "workspace" {
  return workspace.endsWith(".code-workspace") ? "workspace" : "folder";
}

/** The caller's environment without what would make VS Code believe that it runs inside another one. */
export function environmentFor(extra: Place["env"]): NodeJS.ProcessEnv {
  const foreign =
    /^(VSCODE_|ELECTRON_|LANCEDB_|NODE_OPTIONS$|NODE_TEST_CONTEXT$|PYTHONPATH$|PYTHONSTARTUP$|npm_|PORT$|PASSWORD$)/;
  const own = Object.entries(process.env).filter(([name]) => !foreign.test(name));
  // Without a gallery the workbench asks nobody for updates.
  return { ...Object.fromEntries(own), EXTENSIONS_GALLERY: '{"serviceUrl":""}', ...extra };
}

/** Resolves when the server answers its front page. */
async function answering(base: string, child: ChildProcess): Promise<void> {
  const patience = startPatience(45_000);
  const ended = new Promise<never>((_, reject) => {
    child.once("error", reject);
    child.once("exit", (code) => {
      reject(new Error(`it ended with ${String(code)}`));
    });
  });
  ended.catch(() => undefined);
  while (!patience.isOver()) {
    if (await Promise.race([ended, answersOnce(base)])) return;
  }
  throw new Error("it gave no answer in time");
}

async function answersOnce(base: string): Promise<boolean> {
  try {
    const reply = await fetch(base, { redirect: "follow", signal: AbortSignal.timeout(stretched(15_000)) });
    await reply.arrayBuffer();
    return reply.ok;
  } catch {
    // Nobody listens yet: the next try is a moment away, so that the machine can start the server meanwhile.
    await new Promise((resolve) => setTimeout(resolve, 50));
    return false;
  }
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}

function killGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    if (process.platform === "win32") child.kill(signal);
    else process.kill(-child.pid, signal);
  } catch {
    // It has ended already.
  }
}

async function endGroup(child: ChildProcess): Promise<void> {
  const ended = new Promise<void>((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) resolve();
    else
      child.once("exit", () => {
        resolve();
      });
  });
  killGroup(child, "SIGTERM");
  const timer = setTimeout(() => {
    killGroup(child, "SIGKILL");
  }, stretched(5_000));
  await ended;
  clearTimeout(timer);
  // What outlived its parent in the group.
  killGroup(child, "SIGKILL");
}
