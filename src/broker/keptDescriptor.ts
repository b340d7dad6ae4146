// Keeps the descriptor pointing at a window that lives: two windows may serve one workspace, and the one that closes takes its
// descriptor away, the one that crashes leaves it. Never takes it from a window that answers.
import { watch, type FSWatcher } from "node:fs";
import { basename, dirname } from "node:path";
import { readDescriptor, removeDescriptor, writeDescriptor } from "./descriptor.ts";
import type { Descriptor } from "./protocol.ts";
import { isDead } from "./socketPlace.ts";

export interface KeptDescriptor {
  /** Writes ours again where there is none, or one behind which nobody listens. */
  restore(): Promise<void>;
  close(): Promise<void>;
}

/** Rejects where the descriptor cannot be written at all. */
export async function keepDescriptor(path: string, own: Descriptor): Promise<KeptDescriptor> {
  await writeDescriptor(path, own);
  let closed = false;
  let last: Promise<void> = Promise.resolve();
  const restore = (): Promise<void> => {
    // A disk that is full now may not be the next time.
    last = last.then(() => (closed ? undefined : restoreOnce(path, own))).catch(() => undefined);
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

async function restoreOnce(path: string, own: Descriptor): Promise<void> {
  const present = await readDescriptor(path);
  if (present?.bearer === own.bearer) return;
  if (present === undefined || (await isDead(present.socketPath))) await writeDescriptor(path, own);
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
