// What the tests need beyond npm's dev packages, fetched once into .tools/: VS Code's server, a Chromium, a Python.
// Every pin is in pins.json and test/clients/requirements.txt; a stamp beside each tool makes the next run start at once.
import { execFile, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { createHash } from "node:crypto";
import { delimiter, dirname, join } from "node:path";
import { promisify } from "node:util";
import pins from "../pins.json" with { type: "json" };

const run = promisify(execFile);
const windows = process.platform === "win32";

export const root = join(import.meta.dirname, "..", "..", "..");
export const toolsFolder = join(root, ".tools");
export const outputFolder = join(root, ".test-output");

export type CodeServer = { readonly folder: string; readonly entry: string; readonly server: string };

export type Browser = { readonly executable: string; readonly env: Readonly<Record<string, string>> };

export function say(text: string): void {
  process.stderr.write(`» ${text}\n`);
}

/** code-server, whose lib/vscode is VS Code's workbench, server and extension host; about half a minute the first time. */
export async function ensureCodeServer(): Promise<CodeServer> {
  const home = join(toolsFolder, "code-server");
  const folder = join(home, "node_modules", "code-server");
  const vscode = join(folder, "lib", "vscode");
  await once("code-server", `${pins.codeServer}/2`, home, async () => {
    say(`fetching code-server ${pins.codeServer} (VS Code's workbench and extension host)`);
    await npmInstall(home, `code-server@${pins.codeServer}`);
    say("fetching the packages of its VS Code");
    await npm(vscode, ["install", "--omit=dev", "--ignore-scripts"]);
    await npm(join(vscode, "extensions"), ["install", "--omit=dev", "--ignore-scripts"]);
    await replaceSpdlog(join(vscode, "node_modules", "@vscode", "spdlog"));
  });
  return { folder, entry: join(folder, "out", "node", "entry.js"), server: join(vscode, "out", "server-main.js") };
}

/** The native log writer would need a compiler; a plain one writes the same files, which the search for leaks reads. */
async function replaceSpdlog(folder: string): Promise<void> {
  const source = await readFile(join(import.meta.dirname, "plainSpdlog.cjs"), "utf8");
  await writeFile(join(folder, "index.js"), source);
}

/** An installed Chrome or Chromium, else the one that @sparticuz/chromium carries. */
export async function ensureChromium(): Promise<Browser> {
  const installed = await installedChromium();
  if (installed !== undefined) return { executable: installed, env: {} };
  if (process.platform !== "linux" || process.arch !== "x64") {
    throw new Error("No Chrome or Chromium was found. Install one, or name it in LANCEDB_AUTH_CHROMIUM.");
  }
  const home = join(toolsFolder, "chromium");
  const unpacked = join(home, "unpacked");
  await once("chromium", `${pins.chromium}/1`, home, async () => {
    say(`fetching Chromium ${pins.chromium}`);
    await npmInstall(home, `@sparticuz/chromium@${pins.chromium}`);
    await mkdir(unpacked, { recursive: true });
    const script = 'import("@sparticuz/chromium").then((m) => m.default.executablePath())';
    // The variable makes the package unpack its NSS libraries as well; TMPDIR says where to.
    const env = { ...process.env, TMPDIR: unpacked, AWS_EXECUTION_ENV: "AWS_Lambda_nodejs24.x" };
    await run(process.execPath, ["-e", script], { cwd: home, env });
    await writeFile(join(unpacked, "fonts", "fonts.conf"), fontConfiguration);
  });
  const libraries = [join(unpacked, "al2023", "lib"), process.env["LD_LIBRARY_PATH"] ?? ""].filter(
    (part) => part !== "",
  );
  return {
    executable: join(unpacked, "chromium"),
    env: { LD_LIBRARY_PATH: libraries.join(delimiter), FONTCONFIG_PATH: join(unpacked, "fonts") },
  };
}

/** The package's own names folders that do not exist, and Chromium dies of the first letter for which it finds no font. */
const fontConfiguration = `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir prefix="relative">fonts</dir>
  <include ignore_missing="yes">/etc/fonts/fonts.conf</include>
  <cachedir prefix="xdg">fontconfig</cachedir>
</fontconfig>
`;

/** Runtimes that obey the environment of Node, or may; undefined where the registry has none for this platform. */
export async function ensureRuntime(name: "deno" | "bun"): Promise<string | undefined> {
  const places = {
    deno: { linux: "@deno/linux-x64-glibc", darwin: `@deno/darwin-${process.arch}`, win32: "@deno/win32-x64" },
    bun: { linux: "@oven/bun-linux-x64", darwin: `@oven/bun-darwin-aarch64`, win32: "@oven/bun-windows-x64" },
  } as const;
  const { platform } = process;
  if (platform !== "linux" && platform !== "darwin" && platform !== "win32") return undefined;
  const [home, pack] = [join(toolsFolder, name), places[name][platform]];
  await once(name, `${pins[name]}/1`, home, async () => {
    say(`fetching ${name} ${pins[name]}`);
    await npmInstall(home, `${pack}@${pins[name]}`);
  });
  const folder = join(home, "node_modules", pack);
  const file = windows ? `${name}.exe` : name;
  return [join(folder, file), join(folder, "bin", file)].find(existsSync);
}

async function installedChromium(): Promise<string | undefined> {
  const named = process.env["LANCEDB_AUTH_CHROMIUM"];
  if (named !== undefined && named !== "") return named;
  const places = {
    darwin: [
      "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
      "/Applications/Chromium.app/Contents/MacOS/Chromium",
      "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    ],
    win32: ["ProgramFiles", "ProgramFiles(x86)", "LOCALAPPDATA"].flatMap((name) => {
      const base = process.env[name];
      if (base === undefined) return [];
      const google = join(base, "Google", "Chrome", "Application", "chrome.exe");
      return [google, join(base, "Microsoft", "Edge", "Application", "msedge.exe")];
    }),
  } as const;
  if (process.platform === "darwin" || process.platform === "win32") return places[process.platform].find(existsSync);
  for (const name of ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"]) {
    const found = findOnPath(name);
    if (found !== undefined && (await answers(found, ["--version"]))) return found;
  }
  return undefined;
}

/** The first executable of that name on the PATH. */
export function findOnPath(name: string): string | undefined {
  const folders = (process.env["PATH"] ?? "").split(delimiter).filter((folder) => folder !== "");
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path));
}

