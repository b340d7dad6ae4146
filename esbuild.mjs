// Bundles the extension host's entry, the command line tool and the Node hook, and copies the Python client.
// node esbuild.mjs [--production] [--watch] [--outdir=dist]
import { existsSync } from "node:fs";
import { cp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { build, context } from "esbuild";
import { packClients } from "./clientPackages.mjs";

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
  // The licences of what is bundled are written beside it, see writeNotices.
  legalComments: "none",
  metafile: true,
  logLevel: flags.watch ? "info" : "warning",
};
/** What is imported by `import()` and becomes a file of its own, which is read only when it is needed. */
const chunks = { arrowRows: "src/tables/arrowRows.ts" };
const besideTheBundle = {
  name: "beside the bundle",
  setup: ({ onResolve }) => {
    onResolve({ filter: /\/arrowRows\.ts$/ }, ({ kind }) =>
      kind === "dynamic-import" ? { path: "./arrowRows.cjs", external: true } : undefined,
    );
  },
};
/**
 * The editor's module under one name for all files: esbuild would copy its some hundred members for each file that imports it, which
 * took a third of the activation.
 */
const editorOnce = {
  name: "the editor's module once",
  setup: ({ onResolve, onLoad }) => {
    onResolve({ filter: /^vscode$/ }, ({ namespace }) =>
      namespace === "editor" ? { path: "vscode", external: true } : { path: "vscode", namespace: "editor" },
    );
    onLoad({ filter: /^vscode$/, namespace: "editor" }, () => ({ contents: 'export * from "vscode";' }));
  },
};

const bundles = [
  // The oldest VS Code that package.json allows runs its extension host on Node 20.
  {
    ...shared,
    target: "node20",
    entryPoints: { extension: "src/extension.ts" },
    plugins: [besideTheBundle, editorOnce],
  },
  // Only from the module sources of the Arrow reader's package is left out what is not used.
  { ...shared, target: "node20", entryPoints: chunks, mainFields: ["module", "main"] },
  {
    ...shared,
    // The hook is loaded into whatever Node the user has: one that cannot read it would not start.
    target: "node12",
    entryPoints: {
      "clients/bin/lancedb-auth": "src/clients/cli/main.ts",
      "clients/node/register": "src/clients/node/register.ts",
      "clients/node/resolve": "src/clients/node/resolve.ts",
      "clients/node/packageRegister": "src/clients/node/packageRegister.ts",
      "clients/node/lancedb-auth/index": "src/clients/node/explicit.ts",
    },
  },
];
const pythonClient = "src/clients/python";
const extensionApi = "src/api/lancedb-auth.d.ts";
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
await cp(extensionApi, `${flags.outdir}/lancedb-auth.d.ts`);
await cp(nodePackage, `${flags.outdir}/clients/node/lancedb-auth`, { recursive: true });
try {
  if (flags.watch) for (const options of bundles) await (await context(options)).watch();
  else {
    const results = await Promise.all(bundles.map((options) => build(options)));
    await packClients(flags.outdir, JSON.parse(await readFile("package.json", "utf8")).version);
    if (flags.production) await writeNotices(results.flatMap(({ metafile }) => Object.keys(metafile.inputs)));
  }
} catch {
  // esbuild has printed what was wrong.
  process.exitCode = 1;
}

/** The licences of the packages that the bundles hold ask to be passed on with them. */
async function writeNotices(inputs) {
  const folders = inputs.flatMap((path) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path) ?? []);
  const notices = [...new Set(folders)].sort().map(async (folder) => {
    const { name, version, license } = JSON.parse(await readFile(`${folder}/package.json`, "utf8"));
    const file = (await readdir(folder)).find((entry) => /^licen[cs]e/i.test(entry));
    const text = file === undefined ? "" : `\n\n${(await readFile(`${folder}/${file}`, "utf8")).trim()}`;
    return `${name} ${version} (${license})${text}\n`;
  });
  const line = `\n${"-".repeat(80)}\n\n`;
  await writeFile(`${flags.outdir}/THIRD-PARTY-NOTICES.txt`, (await Promise.all(notices)).join(line));
}
