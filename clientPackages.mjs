// Packs the client files as a Python wheel and as an npm tarball, both named lancedb-auth, from what esbuild.mjs has built. The same
// sources give the same bytes: no clock, no folder's order, no network.
import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { packTar } from "modern-tar";
import yazl from "yazl";

/**
 * @param outdir the folder of the build; the packages come into `clients/packages` below it
 * @param version the extension's: package and extension are released together
 */
export async function packClients(outdir, version) {
  const folder = join(outdir, "clients", "packages");
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, `lancedb_auth-${version}-py3-none-any.whl`), await wheel(outdir, version));
  await writeFile(join(folder, `lancedb-auth-${version}.tgz`), await tarball(outdir, version));
  // It is in the tarball, and nobody loads it from here.
  await rm(join(outdir, "clients", "node", "packageRegister.cjs"));
}

const summary = "LanceDB with the sign-in of a VS Code window: unchanged programs connect while the window is open.";
const readme = await readFile("src/clients/README.md", "utf8");
const licence = await readFile("LICENSE", "utf8");

/**
 * Run by Python's site module at each start, also with -E and -I: one line, and a failure in it is nobody's. The same finder as in a
 * terminal: where both are there, the second one does nothing.
 */
const startLine =
  "import sys; exec(\"try:\\n import _lancedb_auth_finder\\n _lancedb_auth_finder.install('')\\nexcept Exception:\\n pass\")\n";

/** A wheel is a zip with a list of its files (packaging.python.org, binary distribution format). */
async function wheel(outdir, version) {
  const python = join(outdir, "clients", "python");
  const info = `lancedb_auth-${version}.dist-info`;
  const files = new Map([
    ["_lancedb_auth_finder.py", await readFile(join(python, "autoconnect", "_lancedb_auth_finder.py"))],
    ...(await filesIn(join(python, "explicit", "lancedb_auth"), "lancedb_auth")),
    ["lancedb_auth.pth", Buffer.from(startLine)],
    [`${info}/METADATA`, Buffer.from(metadata(version))],
    [
      `${info}/WHEEL`,
      Buffer.from("Wheel-Version: 1.0\nGenerator: lancedb-auth\nRoot-Is-Purelib: true\nTag: py3-none-any\n"),
    ],
    [`${info}/licenses/LICENSE`, Buffer.from(licence)],
  ]);
  const record = `${info}/RECORD`;
  const lines = [...files].map(([name, content]) => `${name},sha256=${sha256(content)},${content.length}`);
  files.set(record, Buffer.from([...lines, `${record},,`, ""].join("\n")));
  return zip(files);
}

function metadata(version) {
  return [
    "Metadata-Version: 2.4",
    "Name: lancedb-auth",
    `Version: ${version}`,
    `Summary: ${summary}`,
    "License-Expression: Apache-2.0",
    "License-File: LICENSE",
    "Requires-Python: >=3.9",
    "Classifier: Typing :: Typed",
    "Description-Content-Type: text/markdown",
    "",
    readme,
  ].join("\n");
}

function sha256(content) {
  return createHash("sha256").update(content).digest("base64url");
}

async function zip(files) {
  const archive = new yazl.ZipFile();
  // The format knows the local time alone, from 1980 on.
  const options = { mtime: new Date(1980, 0, 1), mode: 0o100644 };
  for (const [name, content] of files) archive.addBuffer(content, name, options);
  archive.end();
  const chunks = [];
  for await (const chunk of archive.outputStream) chunks.push(chunk);
  return Buffer.concat(chunks);
}

async function tarball(outdir, version) {
  const built = join(outdir, "clients", "node");
  const source = join("src", "clients", "node", "package");
  const read = (folder, name) => readFile(join(folder, name));
  const types = await read(source, "index.d.ts");
  const files = new Map([
    ["package.json", Buffer.from(`${JSON.stringify(nodeManifest(version), undefined, 2)}\n`)],
    ["README.md", Buffer.from(readme)],
    ["LICENSE", Buffer.from(licence)],
    ["index.cjs", await read(join(built, "lancedb-auth"), "index.cjs")],
    ["index.mjs", await read(source, "index.mjs")],
    ["index.d.cts", types],
    ["index.d.mts", types],
    ["register.cjs", await read(built, "packageRegister.cjs")],
    ["register.d.ts", await read(source, "register.d.ts")],
  ]);
  const entries = [...files].map(([name, content]) => ({
    header: { name: `package/${name}`, size: content.length, mode: 0o644, mtime: new Date(0), type: "file" },
    body: content,
  }));
  return gzipSync(await packTar(entries), { level: 9 });
}

function nodeManifest(version) {
  return {
    name: "lancedb-auth",
    version,
    description: summary,
    license: "Apache-2.0",
    main: "./index.cjs",
    types: "./index.d.cts",
    exports: {
      ".": {
        import: { types: "./index.d.mts", default: "./index.mjs" },
        require: { types: "./index.d.cts", default: "./index.cjs" },
      },
      "./register": { types: "./register.d.ts", default: "./register.cjs" },
      "./package.json": "./package.json",
    },
    sideEffects: ["./register.cjs"],
    engines: { node: ">=18" },
  };
}

/** By name, so that the order is the same everywhere. */
async function filesIn(folder, prefix) {
  const names = (await readdir(folder)).filter((name) => /\.py$|^py\.typed$/.test(name)).sort();
  return Promise.all(names.map(async (name) => [`${prefix}/${name}`, await readFile(join(folder, name))]));
}