/** A virtual environment with the LanceDB client and pytest, or undefined where the machine has no fit Python. */
export async function ensurePython(): Promise<string | undefined> {
  const requirements = await readFile(join(root, "test", "clients", "requirements.txt"), "utf8");
  const home = join(toolsFolder, "python");
  const python = windows ? join(home, "Scripts", "python.exe") : join(home, "bin", "python");
  const wanted = createHash("sha256").update(requirements).digest("hex");
  if (await stamped("python", wanted, python)) return python;
  const base = await findPython();
  if (base === undefined) return undefined;
  say("making a Python environment with the LanceDB client");
  await rm(home, { recursive: true, force: true });
  try {
    await run(base, ["-m", "venv", home]);
  } catch {
    await rm(home, { recursive: true, force: true });
    say(`${base} cannot make a virtual environment (its venv module is missing)`);
    return undefined;
  }
  const file = join(root, "test", "clients", "requirements.txt");
  await loud(python, ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", file], root);
  await stamp("python", wanted);
  return python;
}

/** The same environment with a notebook kernel, a Jupyter server and what the demo's notebook draws with. */
export async function ensureNotebookPython(): Promise<string | undefined> {
  const python = await ensurePython();
  if (python === undefined) return undefined;
  const file = join(root, "test", "support", "workbench", "jupyterStandIn", "requirements.txt");
  const wanted = createHash("sha256")
    .update(await readFile(file))
    .digest("hex");
  const server = join(dirname(python), windows ? "jupyter-server.exe" : "jupyter-server");
  if (await stamped("python-notebooks", wanted, server)) return python;
  say("adding a notebook kernel and a Jupyter server to it");
  await loud(python, ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", file], root);
  await stamp("python-notebooks", wanted);
  return python;
}

/** Front ends for notebooks in a folder of their own, so that they weigh on nobody else's Python. */
export async function ensureFrontEnds(): Promise<{ readonly python: string; readonly folder: string } | undefined> {
  const python = await ensureNotebookPython();
  if (python === undefined) return undefined;
  const file = join(root, "test", "support", "frontEnds", "requirements.txt");
  const folder = join(toolsFolder, "front-ends");
  const wanted = createHash("sha256")
    .update(await readFile(file))
    .digest("hex");
  if (await stamped("front-ends", wanted, folder)) return { python, folder };
  say("fetching front ends for notebooks");
  await rm(folder, { recursive: true, force: true });
  const pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--target", folder, "-r", file];
  await loud(python, pip, root);
  await stamp("front-ends", wanted);
  return { python, folder };
}

async function findPython(): Promise<string | undefined> {
  const test = "import sys, venv, ensurepip; sys.exit(0 if sys.version_info >= (3, 9) else 1)";
  const versions = ["13", "12", "11", "10", "9"].map((minor) => `python3.${minor}`);
  for (const name of ["python3", "python", ...versions]) {
    if (await answers(name, ["-c", test])) return name;
  }
  return undefined;
}

async function answers(command: string, args: readonly string[]): Promise<boolean> {
  try {
    await run(command, args, { timeout: 20_000 });
    return true;
  } catch {
    return false;
  }
}

async function once(name: string, wanted: string, home: string, make: () => Promise<void>): Promise<void> {
  if (await stamped(name, wanted, home)) return;
  await rm(home, { recursive: true, force: true });
  await mkdir(home, { recursive: true });
  await make();
  await stamp(name, wanted);
}

async function stamped(name: string, wanted: string, path: string): Promise<boolean> {
  if (!existsSync(path)) return false;
  const found = await readFile(join(toolsFolder, "stamps", name), "utf8").catch(() => "");
  return found === wanted;
}

async function stamp(name: string, wanted: string): Promise<void> {
  const path = join(toolsFolder, "stamps", name);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, wanted);
}

async function npmInstall(home: string, name: string): Promise<void> {
  await writeFile(join(home, "package.json"), '{ "private": true }\n');
  await npm(home, ["install", name, "--ignore-scripts"]);
}

async function npm(cwd: string, args: readonly string[]): Promise<void> {
  const quiet = ["--no-audit", "--no-fund", "--loglevel=error"];
  const script = process.env["npm_execpath"];
  if (script?.endsWith(".js") === true) await loud(process.execPath, [script, ...args, ...quiet], cwd);
  else await loud("npm", [...args, ...quiet], cwd);
}

/** Runs a command quietly and answers what it printed; the failure shows that. */
export async function loud(command: string, args: readonly string[], cwd: string, env = process.env): Promise<string> {
  return new Promise<string>((resolve, reject) => {
    const child = spawn(command, args, {
      cwd,
      env,
      shell: windows && command === "npm",
      stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
    child.stderr.on("data", (chunk: Buffer) => (output += chunk.toString()));
    child.on("error", reject);
    child.on("close", (code) => {
      if (code === 0) resolve(output);
      else reject(new Error(`${command} ${args.join(" ")} ended with ${String(code)}\n${output}`));
    });
  });
}
