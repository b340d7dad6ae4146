// The package goes into a real environment with pip alone, and out again; what is no fit Python is said to be none.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { installerOf, installWheel, removePackage, stateOf } from "../../../src/environments/packageInstaller.ts";
import { findOnPath, root } from "../../support/runner/tools.ts";

const run = promisify(execFile);
const base = findOnPath("python3");
let folder: string;
let python: string;
let wheel: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), "la env "));
  if (base === undefined) return;
  await run(base, ["-m", "venv", join(folder, "venv")]);
  python = join(folder, "venv", "bin", "python");
  await run(process.execPath, ["esbuild.mjs", `--outdir=${join(folder, "dist")}`], { cwd: root });
  const packages = join(folder, "dist", "clients", "packages");
  wheel = join(packages, (await readdir(packages)).find((name) => name.endsWith(".whl")) ?? "");
});
after(() => rm(folder, { recursive: true, force: true }));

test("installed, it is there; removed, it is not", { skip: base === undefined && "no Python" }, async () => {
  const installer = await installerOf(python);
  assert.ok(installer);
  const seen = [(await stateOf(python))?.installed];
  await installWheel(python, installer, wheel);
  seen.push((await stateOf(python))?.installed);
  await removePackage(python, installer);
  seen.push((await stateOf(python))?.installed);
  assert.deepEqual(seen, [undefined, /lancedb_auth-([^-]+)-/.exec(wheel)?.[1], undefined]);
});

test("a failure says what the installer said", { skip: base === undefined && "no Python" }, async () => {
  const installer = await installerOf(python);
  assert.ok(installer);
  await assert.rejects(installWheel(python, installer, join(folder, "none-1-py3-none-any.whl")), /none-1/);
});

test("what is no Python is none", async () => {
  assert.deepEqual(await Promise.all([stateOf(join(folder, "nothing")), stateOf(process.execPath)]), [
    undefined,
    undefined,
  ]);
});
