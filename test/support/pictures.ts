// npm run pictures: the pictures of the README and of the walkthrough, taken from the real workbench with the demo's servers behind it,
// and the icon from its SVG. Look at them before they are committed.
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { addConnection, beginStepByStep, clickToRefresh, signedInStatus, statusBarName } from "./workbench/journey.ts";
import { smallScreenshot, type Clip } from "./workbench/smallPng.ts";
import { useTheme } from "./workbench/userSettings.ts";
import { root, say } from "./runner/tools.ts";
import { openUiStage } from "./workbench/uiStage.ts";

const media = join(root, "media");
for (const folder of ["pictures", "walkthrough"]) await mkdir(join(media, folder), { recursive: true });
const ui = await openUiStage({ name: "penguins", accessTokenSeconds: 42 * 60 + 30 });
const { person, stage } = ui;
const { page } = person;
const viewport = { width: 1100, height: 640 };

async function keep(name: string, clip: Clip): Promise<void> {
  const file = join(media, `${name}.png`);
  const bytes = await smallScreenshot(page, clip);
  await writeFile(file, bytes);
  say(`media/${name}.png, ${Math.round(bytes.length / 1024)} KB`);
}

/** The marketplaces take no SVG. */
async function drawIcon(): Promise<void> {
  const sheet = await page.context().newPage();
  await sheet.setContent(`<style>body { margin: 0 }</style>${await readFile(join(media, "icon.svg"), "utf8")}`);
  await sheet.locator("svg").screenshot({ path: join(media, "icon.png"), omitBackground: true });
  await sheet.close();
  say("media/icon.png");
}

/** In both themes. @param arrange what the theme's picker closes */
async function keepStep(id: string, clip: Clip, arrange = (): Promise<void> => Promise.resolve()): Promise<void> {
  for (const theme of ["light", "dark"] as const) {
    await useTheme(person, theme);
    await arrange();
    await keep(`walkthrough/${id}-${theme}`, clip);
  }
}

try {
  await drawIcon();
  await page.setViewportSize(viewport);
  await person.runCommand("View: Toggle Primary Side Bar Visibility");
  await keepStep("add", { x: 210, y: 0, width: 680, height: 170 }, async () => {
    await beginStepByStep(person);
    await person.answer("A name for this connection", "demo");
    await person.quickInput("The database URI");
    await person.type("db://demo");
  });
  await person.escape();
  await person.quickInputGone();
  await addConnection(person, stage.answers);
  await person.clearNotifications();
  await person.openFile("search.py");
  await person.openTerminal();
  await person.typeInTerminal(stage.python === undefined ? "node search.mjs" : "python search.py");
  await person.waitForTerminalText(/(Gentoo[^\n]*\n){5}/);
  await clickToRefresh(person, "demo");
  await signedInStatus(person, "demo");
  await keepStep("terminal", { x: 52, y: 36, width: 720, height: 572 });
  await keepStep("status", { x: 560, y: 300, width: 540, height: 340 }, async () => {
    await person.hoverStatusBar(statusBarName("demo"));
  });
  await keep("pictures/terminal", { x: 0, y: 0, ...viewport });

  await person.runCommand("View: Hide Panel");
  await person.openFile("penguins.ipynb");
  await page.locator(".codelens-decoration", { hasText: "LanceDB: demo" }).first().waitFor();
  await keepStep("notebook", { x: 52, y: 36, width: 720, height: 400 });
  await person.runCommand("LanceDB: Diagnose");
  await page.locator(".tab.active", { hasText: "LanceDB Diagnosis.md" }).waitFor({ timeout: 60_000 });
  await keepStep("help", { x: 52, y: 36, width: 720, height: 400 });
} catch (error) {
  await person.screenshot("pictures-failed");
  throw error;
} finally {
  await ui.close();
}
process.exit();
