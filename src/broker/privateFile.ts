// Folders that only this user can enter, and files that are replaced whole or not at all. Follows no symbolic link.
import * as l10n from "@vscode/l10n";
import { randomBytes } from "node:crypto";
import { constants } from "node:fs";
import { chmod, lstat, mkdir, open, rename, rm, type FileHandle } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

/** Makes the folder where it is missing. Refuses one that is a link, that another user made, or that cannot be closed to others. */
export async function ensurePrivateFolder(folder: string, platform: NodeJS.Platform = process.platform): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const found = await lstat(folder);
  if (!found.isDirectory()) throw new Error(l10n.t("{0} is not a folder", folder));
  // Windows keeps these folders inside the user's profile, whose access list does what modes do elsewhere.
  if (platform === "win32") return;
  if (found.uid !== process.getuid?.()) throw new Error(l10n.t("{0} belongs to another user", folder));
  if ((found.mode & 0o077) !== 0) await chmod(folder, 0o700);
}

/** Writes beside the target and renames, so that a reader sees the old content or the new one. */
export async function replaceFile(path: string, content: string | Uint8Array, mode: number): Promise<void> {
  if (await isLink(path)) throw new Error(l10n.t("{0} is a symbolic link", path));
  const temporary = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString("hex")}`);
  try {
    const file = await open(temporary, "wx", mode);
    try {
      await file.writeFile(content);
      // The mode given to open is narrowed by the umask.
      await file.chmod(mode);
    } finally {
      await file.close();
    }
    await renameOver(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** The file's text, or undefined where there is none. Fails on a symbolic link. */
export async function readOwnFile(path: string): Promise<string | undefined> {
  let file: FileHandle | undefined;
  try {
    // On Windows O_NOFOLLOW is undefined, which counts as 0; links there need a privilege.
    file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW);
    return await file.readFile("utf8");
  } catch (error) {
    if (isErrorCode(error, "ENOENT")) return undefined;
    throw error;
  } finally {
    await file?.close();
  }
}

async function isLink(path: string): Promise<boolean> {
  try {
    return (await lstat(path)).isSymbolicLink();
  } catch (error) {
    if (isErrorCode(error, "ENOENT")) return false;
    throw error;
  }
}

/** Windows refuses to replace a file while somebody has it open; readers hold these for a moment only. */
async function renameOver(from: string, to: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await rename(from, to);
      return;
    } catch (error) {
      if (attempt === 10 || !isErrorCode(error, "EPERM", "EACCES", "EBUSY")) throw error;
      await delay(20 * attempt);
    }
  }
}

export function isErrorCode(error: unknown, ...codes: string[]): boolean {
  return error instanceof Error && "code" in error && codes.includes(String(error.code));
}
