// What agents are told, and that a file that has other things in it keeps them.
import assert from "node:assert/strict";
import { test } from "node:test";
import { guidanceFiles, withGuidance } from "../../../src/agents/guidanceText.ts";

for (const file of guidanceFiles) {
  test(`${file.path} gets the guidance once, and keeps what is there`, () => {
    const fresh = withGuidance(undefined, file);
    const added = withGuidance("# Ours\n\nKeep this.\n", file);
    const again = withGuidance(added.replace("with no key", "WITH A KEY"), file);
    assert.deepEqual(
      [
        fresh.startsWith(file.opening),
        added.startsWith("# Ours\n\nKeep this.\n\n<!--"),
        again,
        withGuidance(fresh, file),
      ],
      [true, true, added, fresh],
    );
  });
}

test("the guidance forbids keys and names the tools that help", () => {
  const [file] = guidanceFiles;
  const text = file === undefined ? "" : withGuidance(undefined, file);
  assert.deepEqual(
    [
      /never ask for an API key/i.test(text),
      text.includes("lancedb-auth status"),
      text.includes('lancedb.connect("db:'),
    ],
    [true, true, true],
  );
});
