// The bar of the first run: from a fresh profile to a search in a terminal in at most 90 seconds and 12 interactions. An interaction is a
// key that opens something, a click, or an answer that ends with Enter.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { stretched } from "../support/runner/patience.ts";
import { addConnectionSteps, beginStepByStep } from "../support/workbench/journey.ts";
import { openUiStage, seen, type UiStage } from "../support/workbench/uiStage.ts";

let ui: UiStage;
before(async () => {
  ui = await openUiStage({ name: "ui-fresh-profile" });
});
after(() => ui.close());

test("from a fresh profile to a search in a terminal: at most 90 seconds and 12 interactions", () =>
  seen(ui.person, "fresh-profile", async () => {
    const { person, stage } = ui;
    const startedAt = Date.now();
    await beginStepByStep(person);
    for (const { says, answer } of addConnectionSteps) await person.answer(says, stage.answers[answer]);
    await person.notification("“demo” is signed in");
    await person.pressNotificationButton("“demo” is signed in", "Open Terminal");
    await person.waitForTerminalText(/[#$%>❯]\s*$/);
    await person.typeInTerminal(stage.python === undefined ? "node search.mjs" : "python search.py");
    await person.waitForTerminalText(/(Gentoo[^\n]*\n){5}/);
    const seconds = Math.round((Date.now() - startedAt) / 1000);
    console.log(`${String(seconds)} s, ${String(person.interactions)} interactions`);
    assert.deepEqual(
      [seconds <= stretched(90_000) / 1000, person.interactions <= 12],
      [true, true],
      `${String(seconds)} s`,
    );
  }));
