// A key in the code finds its home: the quick fix opens the dialogue with everything filled in, and the key works as the connection's own.
import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { statusBarName } from "../support/workbench/journey.ts";
import { leaksIn } from "../support/leaks.ts";
import { until } from "../support/workbench/person.ts";
import { openUiStage, seen, type UiStage } from "../support/workbench/uiStage.ts";

const apiKey = "sk_written_in_the_code";

let ui: UiStage;
before(async () => {
  ui = await openUiStage({ name: "ui-hard-coded-key", apiKey });
  const code = `import lancedb\n\ndb = lancedb.connect("db://demo", api_key="${apiKey}", host_override="${ui.stage.lancedb.host}")\n`;
  await writeFile(join(ui.stage.workspace, "keyed.py"), code);
});
after(() => ui.close());

test("the quick fix makes the key the connection's own, and takes it out of the code", () =>
  seen(ui.person, "hard-coded-key", async () => {
    const { person, stage, workbench } = ui;
    const { page } = person;
    await person.openFile("keyed.py");
    await page.locator(".cdr.squiggly-warning").first().waitFor();
    await page.locator(".view-line", { hasText: apiKey }).last().click();
    await (await person.quickFix("Take the key out of the code")).click();
    const { password, value, message } = await person.quickInput("The API key.");
    await person.screenshot("hard-coded-key-offered");
    await person.pressEnter();
    await person.notification("The key is out of the code");
    await until(
      "the key in the status bar",
      async () => (await person.statusBar(statusBarName("demo"))) === "demo API key",
    );
    await person.runCommand("File: Save");
    const file = join(stage.workspace, "keyed.py");
    await until("the saved file", async () => !(await readFile(file, "utf8")).includes(apiKey));
    assert.deepEqual(
      {
        ...{ password, offered: value === apiKey, isForServer: message.includes(new URL(stage.lancedb.host).host) },
        code: await readFile(file, "utf8"),
        leaks: await leaksIn([stage.workspace, workbench.logsDir], [apiKey]),
      },
      {
        ...{ password: true, offered: true, isForServer: true },
        code: `import lancedb\n\ndb = lancedb.connect("db://demo", host_override="${stage.lancedb.host}")\n`,
        leaks: [],
      },
    );
  }));
