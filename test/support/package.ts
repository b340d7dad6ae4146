// Builds and packs the extension: npm run package. Refuses a VSIX that ships more than it should. The same inputs give the VSIX
// that was packed before, so that suites share one.
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rename, rm, stat } from "node:fs/promises";
import { join, relative } from "node:path";
import { listFiles, PackageManager } from "@vscode/vsce";
import { loud, root, toolsFolder } from "./tools.ts";

const largestBytes = 300 * 1024;
const inputs = [
  "src",
  "media",
  "package.json",
  "package-lock.json",
  "esbuild.mjs",
  ".vscodeignore",
  "README.md",
  "CHANGELOG.md",
  "LICENSE",
];

/** The path of the packed extension. */
export async function packageVsix(): Promise<string> {
  const home = join(toolsFolder, "vsix");
  const vsix = join(home, `lancedb-auth-${await fingerprint()}.vsix`);
  if (existsSync(vsix)) return vsix;
  await rm(home, { recursive: true, force: true });
  await mkdir(home, { recursive: true });
  await loud(process.execPath, ["esbuild.mjs", "--production"], root);
  const files = await listFiles({ cwd: root, packageManager: PackageManager.None });
  const foreign = files.filter((file) => /node_modules|^(src|test|\.)|\.map$/.test(file));
  if (foreign.length > 0) throw new Error(`The VSIX must not hold ${foreign.join(", ")}: see .vscodeignore`);
  const unfinished = `${vsix}.part.vsix`;
  const vsce = join(root, "node_modules", "@vscode", "vsce", "vsce");
  const options = [
    "--no-dependencies",
    "--allow-missing-repository",
    "--no-rewrite-relative-links",
    "--out",
    unfinished,
  ];
  const said = await loud(process.execPath, [vsce, "package", ...options], root);
  if (/warning/i.test(said)) throw new Error(`vsce is not content:\n${said}`);
  const { size } = await stat(unfinished);
  if (size > largestBytes) throw new Error(`The VSIX has ${size} bytes; ${largestBytes} is the limit`);
  await rename(unfinished, vsix);
  return vsix;
}

/** A hash over the content of everything that goes into the package. */
async function fingerprint(): Promise<string> {
  const hash = createHash("sha256");
  for (const input of inputs) {
    for (const file of await filesBelow(join(root, input)))
      hash.update(relative(root, file)).update(await readFile(file));
  }
  return hash.digest("hex").slice(0, 16);
}

async function filesBelow(path: string): Promise<readonly string[]> {
  if (!existsSync(path)) return [];
  if (!(await stat(path)).isDirectory()) return [path];
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && !entry.parentPath.includes("__pycache__"));
  return files.map((entry) => join(entry.parentPath, entry.name)).sort();
}

if (import.meta.main) {
  const { name, version } = JSON.parse(await readFile(join(root, "package.json"), "utf8")) as {
    name: string;
    version: string;
  };
  const target = join(root, `${name}-${version}.vsix`);
  const { copyFile } = await import("node:fs/promises");
  await copyFile(await packageVsix(), target);
  console.log(`${relative(root, target)}: ${Math.round((await stat(target)).size / 1024)} KB`);
}
