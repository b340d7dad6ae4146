// By which a program without a pointer finds the window of its folder: what is written, and whom Node and Python believe.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { chmod, mkdir, mkdtemp, readdir, readFile, realpath, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, beforeEach, test } from "node:test";
import { promisify } from "node:util";
import { folderIndexOf, publishFolders, retireFolders } from "../../../src/broker/folderIndex.ts";
import { findOnPath, root } from "../../support/runner/tools.ts";

const run = promisify(execFile);
const python = findOnPath("python3");
let home: string;
let index: string;
let outer: string;
let inner: string;
before(async () => {
  home = await realpath(await mkdtemp(join(tmpdir(), "la-home-")));
  index = folderIndexOf(process.platform, home, home);
  [outer, inner] = [join(home, "work"), join(home, "work", "inner")];
  await mkdir(join(inner, "deep"), { recursive: true });
  await mkdir(join(home, "workshop"));
});
after(() => rm(home, { recursive: true, force: true }));
beforeEach(() => rm(index, { recursive: true, force: true }));

async function descriptor(name: string): Promise<string> {
  const path = join(home, `${name}.json`);
  await writeFile(path, "{}", { mode: 0o600 });
  return path;
}

async function window(name: string, ...folders: string[]): Promise<string> {
  const path = await descriptor(name);
  await publishFolders(path, folders, index);
  return path;
}

/** What a program in that folder finds, in both languages. */
async function found(folder: string): Promise<readonly unknown[]> {
  const { LANCEDB_AUTH_SESSION: _, ...others } = process.env;
  const env = { ...others, HOME: home, LOCALAPPDATA: home };
  const module = join(root, "src", "clients", "node", "findSession.ts");
  const script = `import(${JSON.stringify(module)}).then(async ({ findSession }) => console.log((await findSession(process.cwd()))?.descriptorPath ?? "none"))`;
  const node = await run(process.execPath, ["-e", script], { cwd: folder, env });
  if (python === undefined) return [node.stdout.trim(), node.stdout.trim()];
  const client = join(root, "src", "clients", "python", "explicit");
  const lines = `import sys; sys.path.insert(0, ${JSON.stringify(client)}); from lancedb_auth._broker import session; print(session() or "none")`;
  const other = await run(python, ["-B", "-c", lines], { cwd: folder, env });
  return [node.stdout.trim(), other.stdout.trim()];
}

const both = (path: string): readonly string[] => [path, path];

test("a program finds the window that has its folder, or one around it, open", async () => {
  const only = await window("only", outer);
  assert.deepEqual([await found(outer), await found(join(inner, "deep"))], [both(only), both(only)]);
});

test("the nearest folder wins", async () => {
  const [wide, near] = [await window("wide", outer), await window("near", inner)];
  assert.deepEqual([await found(outer), await found(join(inner, "deep"))], [both(wide), both(near)]);
});

test("a folder whose name only begins alike is another one", async () => {
  await window("only", outer);
  assert.deepEqual(await found(join(home, "workshop")), both("none"));
});

test("a folder that is opened by a link is found by its real path", async () => {
  await rm(join(home, "link"), { force: true });
  await symlink(outer, join(home, "link"));
  const only = await window("only", join(home, "link"));
  assert.deepEqual(await found(inner), both(only));
});

test("a window that is closed is not found, and its entry goes with it", async () => {
  const only = await window("only", outer);
  await rm(only);
  const found1 = await found(outer);
  await retireFolders(only, index);
  assert.deepEqual([found1, await readdir(index)], [both("none"), []]);
});

test("with no folder to share the entry is taken back", async () => {
  const only = await window("only", outer);
  await publishFolders(only, [], index);
  assert.deepEqual([await found(outer), await readdir(index)], [both("none"), []]);
});

test(
  "folder and entry are this user's alone, and hold paths and a name",
  { skip: process.platform === "win32" },
  async () => {
    const only = await window("only", outer);
    const [name = ""] = await readdir(index);
    const modes = [await stat(dirname(index)), await stat(index), await stat(join(index, name))].map(
      ({ mode }) => mode & 0o777,
    );
    const { machine, ...entry } = JSON.parse(await readFile(join(index, name), "utf8")) as Record<string, unknown>;
    assert.deepEqual(
      [modes, typeof machine, entry],
      [[0o700, 0o700, 0o600], "string", { version: 1, descriptor: only, folders: [outer] }],
    );
  },
);

for (const [what, spoil] of [
  ["another machine", (entry: object) => ({ ...entry, machine: "another" })],
  ["another version", (entry: object) => ({ ...entry, version: 2 })],
  ["no folders", (entry: object) => ({ ...entry, folders: "/" })],
  ["an empty folder", (entry: object) => ({ ...entry, folders: [""] })],
  ["nothing", () => null],
] as const) {
  test(`an entry of ${what} is passed over`, async () => {
    await window("only", outer);
    const path = join(index, (await readdir(index))[0] ?? "");
    const entry = JSON.parse(await readFile(path, "utf8")) as object;
    await writeFile(path, JSON.stringify(spoil(entry)));
    assert.deepEqual(await found(outer), both("none"));
  });
}

for (const what of ["the folder", "an entry", "the descriptor"] as const) {
  test(`${what} that others can read or write is not believed`, { skip: process.platform === "win32" }, async () => {
    const only = await window("only", outer);
    const entry = join(index, (await readdir(index))[0] ?? "");
    await chmod(
      { "the folder": index, "an entry": entry, "the descriptor": only }[what],
      what === "the folder" ? 0o777 : 0o666,
    );
    assert.deepEqual(await found(outer), both("none"));
  });
}

test("an entry that is a link is not believed", { skip: process.platform === "win32" }, async () => {
  await window("only", outer);
  const entry = join(index, (await readdir(index))[0] ?? "");
  await writeFile(join(home, "elsewhere"), await readFile(entry), { mode: 0o600 });
  await rm(entry);
  await symlink(join(home, "elsewhere"), entry);
  assert.deepEqual(await found(outer), both("none"));
});
