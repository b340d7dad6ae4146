// npm run release -- minor: the changelog's entry and the version, ready to be looked at and committed. Publishes nothing.
import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import manifest from "../../package.json" with { type: "json" };
import { nextVersion, releasedChangelog, steps, withVersion } from "./house/releaseNotes.ts";
import { root, say } from "./runner/tools.ts";

const run = promisify(execFile);

try {
  const [wanted = ""] = process.argv.slice(2);
  if (wanted === "") throw new Error(`usage: npm run release -- ${steps.join("|")}|1.2.3`);
  const { stdout: changed } = await run("git", ["status", "--porcelain"], { cwd: root });
  if (changed !== "") throw new Error(`Commit or stash these first:\n${changed}`);
  const version = nextVersion(manifest.version, wanted);
  const [changelog, packageJson, lock] = ["CHANGELOG.md", "package.json", "package-lock.json"].map((name) =>
    join(root, name),
  );
  if (changelog === undefined || packageJson === undefined || lock === undefined) throw new Error("no files");
  const date = new Date().toISOString().slice(0, 10);
  // Nothing is written before everything is known to fit.
  const texts: readonly (readonly [string, string])[] = [
    [changelog, releasedChangelog(await readFile(changelog, "utf8"), version, date)],
    [packageJson, withVersion(await readFile(packageJson, "utf8"), version, 1)],
    [lock, withVersion(await readFile(lock, "utf8"), version, 2)],
  ];
  for (const [path, text] of texts) await writeFile(path, text);
  say(
    `${version} is in changelog, package.json and package-lock.json. Look at them, commit, and tag the commit v${version}.`,
  );
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
