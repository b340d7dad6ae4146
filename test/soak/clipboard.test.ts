// A minute in front of the workbench with a token on the clipboard; that the clipboard forgets is in test/unit/tokenDetails/tokenPage.test.ts,
// and the question before the copy in test/ui/databases.test.ts.
import { after, before, test } from "node:test";
import { addConnection, signedInStatus } from "../support/workbench/journey.ts";
import { until } from "../support/workbench/person.ts";
import { openUiStage, seen, type UiStage } from "../support/workbench/uiStage.ts";

let ui: UiStage;
before(async () => {
  ui = await openUiStage({ name: "soak-clipboard" });
});
after(() => ui.close());

test("a copied token is off the clipboard after a minute", async () => {
  await addConnection(ui.person, ui.stage.answers);
  await signedInStatus(ui.person, "demo");
  await seen(ui.person, "soak-clipboard", async () => {
    const clipboard = (): Promise<string> => ui.person.page.evaluate(() => navigator.clipboard.readText());
    await ui.person.runCommand("LanceDB: Copy Access Token");
    await ui.person.dialog("Copy the access token of “demo”?");
    await ui.person.pressDialogButton("Copy Token");
    await until("the token on the clipboard", async () => (await clipboard()).startsWith("eyJ"));
    await until("an empty clipboard", async () => (await clipboard()) === "", undefined, 120_000);
  });
});
