// The versions of LanceDB's clients and of the interpreters that people have, each brought to .tools/matrix once. Everything is
// told as it is fetched; what the registry does not serve for an interpreter or a platform is a NotServed, not a failure.
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { basename, delimiter, join } from "node:path";
import { promisify } from "node:util";
import { loud, say, toolsFolder } from "./tools.ts";

const run = promisify(execFile);
const windows = process.platform === "win32";
const home = join(toolsFolder, "matrix");

/** Oldest first. */
export const pythonClients = ["0.25.3", "0.30.2", "0.34.0", "0.36.0", "0.39.0", "0.40.0"] as const;
export const nodeClients = ["0.22.3", "0.27.2", "0.31.0", "0.39.0"] as const;
export const nodeVersions = ["20", "22", "24"] as const;

export class NotServed extends Error {
  override readonly name = "NotServed";
}

export type PythonInterpreter = { readonly version: string; readonly executable: string };

/** Python 3.9 to 3.14 on the PATH, and those that LANCEDB_AUTH_PYTHONS names, separated as the PATH is. Oldest first. */
export async function findPythons(): Promise<readonly PythonInterpreter[]> {
  const named = (process.env["LANCEDB_AUTH_PYTHONS"] ?? "").split(delimiter).filter((each) => each !== "");
  const usual = ["python3", "python", ...[9, 10, 11, 12, 13, 14].map((minor) => `python3.${minor}`)];
  const found = new Map<number, string>();
  for (const command of [...named, ...usual]) {
    const interpreter = await describePython(command);
    if (interpreter !== undefined && !found.has(interpreter.minor))
      found.set(interpreter.minor, interpreter.executable);
  }
  const minors = [...found].filter(([minor]) => minor >= 9 && minor <= 14).sort(([a], [b]) => a - b);
  return minors.map(([minor, executable]) => ({ version: `3.${minor}`, executable }));
}

async function describePython(command: string): Promise<{ minor: number; executable: string } | undefined> {
  // A virtual environment's base: a cell must not hang on the environment of another.
  const script =
    "import sys; print(sys.version_info[0], sys.version_info[1], getattr(sys, '_base_executable', sys.executable))";
  try {
    const { stdout } = await run(command, ["-c", script], { timeout: 20_000 });
    const [, major, minor, executable] = /^(\d+) (\d+) (.+)$/.exec(stdout.trim()) ?? [];
    return major === "3" && executable !== undefined ? { minor: Number(minor), executable } : undefined;
  } catch {
    return undefined;
  }
}

/** The Python of a virtual environment that holds this version of lancedb, and what is asked for beside it. */
export async function ensurePythonCell(
  interpreter: PythonInterpreter,
  client: string,
  beside: readonly string[] = [],
): Promise<string> {
  const named = [`lancedb${client}`, ...beside.map((each) => each.replace("==", ""))];
  const folder = join(home, `python${interpreter.version}-${named.join("-")}`);
  const python = windows ? join(folder, "Scripts", "python.exe") : join(folder, "bin", "python");
  await made(folder, async () => {
    say(`making an environment of Python ${interpreter.version} with lancedb ${client}`);
    const uv = await ensureUv(interpreter);
    await uv(["venv", "--quiet", "--python", interpreter.executable, folder]);
    await uv([
      "pip",
      "install",
      "--quiet",
      "--only-binary",
      ":all:",
      "--python",
      python,
      `lancedb==${client}`,
      ...beside,
    ]);
  });
  return python;
}

type Command = (args: readonly string[]) => Promise<void>;

/** uv shares the packages of all environments by hard links: thirty of them would else need ten gigabytes. */
async function ensureUv({ executable }: PythonInterpreter): Promise<Command> {
  const folder = join(home, "uv");
  const uv = join(folder, "bin", windows ? "uv.exe" : "uv");
  await made(folder, async () => {
    const quiet = ["--quiet", "--disable-pip-version-check"];
    await loud(executable, ["-m", "pip", "install", ...quiet, "--target", folder, "uv"], home);
  });
  const index = process.env["PIP_INDEX_URL"];
  const env = {
    ...process.env,
    UV_CACHE_DIR: join(home, "uv-cache"),
    UV_PYTHON_DOWNLOADS: "never",
    ...(index === undefined ? {} : { UV_DEFAULT_INDEX: index }),
  };
  return async (args) => {
    await loud(uv, args, home, env).catch((error: unknown) => {
      throw notServed(error, /No solution found|not found in the package registry/);
    });
  };
}

/** The folder whose node_modules holds this version of @lancedb/lancedb; its native part serves every version of Node. */
export async function ensureNodeClient(client: string): Promise<string> {
  const folder = join(home, `node-lancedb${client}`);
  await made(folder, async () => {
    say(`fetching @lancedb/lancedb ${client}`);
    await npmInstall(folder, `@lancedb/lancedb@${client}`);
  });
  return folder;
}

/** The newest Node of a major version that is served for this platform; the Node that runs this, where it is of that version. */
export async function ensureNode(major: string): Promise<string> {
  if (process.versions.node.startsWith(`${major}.`)) return process.execPath;
  const name = `node-${windows ? "win" : process.platform}-${process.arch}`;
  const folder = join(home, `node${major}`);
  await made(folder, async () => {
    say(`fetching Node ${major}`);
    await npmInstall(folder, `${name}@${major}`);
  });
  return join(folder, "node_modules", name, "bin", windows ? "node.exe" : "node");
}

async function npmInstall(folder: string, name: string): Promise<void> {
  await writeFile(join(folder, "package.json"), '{ "private": true }\n');
  const args = ["install", name, "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
  const script = process.env["npm_execpath"];
  const viaScript = script?.endsWith(".js") === true;
  await loud(viaScript ? process.execPath : "npm", viaScript ? [script, ...args] : args, folder).catch(
    (error: unknown) => {
      throw notServed(error, /\bE404\b|\bETARGET\b|\bEBADPLATFORM\b/);
    },
  );
}

function notServed(error: unknown, sign: RegExp): unknown {
  const said = error instanceof Error ? error.message : String(error);
  return sign.test(said) ? new NotServed("the registry serves none", { cause: error }) : error;
}

/** Makes a folder unless it was made to its end before. */
async function made(folder: string, make: () => Promise<void>): Promise<void> {
  const mark = join(folder, ".made");
  if (existsSync(mark)) return;
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  // A test file that says nothing for a minute would be ended.
  const telling = setInterval(() => say(`still fetching into ${basename(folder)}`), 20_000);
  try {
    await make();
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  } finally {
    clearInterval(telling);
  }
  await writeFile(mark, "");
}
