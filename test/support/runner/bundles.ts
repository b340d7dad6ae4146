// The translations as they lie in the repository: l10n/ for the code, package.nls*.json for package.json, and package.json with its words.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import manifest from "../../../package.json" with { type: "json" };
import english from "../../../package.nls.json" with { type: "json" };
import { root } from "./tools.ts";

export type Bundle = Readonly<Record<string, string>>;

export const bundlesFolder = join(root, "l10n");

/** @param path from the repository's root */
export async function readBundle(path: string): Promise<Bundle> {
  return JSON.parse(await readFile(join(root, path), "utf8")) as Bundle;
}

/** package.json as VS Code shows it in English. */
export const spokenManifest: typeof manifest = spoken(manifest, english);

/** Every "%key%" replaced by the word for it; a key without one stays, as it does in VS Code. */
export function spoken<Value>(value: Value, words: Bundle): Value {
  return JSON.parse(JSON.stringify(value), (_, each: unknown) =>
    typeof each === "string" ? each.replace(/^%([^%]+)%$/, (key, name: string) => words[name] ?? key) : each,
  ) as Value;
}
