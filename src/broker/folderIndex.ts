// Tells programs without a pointer which window has their folder open: one file for each window in the user's own state folder. Holds
// paths, and never a secret; what it leads to is the descriptor.
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { readdir, realpath, rm } from "node:fs/promises";
import { homedir, hostname } from "node:os";
import { dirname, join } from "node:path";
import { ensurePrivateFolder, readOwnFile, replaceFile } from "./privateFile.ts";
import { folderIndexParts, protocolVersion, type FolderIndexEntry } from "./protocol.ts";

/** Not XDG_STATE_HOME: a program of cron or of another application does not have it. */
export function folderIndexOf(
  platform: NodeJS.Platform = process.platform,
  home: string = homedir(),
  localData: string | undefined = process.env["LOCALAPPDATA"],
): string {
  const base = platform === "win32" ? (localData ?? join(home, "AppData/Local")) : join(home, ".local", "state");
  return join(base, ...folderIndexParts);
}

/** The entry of one window. Without it programs still have their pointer: a home that cannot be written to stops nothing. */
export interface SharedFolders {
  share(folders: readonly string[]): Promise<void>;
  /** Where another window has taken the entry away. */
  again(): Promise<void>;
  retire(): Promise<void>;
}

export function sharedFolders(descriptorPath: string): SharedFolders {
  let last: readonly string[] = [];
  const again = (): Promise<void> => publishFolders(descriptorPath, last).catch(() => undefined);
  return {
    again,
    share: (folders) => {
      last = folders;
      return again();
    },
    retire: () => retireFolders(descriptorPath).catch(() => undefined),
  };
}

/** Writes, changes or, without folders, removes the entry of the window that this descriptor belongs to. */
export async function publishFolders(
  descriptorPath: string,
  folders: readonly string[],
  index: string = folderIndexOf(),
): Promise<void> {
  const path = entryPath(descriptorPath, index);
  const real = await realFolders(folders);
  if (real.length === 0) {
    await rm(path, { force: true });
    return;
  }
  await ensurePrivateFolder(dirname(index));
  await ensurePrivateFolder(index);
  const entry: FolderIndexEntry = {
    version: protocolVersion,
    machine: hostname(),
    descriptor: descriptorPath,
    folders: real,
  };
  const text = `${JSON.stringify(entry)}\n`;
  if ((await readOwnFile(path)) !== text) await replaceFile(path, text, 0o600);
  await sweep(index);
}

/** After the window is gone; where another one serves the same workspace, its descriptor is there and the entry stays. */
export async function retireFolders(descriptorPath: string, index: string = folderIndexOf()): Promise<void> {
  if (!existsSync(descriptorPath)) await rm(entryPath(descriptorPath, index), { force: true });
}

function entryPath(descriptorPath: string, index: string): string {
  const name = createHash("sha256").update(`${hostname()}\0${descriptorPath}`).digest("hex").slice(0, 24);
  return join(index, `${name}.json`);
}

/** As a program sees its current folder: links resolved. */
async function realFolders(folders: readonly string[]): Promise<readonly string[]> {
  const found = await Promise.all(folders.map((folder) => realpath(folder).catch(() => undefined)));
  return found.filter((folder) => folder !== undefined).sort();
}

/** Entries that windows of this machine have left whose descriptors are gone. */
async function sweep(index: string): Promise<void> {
  for (const name of await readdir(index)) {
    if (!name.endsWith(".json")) continue;
    const path = join(index, name);
    const entry = parseEntry(await readOwnFile(path).catch(() => undefined));
    if (entry?.machine === hostname() && !existsSync(entry.descriptor)) await rm(path, { force: true });
  }
}

function parseEntry(text: string | undefined): { readonly machine: string; readonly descriptor: string } | undefined {
  try {
    const { machine, descriptor } = JSON.parse(text ?? "") as Record<string, unknown>;
    return typeof machine === "string" && typeof descriptor === "string" ? { machine, descriptor } : undefined;
  } catch {
    return undefined;
  }
}
