// The packages lancedb-auth as people install them: pip, uv, npm, pnpm, with types, in every place where an environment variable does not
// arrive. Real installers without network, real LanceDB clients, real servers.
import assert from "node:assert/strict";
import { mkdir, readdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test, type TestContext } from "node:test";
import { publishFolders, folderIndexOf } from "../../src/broker/folderIndex.ts";
import { findPythons } from "../support/runner/clientMatrix.ts";
import { root } from "../support/runner/tools.ts";
import { startSession, type Ended, type RunOptions, type Session } from "../support/session.ts";

let session: Session;
let packages: string;
/** A virtual environment with LanceDB's client and the wheel; undefined without a Python. */
let python: string | undefined;
before(async () => {
  session = await startSession();
  packages = join(session.folder, "clients", "packages");
  if (session.python !== undefined) python = await environmentWithWheel(session.python);
  await publishFolders(session.descriptorPath, [session.folder], folderIndexOf(process.platform, session.folder));
  await writeFile(join(session.folder, "search.py"), search.join("\n"));
});
after(() => session[Symbol.asyncDispose]());

const search = ["import lancedb", 'print(lancedb.connect("db://demo").open_table("penguins").count_rows())'];
const counted = { code: 0, stdout: "342\n", stderr: "" };
const outcome = ({ code, stdout, stderr }: Ended): unknown => ({ code, stdout, stderr });

async function file(ending: string): Promise<string> {
  const name = (await readdir(packages)).find((each) => each.endsWith(ending));
  return join(packages, name ?? "missing");
}

/** The client of the test's own environment is reached by a path file: thirty more megabytes need not be installed. */
async function environmentWithWheel(base: string): Promise<string> {
  const folder = join(session.folder, "venv");
  await succeed(base, ["-m", "venv", "--without-pip", folder]);
  const made = join(folder, "bin", "python");
  const places = "import sysconfig; print(sysconfig.get_path('purelib'))";
  const [theirs, ours] = [await succeed(base, ["-c", places]), await succeed(made, ["-c", places])];
  await writeFile(join(ours, "client.pth"), `${theirs}\n`);
  await succeed(base, ["-m", "pip", "--python", made, "install", "-q", "--no-index", await file(".whl")]);
  return made;
}

async function succeed(program: string, args: readonly string[], how: RunOptions = {}): Promise<string> {
  const ended = await session.run(program, args, { timeoutMs: 300_000, ...how });
  assert.equal(ended.code, 0, `${program} ${args.join(" ")}: ${ended.stdout}${ended.stderr}`);
  return ended.stdout.trim();
}

/** As a terminal's, with HOME where the index of this test is. */
const withHome = (env: RunOptions["env"] = {}): RunOptions => ({ env: { HOME: session.folder, ...env } });
/** As in another terminal application, or under cron. */
const nothingGiven = { LANCEDB_AUTH_SESSION: undefined, PYTHONPATH: undefined, NODE_OPTIONS: undefined };

for (const [what, args, env] of [
  ["with a replaced PYTHONPATH", [], { PYTHONPATH: "/nowhere" }],
  ["with -I", ["-I"], {}],
  ["with -E", ["-E"], nothingGiven],
  ["beside the terminal's own hook", [], {}],
] as const) {
  test(`unchanged Python with the wheel connects ${what}`, async (context) => {
    if (python === undefined) {
      context.skip("no Python");
      return;
    }
    assert.deepEqual(outcome(await session.run(python, [...args, "search.py"], withHome(env))), counted);
  });
}

test("with the wheel it connects beside another sitecustomize, which runs", async (context) => {
  if (python === undefined) {
    context.skip("no Python");
    return;
  }
  const folder = join(session.folder, "other");
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "sitecustomize.py"), "print('theirs')\n");
  const ended = await session.run(python, ["search.py"], withHome({ PYTHONPATH: folder }));
  assert.deepEqual(outcome(ended), { ...counted, stdout: "theirs\n342\n" });
});

test("in a folder that no window has open the program ends as without us", async (context) => {
  if (python === undefined || session.python === undefined) {
    context.skip("no Python");
    return;
  }
  const how = { cwd: "/", ...withHome(nothingGiven) };
  const program = join(session.folder, "search.py");
  const [ours, theirs] = [await session.run(python, [program], how), await session.run(session.python, [program], how)];
  const last = ({ code, stdout, stderr }: Ended): unknown => [code, stdout, stderr.trim().split("\n").at(-1)];
  assert.deepEqual(last(ours), last(theirs));
});

test("header_provider can be imported where the package is the only way", async (context) => {
  if (python === undefined) {
    context.skip("no Python");
    return;
  }
  const script = "from lancedb_auth import header_provider as h; print(sorted(h('db://demo').get_headers()))";
  const ended = await session.run(python, ["-I", "-c", script], withHome(nothingGiven));
  assert.deepEqual(outcome(ended), { code: 0, stdout: "['authorization', 'x-lancedb-credential-type']\n", stderr: "" });
});

test("the wheel installs and is quiet in every Python, and goes without a trace", async (context) => {
  const pythons = await findPythons();
  if (pythons.length === 0) {
    context.skip("no Python");
    return;
  }
  for (const { version, executable } of pythons)
    await context.test(version, (each) => inPython(each, executable, session.python ?? executable));
});

