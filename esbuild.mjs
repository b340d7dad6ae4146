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
  // The oldest VS Code that package.json allows runs its extension host on Node 20.
  { ...shared, target: "node20", entryPoints: { extension: "src/extension.ts" } },
  {
    ...shared,
    // The hook is loaded into whatever Node the user has: one that cannot read it would not start.
    target: "node12",
    entryPoints: {
      "clients/bin/lancedb-auth": "src/clients/cli/main.ts",
      "clients/node/register": "src/clients/node/register.ts",
      "clients/node/resolve": "src/clients/node/resolve.ts",
      "clients/node/lancedb-auth/index": "src/clients/node/explicit.ts",
    },
  },
];
const pythonClient = "src/clients/python";
const nodePackage = "src/clients/node/package";

const wanted = [...bundles.flatMap(({ entryPoints }) => Object.values(entryPoints)), pythonClient, nodePackage];
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
await cp(nodePackage, `${flags.outdir}/clients/node/lancedb-auth`, { recursive: true });
try {
  if (flags.watch) for (const options of bundles) await (await context(options)).watch();
  else await Promise.all(bundles.map((options) => build(options)));
} catch {
  // esbuild has printed what was wrong.
  process.exitCode = 1;
}
