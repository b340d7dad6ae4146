// Runs the Python tests in the environment with the LanceDB client, and reads pytest's own report.
import { execFile, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { nothing, type Tally } from "./tally.ts";
import { ensurePython, outputFolder, root } from "./tools.ts";

/** Turns pytest's XML into [name, outcome] pairs, with the parser that Python brings. */
const readReport = `
import json, sys, xml.etree.ElementTree as tree
def outcome(case):
    tags = {child.tag for child in case}
    return "failed" if tags & {"failure", "error"} else "skipped" if "skipped" in tags else "passed"
cases = tree.parse(sys.argv[1]).getroot().iter("testcase")
print(json.dumps([[case.get("name"), outcome(case)] for case in cases]))
`;

export async function runPytest(files: readonly string[]): Promise<Tally> {
  if (files.length === 0) return nothing;
  const python = await ensurePython();
  if (python === undefined) {
    return { ...nothing, skipped: ["the Python tests: this machine has no Python 3.9 or newer"] };
  }
  await mkdir(outputFolder, { recursive: true });
  const report = join(outputFolder, "pytest.xml");
  await rm(report, { force: true });
  const code = await inherit(python, [
    "-m",
    "pytest",
    "-q",
    "-p",
    "no:cacheprovider",
    `--junitxml=${report}`,
    ...files,
  ]);
  if (!existsSync(report)) return { ...nothing, failed: [`pytest, which ended with ${code}`] };
  const { stdout } = await promisify(execFile)(python, ["-c", readReport, report]);
  const cases = JSON.parse(stdout) as readonly (readonly [string, string])[];
  const named = (wanted: string): string[] => cases.filter(([, outcome]) => outcome === wanted).map(([name]) => name);
  const tally = { passed: named("passed").length, failed: named("failed"), skipped: named("skipped") };
  // 1 says that tests failed, which the report has named; 5 that there were none, which the suite notices.
  const isKnown = code === 0 || code === 5 || (code === 1 && tally.failed.length > 0);
  return isKnown ? tally : { ...tally, failed: [...tally.failed, `pytest, which ended with ${code}`] };
}

function inherit(command: string, args: readonly string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: root, stdio: "inherit" });
    child.on("error", reject);
    child.on("close", (code) => resolve(code ?? 1));
  });
}
