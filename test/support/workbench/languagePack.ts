// Makes VS Code speak another language where no language pack can be fetched: a pack of our own that translates nothing of the editor,
// so that its commands keep their English names, while every extension is asked for its words in that language.
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

/**
 * Writes the pack, and the list of packs that the server would make of it.
 * @param language "de"
 */
export async function installLanguage(language: string, userDataDir: string): Promise<void> {
  const folder = join(userDataDir, "languagePack");
  const translations = join(folder, "main.i18n.json");
  const pack = {
    hash: "lancedb-auth-tests",
    extensions: [{ extensionIdentifier: { id: `lancedb-auth-tests.language-${language}` }, version: "1.0.0" }],
    translations: { vscode: translations },
    label: language,
  };
  await mkdir(folder, { recursive: true });
  await writeFile(translations, JSON.stringify({ version: "1.0.0", contents: {} }));
  await writeFile(join(userDataDir, "languagepacks.json"), JSON.stringify({ [language]: pack }));
}
