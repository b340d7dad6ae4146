// Runs test/editor in a real extension host through @vscode/test-electron: the desktop VS Code where one is installed, else
// the workbench behind codeLauncher.ts.
import { existsSync } from "node:fs";
import { mkdir, readFile, readdir, rm, cp, writeFile } from "node:fs/promises";
import { delimiter, dirname, join } from "node:path";
import { runTests, TestRunFailedError } from "@vscode/test-electron";
import { bundleInto } from "../runner/bundle.ts";
import { editorTestVariables, type EditorReport } from "./editorSuite.ts";
import { makeJupyterStandIn } from "./jupyterStandIn/make.ts";
import { setNotebookStage, type NotebookStage } from "./notebookStage.ts";
import { ensureNotebookPython, loud, outputFolder, root } from "../runner/tools.ts";

const folder = join(outputFolder, "editor");
const source = join(root, "test", "editor");

/** Runs the suite, or the test files whose name contains the filter. The report is missing when the suite crashed. */
export async function runEditorSuite(filter = ""): Promise<EditorReport | undefined> {
  const report = join(folder, "report.json");
  await rm(folder, { recursive: true, force: true });
  const extensionDevelopmentPath = [await makeExtension(), await makeJupyterStandIn(join(folder, "jupyter"))];
  const extensionTestsPath = await bundleSuite();
  const isWanted = (name: string): boolean => name.startsWith("notebook") && name.includes(filter);
  const notebooks = (await testNames()).some(isWanted) ? await openNotebookStage() : undefined;
  const workspace = await makeWorkspace();
  // The launcher is a script for the Node that runs this, and VS Code must not believe that it runs inside another one.
  process.env["PATH"] = [dirname(process.execPath), process.env["PATH"] ?? ""].join(delimiter);
  for (const name of Object.keys(process.env)) {
    if (/^(VSCODE|ELECTRON)_/.test(name)) Reflect.deleteProperty(process.env, name);
  }
  try {
    await runTests({
      vscodeExecutablePath: installedCode() ?? join(import.meta.dirname, "codeLauncher.ts"),
      extensionDevelopmentPath,
      extensionTestsPath,
      launchArgs: [workspace],
      extensionTestsEnv: {
        [editorTestVariables.report]: report,
        [editorTestVariables.filter]: filter,
        ...notebooks?.env,
      },
    });
  } catch (error) {
    // A failed test is in the report; without one the run itself has failed.
    if (!(error instanceof TestRunFailedError)) throw error;
  } finally {
    await notebooks?.close();
  }
  return existsSync(report) ? parseReport(await readFile(report, "utf8")) : undefined;
}

/** Two folders, as people have who work on several projects at once. */
async function makeWorkspace(): Promise<string> {
  const folders = [{ path: "workspace" }, { path: "second" }];
  for (const { path } of folders) await mkdir(join(folder, path), { recursive: true });
  const notebook = join("workspace", "penguins.ipynb");
  await cp(join(root, "test", "demo", notebook), join(folder, notebook));
  const file = join(folder, "two.code-workspace");
  await writeFile(file, JSON.stringify({ folders }));
  return file;
}

/** The extension in a folder of its own, so that a build in dist/ does not disturb a running suite. */
async function makeExtension(): Promise<string> {
  const extension = join(folder, "extension");
  await mkdir(extension, { recursive: true });
  await loud(process.execPath, ["esbuild.mjs", `--outdir=${join(extension, "dist")}`], root);
  for (const part of ["package.json", "media"]) {
    if (existsSync(join(root, part))) await cp(join(root, part), join(extension, part), { recursive: true });
  }
  return extension;
}

async function openNotebookStage(): Promise<NotebookStage | undefined> {
  const python = await ensureNotebookPython();
  return python === undefined ? undefined : setNotebookStage(python, join(folder, "notebooks"));
}

async function testNames(): Promise<readonly string[]> {
  return (await readdir(source)).filter((name) => name.endsWith(".test.ts"));
}

/** One bundle for each test file. */
async function bundleSuite(): Promise<string> {
  await bundleInto(
    join(folder, "suite"),
    ["index.ts", ...(await testNames())].map((name) => join(source, name)),
  );
  return join(folder, "suite", "index.cjs");
}

/** The executable itself: the `code` command on the PATH does not hand back the suite's exit code. */
function installedCode(): string | undefined {
  const named = process.env["LANCEDB_AUTH_CODE"];
  if (named !== undefined && named !== "") return named;
  const { platform } = process;
  if (platform === "darwin") return firstOf(["/Applications/Visual Studio Code.app/Contents/MacOS/Electron"]);
  if (platform === "win32") {
    const { LOCALAPPDATA: own = "", ProgramFiles: all = "" } = process.env;
    return firstOf([
      join(own, "Programs", "Microsoft VS Code", "Code.exe"),
      join(all, "Microsoft VS Code", "Code.exe"),
    ]);
  }
  const display = process.env["DISPLAY"] ?? process.env["WAYLAND_DISPLAY"];
  return display === undefined ? undefined : firstOf(["/usr/share/code/code", "/opt/visual-studio-code/code"]);
}

function firstOf(places: readonly string[]): string | undefined {
  return places.find((path) => existsSync(path));
}

function parseReport(text: string): EditorReport {
  return JSON.parse(text) as EditorReport;
}