async function inPython(context: TestContext, executable: string, base: string): Promise<void> {
  const folder = join(session.folder, `venv-${context.name}`);
  await succeed(executable, ["-m", "venv", "--without-pip", folder]);
  const made = join(folder, "bin", "python");
  // An uninstaller takes the folder away as well when it is empty.
  const script = "import glob, sysconfig; print(sorted(glob.glob(sysconfig.get_path('purelib') + '/*')))";
  const list = (): Promise<string> => succeed(made, ["-c", script]);
  const before = await list();
  const pip = ["-m", "pip", "--python", made, "-q", "--disable-pip-version-check"];
  await succeed(base, [...pip, "install", "--no-index", await file(".whl")]);
  const finders = "import sys; print(sum(type(each).__name__ == 'Finder' for each in sys.meta_path))";
  const with_ = [await session.run(made, ["-I", "-c", finders]), await session.run(made, ["-S", "-I", "-c", finders])];
  const hook = "import sys; from lancedb_auth import header_provider; print('lancedb' in sys.modules)";
  const imported = await session.run(made, ["-I", "-c", hook]);
  await succeed(base, [...pip, "uninstall", "-y", "lancedb-auth"]);
  assert.deepEqual(
    [with_.map(outcome), outcome(imported), await list()],
    [
      [
        { code: 0, stdout: "1\n", stderr: "" },
        { code: 0, stdout: "0\n", stderr: "" },
      ],
      { code: 0, stdout: "False\n", stderr: "" },
      before,
    ],
  );
}

const countRows = 'console.log(await (await (await connect("db://demo")).openTable("penguins")).countRows());';

/** A project whose LanceDB client is that of this repository. */
async function project(name: string, manifest: object = {}): Promise<string> {
  const folder = join(session.folder, name);
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "package.json"), JSON.stringify({ private: true, ...manifest }));
  return folder;
}

async function linkClient(folder: string): Promise<void> {
  await mkdir(join(folder, "node_modules", "@lancedb"), { recursive: true });
  for (const name of ["@lancedb/lancedb", "apache-arrow", "reflect-metadata"]) {
    await symlink(join(root, "node_modules", name), join(folder, "node_modules", name)).catch(() => undefined);
  }
}

const offline = ["--offline", "--ignore-scripts", "--no-audit", "--no-fund"];

test("installed by npm it is found as ESM and as CJS, and lancedb-auth/register connects unchanged programs", async () => {
  const folder = await project("npm");
  await succeed("npm", ["install", "--save-dev", ...offline, await file(".tgz")], { cwd: folder, env: nothingGiven });
  await linkClient(folder);
  const programs = {
    "esm.mjs":
      'import { headers } from "lancedb-auth"; console.log(Object.keys(await headers({ uri: "db://demo" })).join());',
    "cjs.cjs":
      'require("lancedb-auth").headers({ uri: "db://demo" }).then((all) => console.log(Object.keys(all).join()));',
    "register.mjs": `import "lancedb-auth/register"; import { connect } from "@lancedb/lancedb"; ${countRows}`,
    "search.mjs": `import { connect } from "@lancedb/lancedb"; ${countRows}`,
  };
  for (const [name, text] of Object.entries(programs)) await writeFile(join(folder, name), text);
  const how = { cwd: folder, ...withHome(nothingGiven) };
  const node = async (...args: string[]): Promise<unknown> => outcome(await session.run(process.execPath, args, how));
  const headers = { code: 0, stdout: "authorization,x-lancedb-credential-type\n", stderr: "" };
  assert.deepEqual(
    {
      esm: await node("esm.mjs"),
      cjs: await node("cjs.cjs"),
      register: await node("register.mjs"),
      required: await node("--require", "lancedb-auth/register", "search.mjs"),
      imported: await node("--import", "lancedb-auth/register", "search.mjs"),
    },
    { esm: headers, cjs: headers, register: counted, required: counted, imported: counted },
  );
});

test("its types are found by TypeScript, as a module of either kind", async () => {
  const folder = await project("types");
  await succeed("npm", ["install", "--save-dev", ...offline, await file(".tgz")], { cwd: folder, env: nothingGiven });
  const use =
    'import { headers } from "lancedb-auth";\nimport "lancedb-auth/register";\nexport const found: Promise<Record<string, string>> = headers({ uri: "db://demo" });\n';
  for (const name of ["esm.mts", "cjs.cts"]) await writeFile(join(folder, name), use);
  const compiler = join(root, "node_modules", "typescript", "bin", "tsc");
  const common = { noEmit: true, strict: true, skipLibCheck: false, types: [], target: "es2022" };
  for (const [files, more] of [
    [["esm.mts", "cjs.cts"], { module: "nodenext" }],
    [["esm.mts"], { module: "esnext", moduleResolution: "bundler" }],
  ] as const) {
    await writeFile(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions: { ...common, ...more }, files }));
    await succeed(process.execPath, [compiler, "-p", folder], { cwd: folder });
  }
});

test("the packages are the same bytes at each build", async () => {
  const built = async (name: string): Promise<readonly string[]> => {
    const outdir = join(session.folder, name);
    await succeed(process.execPath, ["esbuild.mjs", "--production", `--outdir=${outdir}`], {
      cwd: root,
      env: { TZ: name },
    });
    const folder = join(outdir, "clients", "packages");
    const names = (await readdir(folder)).sort();
    return Promise.all(names.map(async (each) => (await readFile(join(folder, each))).toString("base64")));
  };
  assert.deepEqual(await built("Asia/Tokyo"), await built("America/New_York"));
});
