// A UI test's surroundings: the servers, the packaged extension in the real workbench, and a person in front of it.
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { packageVsix } from "../package.ts";
import { launchBrowser, openWorkbench, type Person } from "./person.ts";
import { setStage, type Stage, type StageOptions } from "./stage.ts";
import { startWorkbench, type PersonPlace, type Workbench } from "./workbench.ts";

export type UiStageOptions = StageOptions &
  Pick<PersonPlace, "settings" | "moreExtensions" | "logLevel" | "untrusted" | "language"> & {
    /** Added to the environment of the extension host. */
    readonly env?: (stage: Stage) => Readonly<Record<string, string>>;
    /** What stands in the workspace's own settings when it is opened. */
    readonly workspaceSettings?: (stage: Stage) => Readonly<Record<string, unknown>>;
    /** A second folder of that name beside the first, in one window. */
    readonly secondFolder?: string;
    /** Also what the browser keeps and every temporary file lies in the state's folder. */
    readonly inOneFolder?: boolean;
  };

export type UiStage = {
  readonly stage: Stage;
  readonly workbench: Workbench;
  readonly person: Person;
  /** Everything that VS Code writes, extension and logs included. */
  readonly stateFolder: string;
  close(): Promise<void>;
};

export async function openUiStage(options: UiStageOptions): Promise<UiStage> {
  // Ended in the reverse order; also where a later part does not start.
  await using started = new AsyncDisposableStack();
  const vsix = await packageVsix();
  const stage = await setStage(options);
  started.defer(() => stage.close());
  const { workspace } = stage;
  if (options.workspaceSettings !== undefined)
    await writeWorkspaceSettings(workspace, options.workspaceSettings(stage));
  const opened =
    options.secondFolder === undefined ? workspace : await writeWorkspaceFile(workspace, options.secondFolder);
  const { moreExtensions = [], logLevel = "info", untrusted = false } = options;
  const settings = { ...stage.settings, ...options.settings };
  const folder = options.inOneFolder === true ? await mkdtemp(join(tmpdir(), "la-")) : undefined;
  if (folder !== undefined) started.defer(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
  const own = await placeIn(folder, { ...stage.env, ...options.env?.(stage) });
  const language = options.language === undefined ? {} : { language: options.language };
  const place = { vsix, workspace: opened, settings, moreExtensions, logLevel, untrusted, ...language };
  const workbench = await startWorkbench({ ...place, ...own });
  started.defer(() => workbench.close());
  const browser = await launchBrowser(folder === undefined ? {} : { profile: join(folder, "profile") });
  started.defer(() => browser.close());
  // code-server sends a browser to loopback through a path of its own; this browser reaches the authorization server itself.
  await browser.context.route(/\/proxy\/\d+\//, (route) => {
    const [, port = "", rest = ""] = /\/proxy\/(\d+)(\/.*)$/.exec(route.request().url()) ?? [];
    return route.fulfill({ status: 302, headers: { location: `http://127.0.0.1:${port}${rest}` } });
  });
  const person = await openWorkbench(browser, workbench.url);
  const all = started.move();
  return {
    stage,
    workbench,
    person,
    stateFolder: dirname(workbench.userDataDir),
    close: () => all.disposeAsync(),
  };
}

async function placeIn(
  folder: string | undefined,
  env: Readonly<Record<string, string | undefined>>,
): Promise<Pick<PersonPlace, "stateFolder" | "env">> {
  if (folder === undefined) return { env };
  const temporary = join(folder, "tmp");
  await mkdir(temporary);
  return { stateFolder: folder, env: { ...env, TMPDIR: temporary, XDG_RUNTIME_DIR: undefined } };
}

export async function writeWorkspaceSettings(workspace: string, settings: object): Promise<void> {
  await mkdir(join(workspace, ".vscode"), { recursive: true });
  await writeFile(join(workspace, ".vscode", "settings.json"), JSON.stringify(settings, undefined, 2));
}

async function writeWorkspaceFile(workspace: string, second: string): Promise<string> {
  const [first, parent] = [basename(workspace), dirname(workspace)];
  const other = join(parent, second);
  await rm(other, { recursive: true, force: true });
  await mkdir(other, { recursive: true });
  await writeFile(join(other, "other.mjs"), "// Nothing yet.\n");
  const file = join(parent, `${first}.code-workspace`);
  await writeFile(file, JSON.stringify({ folders: [{ path: first }, { path: second }] }));
  return file;
}

/** What the extension has written into its log, in all windows until now. */
export async function ownLog({ workbench: { logsDir } }: UiStage): Promise<string> {
  const own = (await readdir(logsDir, { recursive: true })).filter((name) => name.endsWith("LanceDB Auth.log"));
  return (await Promise.all(own.map((name) => readFile(join(logsDir, name), "utf8")))).join("\n");
}

/** Runs a step of a test; a screenshot of the failure stays in .test-output/screenshots. */
export async function seen<Result>(person: Person, name: string, step: () => Promise<Result>): Promise<Result> {
  try {
    const result = await step();
    await person.screenshot(name);
    return result;
  } catch (error) {
    await person.screenshot(`${name}-failed`);
    throw error;
  }
}
