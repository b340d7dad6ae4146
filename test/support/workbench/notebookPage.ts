// A notebook on the page as a person sees it: what lens, cell item, list and program say of its kernel; and what is done with it.
import { mkdir, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { until, type Person } from "./person.ts";

export const connectCommand = "LanceDB: Connect This Notebook";
export const jupyterQuestion = /grant Kernel access to the extension LanceDB Auth/;

export type ShownState = {
  readonly lens: string;
  /** The item below the cell. */
  readonly item: string;
  /** What the command says, and what it offers first. */
  readonly sentence: string;
  readonly offer: string | undefined;
};

export async function writeNotebook(path: string, source: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const cells = [{ cell_type: "code", id: "first", metadata: {}, source, outputs: [], execution_count: null }];
  await writeFile(path, JSON.stringify({ nbformat: 4, nbformat_minor: 5, metadata: {}, cells }));
}

export async function openElsewhere(person: Person, name: string): Promise<void> {
  await openOn(person, name, "Elsewhere", "elsewhere");
}

export async function openHere(person: Person, name: string): Promise<void> {
  await openOn(person, name, "of This Machine", "local");
}

async function openOn(person: Person, name: string, command: string, label: string): Promise<void> {
  await person.openFile(name);
  await person.runCommand(`Jupyter: Select the Kernel ${command}`);
  await person.page.locator(".kernel-label:visible", { hasText: `Python (${label})` }).waitFor();
}

export async function runFirstCell(person: Person): Promise<void> {
  await person.page.locator(`.notebookOverlay .cell.code .monaco-editor${onScreen}`).first().click();
  await person.runCommand("Notebook: Execute Cell");
}

export async function pressToolbarButton(person: Person): Promise<void> {
  const buttons = person.page.locator(".notebook-toolbar-left .action-item");
  await buttons.filter({ hasText: /^\s*LanceDB\s*$/ }).click();
}

/** Outputs are drawn in a frame of their own, and long lines are wrapped. */
export async function outputSays(person: Person, text: string): Promise<void> {
  let last: readonly string[] = [];
  await until(
    `an output that says ${text}`,
    async () => {
      last = await Promise.all(person.page.frames().map((frame) => frame.locator("body").innerText()));
      return last.some((each) => each.replaceAll(/\s+/g, " ").includes(text));
    },
    () => JSON.stringify(last),
    45_000,
  );
}

export async function closeQuickInput(person: Person): Promise<void> {
  await person.escape();
  await person.quickInputGone();
}

/** Waits until the cell's item says so. */
export async function itemSays(person: Person, words: string): Promise<void> {
  await person.page
    .locator(`.cell-statusbar-container${onScreen}`, { hasText: `LanceDB${words}` })
    .first()
    .waitFor();
}

/** The list is open: everything is on one picture. */
export async function shownState(person: Person, sentence: string | RegExp): Promise<ShownState> {
  const { placeholder, items } = await person.quickInput(sentence);
  const texts = async (selector: string): Promise<string> => {
    const [first = ""] = await person.page.locator(`${selector}${onScreen}`).allInnerTexts();
    return first.replaceAll("\u00a0", " ").trim();
  };
  const lens = await texts(".codelens-decoration");
  const item = await texts(".cell-statusbar-container .cell-status-item:has-text('LanceDB')");
  return { lens, item, sentence: placeholder, offer: items[0] };
}

/** A notebook behind another tab stays in the page, inert and far outside. */
const onScreen = ":visible:not([inert] *)";
