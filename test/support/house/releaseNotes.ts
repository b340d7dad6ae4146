// What a release changes in the files that name its version. Pure; each function throws a sentence for the person who releases.

export const steps = ["major", "minor", "patch"] as const;

/** @param wanted "major", "minor", "patch", or a version that is higher */
export function nextVersion(current: string, wanted: string): string {
  const now = parts(current);
  const [major, minor, patch] = now;
  if (wanted === "major") return `${major + 1}.0.0`;
  if (wanted === "minor") return `${major}.${minor + 1}.0`;
  if (wanted === "patch") return `${major}.${minor}.${patch + 1}`;
  const next = parts(wanted);
  const differs = next.findIndex((part, at) => part !== now[at]);
  if (differs === -1 || (next[differs] ?? 0) < (now[differs] ?? 0))
    throw new Error(`${wanted} is not after ${current}`);
  return wanted;
}

/** Marketplaces take three plain numbers. */
function parts(version: string): readonly [number, number, number] {
  const found = /^(\d+)\.(\d+)\.(\d+)$/.exec(version);
  if (found === null) throw new Error(`"${version}" is no version; say ${steps.join(", ")}, or one like 1.2.3`);
  return [Number(found[1]), Number(found[2]), Number(found[3])];
}

/**
 * Moves what is unreleased under the version; the heading for what comes next stays, empty.
 * @param date "2026-01-31"
 */
export function releasedChangelog(text: string, version: string, date: string): string {
  const heading = "## Unreleased\n";
  const at = text.indexOf(heading);
  if (at === -1) throw new Error("CHANGELOG.md has no section Unreleased");
  const from = at + heading.length;
  const next = text.indexOf("\n## ", from);
  const entries = text.slice(from, next === -1 ? undefined : next).trim();
  if (entries === "") throw new Error("CHANGELOG.md has nothing under Unreleased");
  if (text.includes(`\n## ${version}`)) throw new Error(`CHANGELOG.md has a section ${version} already`);
  const rest = next === -1 ? "" : text.slice(next);
  return `${text.slice(0, from)}\n## ${version} (${date})\n\n${entries}\n${rest}`;
}

/** The first field "version"; in the lock file the second as well, which is the root package's. */
export function withVersion(json: string, version: string, times: 1 | 2): string {
  let left: number = times;
  return json.replaceAll(/^(\s*"version": )"[^"]*"/gm, (field, name: string) =>
    left-- > 0 ? `${name}"${version}"` : field,
  );
}
