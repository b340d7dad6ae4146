// Changes how a running workbench is set, on the ways that a person has: the theme's picker, and settings.json in the editor. Writing
// the file from outside would not do, for VS Code's server watches files only with a module that has to be compiled.
import type { Person } from "./person.ts";

export const themes = {
  light: { label: "Light Modern", isOn: ".monaco-workbench.vs" },
  dark: { label: "Dark Modern", isOn: ".monaco-workbench.vs-dark" },
  contrast: { label: "Dark High Contrast", isOn: ".monaco-workbench.hc-black" },
  lightContrast: { label: "Light High Contrast", isOn: ".monaco-workbench.hc-light" },
} as const;

export type Theme = keyof typeof themes;

/** Resolves when the workbench is drawn in that theme. */
export async function useTheme(person: Person, theme: Theme): Promise<void> {
  // A dialogue that stays open would swallow the key for the palette.
  if (await person.page.locator(".quick-input-widget").isVisible()) await person.escape();
  await person.quickInputGone();
  await person.runCommand("Preferences: Color Theme");
  await person.quickInput("Select Color Theme");
  await person.type(themes[theme].label);
  await person.pick(themes[theme].label);
  await person.quickInputGone();
  await person.page.locator(themes[theme].isOn).first().waitFor();
}

/** Uses one theme after the other, looks, and keeps a screenshot of each. */
export async function inThemes(
  person: Person,
  wanted: readonly Theme[],
  name: string,
  look = (): Promise<void> => Promise.resolve(),
): Promise<void> {
  for (const theme of wanted) {
    await useTheme(person, theme);
    await look();
    await person.screenshot(`${name}-${theme}`);
  }
}

/** Adds the setting at the head of settings.json, where nothing else names it. Leaves the file closed. */
export async function addUserSetting(person: Person, name: string, value: unknown): Promise<void> {
  const { page } = person;
  await person.runCommand("Preferences: Open User Settings (JSON)");
  await page.locator(".tab.active", { hasText: "settings.json" }).waitFor();
  await page.locator(".editor-instance .view-lines:visible").first().click();
  await page.keyboard.press("Control+Home");
  await page.keyboard.press("End");
  await page.evaluate(
    (text) => navigator.clipboard.writeText(text),
    `\n  ${JSON.stringify(name)}: ${JSON.stringify(value)},`,
  );
  await page.keyboard.press("Control+V");
  await page.locator(".editor-instance .view-line:visible", { hasText: name }).first().waitFor();
  await person.runCommand("File: Save");
  await page.locator(".tab.active:not(.dirty)", { hasText: "settings.json" }).waitFor();
  await person.runCommand("View: Close Editor");
}
