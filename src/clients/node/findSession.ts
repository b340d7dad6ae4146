// Which window a program asks: the one that its environment points to, else the one that has its folder open on this machine. Reads
// only what nobody but this user can have written.
import type { Stats } from "node:fs";
import { BrokerFailure } from "./askBroker.ts";
import { outsideSentence } from "./unreachable.ts";
import { folderIndexParts, protocolVersion, type FolderIndexEntry } from "../../broker/protocol.ts";

export interface FoundSession {
  readonly descriptorPath: string;
  /** Nobody has given this program a pointer: a window that does not answer is then no failure of it. */
  readonly isByFolder: boolean;
}

export async function findSession(folder: string | undefined): Promise<FoundSession | undefined> {
  const given = process.env["LANCEDB_AUTH_SESSION"] ?? "";
  if (given !== "") return { descriptorPath: given, isByFolder: false };
  try {
    const descriptorPath = folder === undefined ? undefined : await nearestWindow(folder);
    return descriptorPath === undefined ? undefined : { descriptorPath, isByFolder: true };
  } catch {
    // No index, or one that cannot be read.
    return undefined;
  }
}

/** For a caller who has asked for the window's headers. */
export function nobodyServes(): BrokerFailure {
  return new BrokerFailure(
    "window_closed",
    outsideSentence(
      "No window of VS Code with LanceDB Auth serves this program. Open its folder there, or start it in a terminal there.",
    ),
  );
}

async function nearestWindow(folder: string): Promise<string | undefined> {
  const [{ lstat, readdir }, { homedir, hostname }, path] = [
    await import("node:fs/promises"),
    await import("node:os"),
    await import("node:path"),
  ];
  const join = (...parts: string[]): string => path.join(...parts);
  const base =
    process.platform === "win32"
      ? (process.env["LOCALAPPDATA"] ?? join(homedir(), "AppData", "Local"))
      : join(homedir(), ".local", "state");
  const index = join(base, ...folderIndexParts);
  const found = await lstat(index);
  if (!found.isDirectory() || !isOursAlone(found)) return undefined;
  let nearest = { depth: 0, mtimeMs: 0, descriptor: "" };
  for (const name of await readdir(index)) {
    if (!name.endsWith(".json")) continue;
    const file = join(index, name);
    const [{ mtimeMs }, entry] = [await lstat(file), await readEntry(file)];
    if (entry?.machine !== hostname()) continue;
    const depth = Math.max(0, ...entry.folders.filter((each) => holds(each, folder)).map((each) => each.length));
    const isNearer = depth > nearest.depth || (depth === nearest.depth && mtimeMs > nearest.mtimeMs);
    if (depth > 0 && isNearer && (await isOwnFile(entry.descriptor)))
      nearest = { depth, mtimeMs, descriptor: entry.descriptor };
  }
  return nearest.depth === 0 ? undefined : nearest.descriptor;
}

function holds(parent: string, folder: string): boolean {
  const windows = process.platform === "win32";
  const [outer, inner] = windows ? [parent.toLowerCase(), folder.toLowerCase()] : [parent, folder];
  const separator = windows ? "\\" : "/";
  return inner === outer || inner.startsWith(outer.endsWith(separator) ? outer : outer + separator);
}

async function readEntry(path: string): Promise<FolderIndexEntry | undefined> {
  if (!(await isOwnFile(path))) return undefined;
  const { readFile } = await import("node:fs/promises");
  return parseEntry(await readFile(path, "utf8"));
}

async function isOwnFile(path: string): Promise<boolean> {
  const { lstat } = await import("node:fs/promises");
  return lstat(path).then(
    (found) => found.isFile() && isOursAlone(found),
    () => false,
  );
}

/** Windows keeps the folder inside the user's profile, whose access list does what modes do elsewhere. */
function isOursAlone({ uid, mode }: Stats): boolean {
  return process.platform === "win32" || (uid === process.getuid?.() && (mode & 0o077) === 0);
}

function parseEntry(text: string): FolderIndexEntry | undefined {
  try {
    const { version, machine, descriptor, folders } = JSON.parse(text) as Record<string, unknown>;
    if (version !== protocolVersion || typeof machine !== "string" || typeof descriptor !== "string") return undefined;
    if (!Array.isArray(folders) || !folders.every((each) => typeof each === "string" && each !== "")) return undefined;
    return { version, machine, descriptor, folders: folders as string[] };
  } catch {
    return undefined;
  }
}
