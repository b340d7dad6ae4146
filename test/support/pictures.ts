// npm run pictures: the pictures of the README, taken from the real workbench with the demo's servers behind it.
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { addConnection, clickToRefresh, signedInStatus, statusBarName } from "./journey.ts";
import { root, say } from "./tools.ts";
import { openUiStage } from "./uiStage.ts";

const media = join(root, "media");
await mkdir(media, { recursive: true });
const ui = await openUiStage({ name: "penguins", accessTokenSeconds: 42 * 60 + 30 });
const { person, stage } = ui;
try {
  await person.page.setViewportSize({ width: 1100, height: 640 });
  await addConnection(person, stage.answers);
  await person.clearNotifications();
  await person.runCommand("View: Toggle Primary Side Bar Visibility");
  await person.openFile("search.py");
  await person.openTerminal();
  await person.typeInTerminal(stage.python === undefined ? "node search.mjs" : "python search.py");
  await person.waitForTerminalText(/(Gentoo[^\n]*\n){5}/);
  await clickToRefresh(person, "demo");
  await signedInStatus(person, "demo");
  await person.hoverStatusBar(statusBarName("demo"));
  await person.page.screenshot({ path: join(media, "terminal.png") });
  say("media/terminal.png");
} finally {
  await ui.close();
}
process.exit();
