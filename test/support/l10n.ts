// npm run l10n: writes what the code says into l10n/bundle.l10n.json, and both in the order of the alphabet. What a translation
// lacks is there as an empty text, which npm run check refuses; what nobody says any more is dropped.
import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { bundlesFolder, readBundle } from "./runner/bundles.ts";
import { readSources } from "./house/sourceFile.ts";
import { root } from "./runner/tools.ts";
import { messagesOf } from "./house/words.ts";

const english = "bundle.l10n.json";
const messages = messagesOf(await readSources(join(root, "src")));
await write(
  english,
  messages.map((message) => [message, message]),
);
for (const name of (await readdir(bundlesFolder)).filter((each) => each !== english)) {
  const known = await readBundle(join("l10n", name));
  const entries = messages.map((message) => [message, known[message] ?? ""] as const);
  await write(name, entries);
  console.log(`${name}: ${entries.filter(([, text]) => text === "").length} of ${messages.length} to translate`);
}

function write(name: string, entries: readonly (readonly [string, string])[]): Promise<void> {
  return writeFile(join(bundlesFolder, name), `${JSON.stringify(Object.fromEntries(entries), undefined, 2)}\n`);
}
