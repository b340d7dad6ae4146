// Bundles the extension host's entry, the command line tool and the Node hook, and copies the Python client.
// node esbuild.mjs [--production] [--watch] [--outdir=dist]
import { existsSync } from "node:fs";
import { cp, rm } from "node:fs/promises";
import { parseArgs } from "node:util";
import { build, context } from "esbuild";

const { values: flags } = parseArgs({
  options: {
    production: { type: "boolean", default: false },
    watch: { type: "boolean", default: false },
    outdir: { type: "string", default: "dist" },
  },
});

const shared = {
  outdir: flags.outdir,
  outExtension: { ".js": ".cjs" },
  bundle: true,
  platform: "node",
  format: "cjs",
  external: ["vscode"],
  minify: flags.production,
  sourcemap: !flags.production,
  sourcesContent: false,
  legalComments: "none",
  logLevel: flags.watch ? "info" : "warning",
};
const bundles = [
  // The oldest VS Code that package.json allows runs its extension host on Node 20, users run theirs on Node 18 and later.
  { ...shared, target: "node20", entryPoints: { extension: "src/extension.ts" } },
  {
    ...shared,
    target: "node18",
    entryPoints: {
      "clients/bin/lancedb-auth": "src/clients/cli/main.ts",
      "clients/node/register": "src/clients/node/register.ts",
    },
  },
];
const pythonClient = "src/clients/python";

const wanted = [...bundles.flatMap(({ entryPoints }) => Object.values(entryPoints)), pythonClient];
const missing = wanted.filter((path) => !existsSync(path));
if (missing.length > 0) {
  console.error(`Nothing was bundled: ${missing.join(", ")} ${missing.length === 1 ? "is" : "are"} missing.`);
  process.exit(1);
}

await rm(flags.outdir, { recursive: true, force: true });
await cp(pythonClient, `${flags.outdir}/clients/python`, {
  recursive: true,
  filter: (from) => !from.includes("__pycache__"),
});
try {
  if (flags.watch) for (const options of bundles) await (await context(options)).watch();
  else await Promise.all(bundles.map((options) => build(options)));
} catch {
  // esbuild has printed what was wrong.
  process.exitCode = 1;
}
