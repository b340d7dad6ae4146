// A kernel elsewhere is started and connected fifty times, with tokens of 15 s and of an hour; the short version is
// test/editor/notebookStarts.test.ts.
import { deepEqual } from "node:assert/strict";
import { test } from "node:test";
import { runEditorSuite } from "../support/workbench/editor.ts";
import { editorTestVariables } from "../support/workbench/editorSuite.ts";
import { ensureChromium, ensureCodeServer } from "../support/runner/tools.ts";

for (const seconds of [15, 3600]) {
  test(`50 of 50 kernels elsewhere connect after one press, with tokens of ${seconds} s`, async () => {
    process.env[editorTestVariables.rounds] ??= "50";
    process.env[editorTestVariables.tokenSeconds] = String(seconds);
    await ensureCodeServer();
    await ensureChromium();
    const report = await runEditorSuite("notebookStarts");
    deepEqual(
      report?.tests.filter(({ state }) => state !== "passed"),
      [],
    );
  });
}
