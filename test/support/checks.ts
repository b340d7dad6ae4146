// The checks that are not tests of behaviour: each answers what is wrong, or nothing.
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { ensurePython, root } from "./tools.ts";

const run = promisify(execFile);

export const checks = {
  "types of the product": () => tool("typescript/bin/tsc", ["-p", ".", "--noEmit"]),
  "types of the tests": () => tool("typescript/bin/tsc", ["-p", "test", "--noEmit"]),
  lint: () => tool("eslint/bin/eslint.js", ["."]),
  format: () => tool("prettier/bin/prettier.cjs", ["--check", "--log-level=warn", "."]),
  "Python compiles": pythonCompiles,
} as const satisfies Record<string, () => Promise<string | undefined>>;

async function tool(script: string, args: readonly string[]): Promise<string | undefined> {
  return problemOf(process.execPath, [join(root, "node_modules", script), ...args]);
}

/** The files that run in the user's Python, read by the oldest grammar that lancedb still has (3.9). */
async function pythonCompiles(): Promise<string | undefined> {
  const python = await ensurePython();
  if (python === undefined) return undefined;
  const script = `
import ast, pathlib
for path in pathlib.Path("src/clients/python").rglob("*.py"):
    ast.parse(path.read_text("utf-8"), str(path), feature_version=(3, 8))
`;
  return problemOf(python, ["-c", script]);
}

async function problemOf(command: string, args: readonly string[]): Promise<string | undefined> {
  try {
    await run(command, args, { cwd: root, maxBuffer: 64 * 1024 * 1024 });
    return undefined;
  } catch (error) {
    const { stdout = "", stderr = "" } = error as { stdout?: string; stderr?: string };
    return `${stdout}${stderr}`.trim() || String(error);
  }
}
