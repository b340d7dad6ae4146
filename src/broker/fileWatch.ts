// Tells when a file of ours may have vanished or been replaced, and its folder with it. The folder is watched; because a watch can
// be lost or refused, the file is also looked at now and then. Keeps no process alive.
import { watch, type FSWatcher } from "node:fs";
import { lstat } from "node:fs/promises";
import { basename, dirname } from "node:path";

export interface FileWatch {
  close(): void;
}

/** How often is looked where the folder is watched: for what no watch tells, such as a file system that is unmounted. */
const seldomMs = 30_000;

/** And how often where it is not: the system has no watch left, or the folder cannot be made. */
const oftenMs = 1_500;

/** @param check makes right what is wrong, and says whether all is well; called at once, and never twice at a time */
export function watchFile(path: string, check: () => Promise<boolean>): FileWatch {
  const folder = dirname(path);
  let closed = false;
  let looking: Promise<void> | undefined;
  let again = false;
  let timer: NodeJS.Timeout | undefined;

  const look = (): void => {
    again = looking !== undefined;
    looking ??= lookNow().finally(() => {
      looking = undefined;
      if (again && !closed) look();
    });
  };
  const folderWatch = watchFolder(folder, (name) => {
    // When the folder goes, some systems name it and some name nothing.
    if (name === null || name === basename(path) || name === basename(folder)) look();
  });
  const lookNow = async (): Promise<void> => {
    clearTimeout(timer);
    let well = await wellBy(check);
    // What happened before the new folder was watched is seen by a second look.
    if (!closed && (await folderWatch.renew())) well = await wellBy(check);
    if (!closed) timer = setTimeout(look, well && folderWatch.isAlive() ? seldomMs : oftenMs).unref();
  };
  look();
  return {
    close: () => {
      closed = true;
      clearTimeout(timer);
      folderWatch.close();
    },
  };
}

async function wellBy(check: () => Promise<boolean>): Promise<boolean> {
  try {
    return await check();
  } catch {
    return false;
  }
}

interface FolderWatch {
  /** Watches the folder that is there now; true where that was not watched yet. */
  renew(): Promise<boolean>;
  isAlive(): boolean;
  close(): void;
}

function watchFolder(folder: string, onChange: (name: string | null) => void): FolderWatch {
  let watcher: FSWatcher | undefined;
  let watched: string | undefined;
  let closed = false;
  const drop = (): void => {
    watcher?.close();
    watcher = undefined;
    watched = undefined;
  };
  return {
    async renew() {
      const present = await identityOf(folder);
      if (closed || (watcher !== undefined && present === watched)) return false;
      drop();
      if (present === undefined) return false;
      try {
        watcher = watch(folder, { persistent: false }, (_, name) => {
          // The folder itself has gone or moved. A new one may have its number on the disk, and is not watched yet.
          if (name === basename(folder)) watched = undefined;
          onChange(name);
        });
      } catch {
        return false;
      }
      watched = present;
      // Windows says so when the folder goes.
      watcher.on("error", () => {
        drop();
        onChange(null);
      });
      return true;
    },
    isAlive: () => watcher !== undefined,
    close: () => {
      closed = true;
      drop();
    },
  };
}

/** Which file or folder stands at the path; undefined where there is none. */
export async function identityOf(path: string): Promise<string | undefined> {
  try {
    const { dev, ino } = await lstat(path);
    return `${dev} ${ino}`;
  } catch {
    return undefined;
  }
}
