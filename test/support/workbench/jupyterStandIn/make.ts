// Makes the extension that stands in for the Jupyter extension, ready to be installed or run in development.
import { cp } from "node:fs/promises";
import { join } from "node:path";
import { bundleInto } from "../../runner/bundle.ts";

/** It goes by the Jupyter extension's identifier. Answers the folder. */
export async function makeJupyterStandIn(folder: string): Promise<string> {
  await bundleInto(folder, [join(import.meta.dirname, "extension.ts")]);
  await cp(join(import.meta.dirname, "package.json"), join(folder, "package.json"));
  return folder;
}
