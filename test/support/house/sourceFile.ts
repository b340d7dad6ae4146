// The files of src as the architecture checks read them.
import { readdir, readFile } from "node:fs/promises";
import { join, sep } from "node:path";

export type SourceFile = { readonly path: string; readonly text: string };

export async function readSources(folder: string): Promise<readonly SourceFile[]> {
  const names = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith(".ts"));
  return Promise.all(
    names.sort().map(async (name) => ({
      path: name.split(sep).join("/"),
      text: await readFile(join(folder, name), "utf8"),
    })),
  );
}

/** "oauth" of "oauth/token.ts", "ids" of "ids.ts". */
export function partOf(path: string): string {
  return (path.split("/")[0] ?? "").replace(/\.ts$/, "");
}
