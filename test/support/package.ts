// Builds and packs the extension: npm run package. Refuses a VSIX that ships more than it should. The same inputs give the VSIX
// that was packed before, so that suites share one.
import { createHash } from "node:crypto";
import { existsSync, readdirSync } from "node:fs";
import { copyFile, cp, mkdir, readdir, readFile, rename, rm, stat } from "node:fs/promises";
import { join, relative } from "node:path";
import { listFiles, PackageManager } from "@vscode/vsce";
import manifest from "../../package.json" with { type: "json" };
import { loud, root, toolsFolder } from "./runner/tools.ts";

/** Of the VSIX as a whole, and without the packages for Python and npm that it brings along. */
const largest = { wholeBytes: 700 * 1000, withoutPackagesBytes: 450 * 1000 };
const manifestWords = readdirSync(root).filter((name) => /^package\.nls(\.[\w-]+)?\.json$/.test(name));
const shipped = [
  ...["media", "l10n", "package.json", ...manifestWords],
  ...[".vscodeignore", "README.md", "CHANGELOG.md", "LICENSE"],
];
const inputs = [...shipped, "src", "package-lock.json", "esbuild.mjs", "clientPackages.mjs"];

/** The path of the packed extension. */
export async function packageVsix(): Promise<string> {
  const home = join(toolsFolder, "vsix");
  const vsix = join(home, `lancedb-auth-${await fingerprint()}.vsix`);
  if (existsSync(vsix)) return vsix;
  await mkdir(home, { recursive: true });
  // A folder of its own, so that neither a watching build nor another packing changes what is being packed.
  const stage = join(home, `stage-${process.pid}`);
  try {
    await fillStage(stage);
    await rename(await pack(stage), vsix);
  } finally {
    await rm(stage, { recursive: true, force: true });
  }
  await removeOlder(home, vsix);
  return vsix;
}

async function fillStage(stage: string): Promise<void> {
  await rm(stage, { recursive: true, force: true });
  await mkdir(stage);
  await loud(process.execPath, ["esbuild.mjs", "--production", `--outdir=${join(stage, "dist")}`], root);
  for (const part of shipped) await cp(join(root, part), join(stage, part), { recursive: true });
}

async function pack(stage: string): Promise<string> {
  const files = await listFiles({ cwd: stage, packageManager: PackageManager.None });
  const foreign = files.filter(
    (file) => !/^(dist|media|l10n)\/|^(package(\.nls(\.[\w-]+)?)?\.json|(README|CHANGELOG)\.md|LICENSE)$/.test(file),
  );
  const unwanted = [...foreign, ...files.filter((file) => /node_modules|\.map$|__pycache__/.test(file))];
  if (unwanted.length > 0) throw new Error(`The VSIX must not hold ${unwanted.join(", ")}: see .vscodeignore`);
  const vsix = join(stage, "packed.vsix");
  const vsce = join(root, "node_modules", "@vscode", "vsce", "vsce");
  const quiet = ["--no-dependencies", "--allow-missing-repository", "--no-rewrite-relative-links"];
  const said = await loud(process.execPath, [vsce, "package", ...quiet, "--out", vsix], stage);
  if (/warning/i.test(said)) throw new Error(`vsce is not content:\n${said}`);
  await refuseLarge(vsix, join(stage, "dist", "clients", "packages"));
  return vsix;
}

async function refuseLarge(vsix: string, packages: string): Promise<void> {
  const { size } = await stat(vsix);
  const names = await readdir(packages);
  const sizes = await Promise.all(names.map(async (name) => (await stat(join(packages, name))).size));
  // They are archives themselves: in the VSIX they are as large as they lie.
  const rest = size - sizes.reduce((sum, each) => sum + each, 0);
  const { wholeBytes, withoutPackagesBytes } = largest;
  if (size > wholeBytes) throw new Error(`The VSIX has ${size} bytes; ${wholeBytes} is the limit`);
  if (rest > withoutPackagesBytes)
    throw new Error(`The VSIX has ${rest} bytes without its packages; ${withoutPackagesBytes} is the limit`);
}

/** What others may still be packing, or have packed a moment ago, stays. */
async function removeOlder(home: string, vsix: string): Promise<void> {
  for (const name of await readdir(home)) {
    const path = join(home, name);
    const isOld = path !== vsix && Date.now() - (await stat(path)).mtimeMs > 24 * 60 * 60_000;
    if (isOld) await rm(path, { recursive: true, force: true });
  }
}

/** A hash over the content of everything that goes into the package. */
async function fingerprint(): Promise<string> {
  const hash = createHash("sha256");
  for (const input of inputs) {
    for (const file of await filesBelow(join(root, input))) {
      hash.update(relative(root, file)).update(await readFile(file));
    }
  }
  return hash.digest("hex").slice(0, 16);
}

async function filesBelow(path: string): Promise<readonly string[]> {
  if (!(await stat(path)).isDirectory()) return [path];
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && !entry.parentPath.includes("__pycache__"));
  return files.map((entry) => join(entry.parentPath, entry.name)).sort();
}

if (import.meta.main) {
  const target = join(root, `${manifest.name}-${manifest.version}.vsix`);
  await copyFile(await packageVsix(), target);
  console.log(`${relative(root, target)}: ${Math.round((await stat(target)).size / 1024)} KB`);
}
