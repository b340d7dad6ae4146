// Bundles the extension host's entry, the command line tool and the Node hook into dist/, and copies the Python client.
import { cp, rm } from "node:fs/promises";
import { build, context } from "esbuild";

const production = process.argv.includes("--production");
const watch = process.argv.includes("--watch");

await rm("dist", { recursive: true, force: true });
const options = {
  entryPoints: {
    extension: "src/extension.ts",
    "clients/bin/lancedb-auth": "src/clients/cli/main.ts",
    "clients/node/register": "src/clients/node/register.ts",
  },
  outdir: "dist",
  outExtension: { ".js": ".cjs" },
  bundle: true,
  platform: "node",
  format: "cjs",
  target: "node20",
  external: ["vscode"],
  minify: production,
  sourcemap: !production,
  logLevel: "info",
};
const copyPython = () =>
  cp("src/clients/python", "dist/clients/python", {
    recursive: true,
    filter: (from) => !from.includes("__pycache__"),
  });
await copyPython();
if (watch) await (await context(options)).watch();
else await build(options);
