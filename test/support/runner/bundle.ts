// Bundles what runs inside the extension host in the tests: the suite and the stand-in for the Jupyter extension.
import { build } from "esbuild";

/** One bundle for each entry; mocha stays outside, for the entry and the tests must share it. */
export async function bundleInto(outdir: string, entryPoints: string[]): Promise<void> {
  await build({
    entryPoints,
    outdir,
    outExtension: { ".js": ".cjs" },
    bundle: true,
    platform: "node",
    format: "cjs",
    target: "node20",
    external: ["vscode", "mocha"],
    sourcemap: "inline",
    logLevel: "warning",
  });
}
