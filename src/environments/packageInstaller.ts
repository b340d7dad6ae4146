// Puts the package lancedb-auth into an environment and takes it out again, with the environment's own installer and without network. No
// editor; nothing else in the environment is touched.
import { execFile } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);

/** What installs into a Python: its own pip, else uv, which many environments are made by. */
export type Installer = { readonly program: string; readonly args: readonly string[] };

const pip = (python: string): Installer => ({ program: python, args: ["-m", "pip", "--disable-pip-version-check"] });
const uv: Installer = { program: "uv", args: ["pip"] };

/** Undefined where neither is there. */
export async function installerOf(python: string): Promise<Installer | undefined> {
  for (const each of [pip(python), uv]) if (await answers(each.program, [...each.args, "--version"])) return each;
  return undefined;
}

async function answers(program: string, args: readonly string[]): Promise<boolean> {
  return run(program, [...args], { timeout: 60_000 }).then(
    () => true,
    () => false,
  );
}

export interface PythonState {
  /** Python's own, "3.12.1". */
  readonly python: string;
  /** The package's version; undefined: it is not there. */
  readonly installed: string | undefined;
}

const question = [
  "import sys",
  "from importlib import metadata",
  "try: found = metadata.version('lancedb-auth')",
  "except metadata.PackageNotFoundError: found = ''",
  "print('.'.join(map(str, sys.version_info[:3])), found)",
].join("\n");

/** Undefined for what cannot be started, or is older than 3.9. -I: what the editor's environment adds is not in the environment. */
export async function stateOf(python: string): Promise<PythonState | undefined> {
  try {
    const { stdout } = await run(python, ["-I", "-c", question], { timeout: 20_000 });
    const [, version = "", minor, found = ""] = /^(3\.(\d+)\.\d+) ?(\S*)\s*$/.exec(stdout) ?? [];
    if (Number(minor ?? 0) < 9) return undefined;
    return { python: version, installed: found === "" ? undefined : found };
  } catch {
    return undefined;
  }
}

/** Rejects with what the installer said. */
export async function installWheel(python: string, installer: Installer, wheel: string): Promise<void> {
  const place = installer === uv ? ["--python", python] : [];
  const again = installer === uv ? "--reinstall" : "--force-reinstall";
  await install(installer, ["install", ...place, "--no-index", "--no-deps", again, wheel]);
}

export async function removePackage(python: string, installer: Installer): Promise<void> {
  const args = installer === uv ? ["--python", python] : ["--yes"];
  await install(installer, ["uninstall", ...args, "lancedb-auth"]);
}

async function install({ program, args }: Installer, more: readonly string[]): Promise<void> {
  try {
    // Our own hook has no business in an installer.
    await run(program, [...args, ...more], { timeout: 300_000, env: { ...process.env, PYTHONPATH: "" } });
  } catch (error) {
    const said = error instanceof Error && "stderr" in error ? String(error.stderr).trim() : String(error);
    throw new Error(said.split("\n").slice(-3).join("\n"), { cause: error });
  }
}
