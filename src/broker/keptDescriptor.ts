// Keeps the descriptor pointing at a window that lives: two windows may serve one workspace, and the one that closes takes its
// descriptor away, the one that crashes leaves it. Never takes it from a window that answers.
import { watch, type FSWatcher } from "node:fs";
import { basename, dirname } from "node:path";
import { parseDescriptor, readDescriptor, removeDescriptor, writeDescriptor } from "./descriptor.ts";
import { readOwnFile } from "./privateFile.ts";
import type { Descriptor } from "./protocol.ts";
import { isDead } from "./socketPlace.ts";

export interface KeptDescriptor {
  /** Writes ours again where there is none, or one behind which nobody listens. */
  restore(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Rejects where the descriptor cannot be written at all.
 * @param onRepair told when what lies there was no descriptor, and ours was put in its place
 */
export async function keepDescriptor(
  path: string,
  own: Descriptor,
  onRepair: (what: string) => void,
): Promise<KeptDescriptor> {
  const damaged = await isDamaged(path);
  await writeDescriptor(path, own);
  if (damaged) onRepair(replaced);
  let closed = false;
  let last: Promise<void> = Promise.resolve();
  const restore = (): Promise<void> => {
    // A disk that is full now may not be the next time.
    last = last.then(() => (closed ? undefined : restoreOnce(path, own, onRepair))).catch(() => undefined);
    return last;
  };
  const watcher = watchFile(path, () => void restore());
  return {
    restore,
    async close() {
      closed = true;
      watcher?.close();
      await last;
      await removeDescriptor(path, own);
    },
  };
}

const replaced = "the file that tells programs where this window is could not be read and was written anew";

async function restoreOnce(path: string, own: Descriptor, onRepair: (what: string) => void): Promise<void> {
  const present = await readDescriptor(path);
  if (present?.bearer === own.bearer) return;
  const damaged = await isDamaged(path);
  if (present === undefined || (await isDead(present.socketPath))) {
    await writeDescriptor(path, own);
    if (damaged) onRepair(replaced);
  }
}

/** Something lies there, and it is no descriptor of this version. */
async function isDamaged(path: string): Promise<boolean> {
  // What cannot be read, a link among it, is none.
  const text = await readOwnFile(path).catch(() => "");
  return text !== undefined && parseDescriptor(text) === undefined;
}

/** The folder is watched, for the file is replaced as a whole; where the system has no watch left, restore() alone remains. */
function watchFile(path: string, onChange: () => void): FSWatcher | undefined {
  try {
    const watcher = watch(dirname(path), { persistent: false }, (_, name) => {
      if (name === null || name === basename(path)) onChange();
    });
    watcher.on("error", () => watcher.close());
    return watcher;
  } catch {
    return undefined;
  }
}
