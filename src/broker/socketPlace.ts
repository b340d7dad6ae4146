// Where the broker listens, for each platform: a Unix socket in a folder that only this user can enter, or a named pipe.
// Sweeps what crashed windows left behind.
import * as l10n from "@vscode/l10n";
import { randomBytes } from "node:crypto";
import { lstat, mkdtemp, readdir, rm } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join, posix } from "node:path";
import { ensurePrivateFolder, isErrorCode } from "./privateFile.ts";

/** Node cuts longer ones off in silence: sun_path holds 104 bytes on macOS, 108 on Linux, the closing zero included. */
export const longestSocketPath = 100;

export interface Surroundings {
  readonly platform: NodeJS.Platform;
  readonly runtimeFolder: string | undefined;
  readonly temporaryFolder: string;
  readonly userId: number | undefined;
}

export function surroundings(): Surroundings {
  return {
    platform: process.platform,
    runtimeFolder: process.env["XDG_RUNTIME_DIR"],
    temporaryFolder: tmpdir(),
    userId: process.getuid?.(),
  };
}

const nameBytes = 6;
const socketName = /^[0-9a-f]{12}\.sock$/;

/** Folders that this user may have to itself, the best first, where a socket's path fits. None on Windows: pipes have no folder. */
export function socketFolders({ platform, runtimeFolder, temporaryFolder, userId }: Surroundings): readonly string[] {
  if (platform === "win32") return [];
  const candidates = [posix.join(temporaryFolder, `lancedb-auth-${String(userId ?? 0)}`)];
  if (runtimeFolder?.startsWith("/") === true) candidates.unshift(posix.join(runtimeFolder, "lancedb-auth"));
  const fits = candidates.filter((folder) => Buffer.byteLength(folder) + 1 + 2 * nameBytes + 5 <= longestSocketPath);
  return fits.length === 0 ? candidates.slice(0, 1) : fits;
}

/**
 * A path in the first of the folders that can be had: a runtime folder may be another user's (after su), and anybody may have
 * made the one below /tmp before us. In the end one with a name that nobody could know.
 */
export async function newSocketPathIn(around: Surroundings): Promise<string> {
  if (around.platform === "win32") return newSocketPath(undefined, around.platform);
  let first: unknown;
  for (const folder of socketFolders(around)) {
    try {
      return await newSocketPath(folder, around.platform);
    } catch (error) {
      first ??= error;
    }
  }
  try {
    return await newSocketPath(await spareFolder(around), around.platform);
  } catch {
    throw first;
  }
}

/** One that an earlier start has made, else a new one. */
async function spareFolder({ temporaryFolder, userId, platform }: Surroundings): Promise<string> {
  const prefix = `lancedb-auth-${String(userId ?? 0)}-`;
  for (const name of await readdir(temporaryFolder)) {
    if (!name.startsWith(prefix)) continue;
    const folder = join(temporaryFolder, name);
    const own = await ensurePrivateFolder(folder, platform).then(
      () => true,
      () => false,
    );
    if (own) return folder;
  }
  return mkdtemp(join(temporaryFolder, prefix));
}

/** A path that nobody else uses: a reload's new window may start before the old one has let go. Makes its folder. */
export async function newSocketPath(folder: string | undefined, platform: NodeJS.Platform): Promise<string> {
  const name = randomBytes(nameBytes).toString("hex");
  if (platform === "win32" || folder === undefined)
    return `\\\\.\\pipe\\lancedb-auth-${randomBytes(16).toString("hex")}`;
  const path = join(folder, `${name}.sock`);
  if (Buffer.byteLength(path) > longestSocketPath) {
    throw new Error(l10n.t("The path of the socket is longer than {0} bytes: {1}", longestSocketPath, path));
  }
  await ensurePrivateFolder(folder, platform);
  await sweep(folder);
  return path;
}

/** A socket is bound a moment before it listens; a younger one than this may be about to. */
const youngMs = 60_000;

async function sweep(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (!socketName.test(name)) continue;
    const path = join(folder, name);
    try {
      const { mtimeMs } = await lstat(path);
      if (Date.now() - mtimeMs > youngMs && (await isDead(path))) await rm(path, { force: true });
    } catch {
      // Another window sweeps at the same moment.
    }
  }
}

/** Nobody listens there, for certain: one that is slow to answer lives. */
export function isDead(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    const settle = (dead: boolean): void => {
      socket.destroy();
      resolve(dead);
    };
    socket.setTimeout(500, () => settle(false));
    socket.once("connect", () => settle(false));
    socket.once("error", (error) => settle(isErrorCode(error, "ECONNREFUSED", "ENOENT")));
  });
}
