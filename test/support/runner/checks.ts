// The checks that are not tests of behaviour: types, lint, format, and the Python that the user's interpreter has to read.
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { openSlots } from "./slots.ts";
import { nothing, sum, type Tally } from "./tally.ts";
import { ensurePython, root } from "./tools.ts";

const run = promisify(execFile);

type Outcome = { readonly state: "passed" | "failed" | "skipped"; readonly says: string };

const checks: Readonly<Record<string, () => Promise<Outcome>>> = {
  "types of the product": () => tool("typescript/bin/tsc", ["-p", ".", "--noEmit"]),
  "types of the tests": () => tool("typescript/bin/tsc", ["-p", "test", "--noEmit"]),
  lint: () => tool("eslint/bin/eslint.js", [".", "--max-warnings=0"]),
  format: () => tool("prettier/bin/prettier.cjs", ["--check", "--log-level=warn", "."]),
  "Python compiles": pythonCompiles,
};

const marks = { passed: "✔", failed: "✖", skipped: "﹣" } as const;

/** Runs the checks whose name contains the filter, and prints what each came to. */
export async function runChecks(filter = "", slots = openSlots(1)): Promise<Tally> {
  const wanted = Object.entries(checks).filter(([each]) => each.includes(filter));
  return sum(await Promise.all(wanted.map(([name, check]) => slots(() => runCheck(name, check)))));
}

async function runCheck(name: string, check: () => Promise<Outcome>): Promise<Tally> {
  const { state, says } = await check();
  console.log(`${marks[state]} ${name}${says === "" ? "" : `\n${says}`}`);
  return state === "passed" ? { ...nothing, passed: 1 } : { ...nothing, [state]: [name] };
}

function tool(script: string, args: readonly string[]): Promise<Outcome> {
  return outcomeOf(process.execPath, [join(root, "node_modules", script), ...args]);
}

/** The files that run in the user's Python, read by the grammar of a Python older than any that lancedb still has (3.9). */
async function pythonCompiles(): Promise<Outcome> {
  const python = await ensurePython();
  if (python === undefined) return { state: "skipped", says: "this machine has no Python 3.9 or newer" };
  const script = `
import ast, pathlib
paths = list(pathlib.Path("src/clients/python").rglob("*.py"))
assert paths, "there are no Python files"
for path in paths:
    ast.parse(path.read_text("utf-8"), str(path), feature_version=(3, 8))
`;
  return outcomeOf(python, ["-c", script]);
}

async function outcomeOf(command: string, args: readonly string[]): Promise<Outcome> {
  try {
    await run(command, args, { cwd: root, maxBuffer: 64 * 1024 * 1024 });
    return { state: "passed", says: "" };
  } catch (error) {
    const { stdout = "", stderr = "" } = error as { stdout?: string; stderr?: string };
    return { state: "failed", says: `${stdout}${stderr}`.trim() || String(error) };
  }
}
