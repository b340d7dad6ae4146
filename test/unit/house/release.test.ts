// The pure part of npm run release, and the workflow that runs at its tag.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import manifest from "../../../package.json" with { type: "json" };
import { nextVersion, releasedChangelog, withVersion } from "../../support/house/releaseNotes.ts";
import { root } from "../../support/runner/tools.ts";

test("the next version is a step or a higher one", () => {
  assert.deepEqual(
    ["major", "minor", "patch", "1.3.0", "1.2.10"].map((wanted) => nextVersion("1.2.9", wanted)),
    ["2.0.0", "1.3.0", "1.2.10", "1.3.0", "1.2.10"],
  );
});

for (const wanted of ["1.2.9", "1.2.8", "0.9.9", "1.3", "1.3.0-beta", "", "huge"]) {
  test(`"${wanted}" is refused as the version after 1.2.9`, () => assert.throws(() => nextVersion("1.2.9", wanted)));
}

const before = "# Changelog\n\n## Unreleased\n\n- **New**: a\n- b\n\n## 0.1.0\n\n- c\n";

test("what is unreleased moves under the version, and the heading stays for what comes", () => {
  assert.equal(
    releasedChangelog(before, "0.2.0", "2026-01-31"),
    "# Changelog\n\n## Unreleased\n\n## 0.2.0 (2026-01-31)\n\n- **New**: a\n- b\n\n## 0.1.0\n\n- c\n",
  );
});

for (const [what, text, version] of [
  ["without the section", "# Changelog\n\n## 0.1.0\n\n- c\n", "0.2.0"],
  ["with nothing new", "# Changelog\n\n## Unreleased\n\n## 0.1.0\n\n- c\n", "0.2.0"],
  ["with the version already in it", before, "0.1.0"],
] as const) {
  test(`a changelog ${what} is refused`, () => assert.throws(() => releasedChangelog(text, version, "2026-01-31")));
}

test("the version is set once in package.json, and twice in the lock file; dependencies keep theirs", () => {
  const json =
    '{\n  "version": "0.1.0",\n  "packages": {\n    "": {\n      "version": "0.1.0"\n    },\n    "a": {\n      "version": "0.1.0"\n    }\n  }\n}\n';
  const versions = ([1, 2] as const).map((times) => withVersion(json, "0.2.0", times).match(/"\d.*"/g));
  assert.deepEqual(versions, [
    ['"0.2.0"', '"0.1.0"', '"0.1.0"'],
    ['"0.2.0"', '"0.2.0"', '"0.1.0"'],
  ]);
});

test("the workflow runs at a version's tag, on three systems, and runs only scripts that exist", async () => {
  const workflow = await readFile(join(root, ".github", "workflows", "release.yml"), "utf8");
  const scripts = [...workflow.matchAll(/npm (?:run )?(test(?::\w+)?|check|package)\b/g)].map(
    ([, script = ""]) => script,
  );
  assert.deepEqual(
    [
      workflow.includes('tags: ["v*"]'),
      ["ubuntu-latest", "macos-latest", "windows-latest"].filter((system) => !workflow.includes(system)),
      scripts.filter((script) => !Object.hasOwn(manifest.scripts, script)),
      scripts.length > 0,
    ],
    [true, [], [], true],
  );
});
