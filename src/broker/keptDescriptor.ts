// Keeps the descriptor pointing at a window that lives: two windows may serve one workspace, and the one that closes takes its
// descriptor away, the one that crashes leaves it. Never takes it from a window that answers.
import { parseDescriptor, readDescriptor, removeDescriptor, writeDescriptor } from "./descriptor.ts";
import { watchFile } from "./fileWatch.ts";
import { readOwnFile } from "./privateFile.ts";
import type { Descriptor } from "./protocol.ts";
import { isDead } from "./socketPlace.ts";

export interface KeptDescriptor {
  /** Writes ours again where there is none, or one behind which nobody listens. */
  restore(): Promise<void>;
  /** The socket is somewhere else now. */
  pointTo(socketPath: string): Promise<void>;
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
  let ours = own;
  let last: Promise<boolean> = Promise.resolve(true);
  // A disk that is full now may not be the next time.
  const look = (): Promise<boolean> =>
    (last = last.then(() => closed || restoreOnce(path, ours, onRepair)).catch(() => false));
  const watching = watchFile(path, look);
  return {
    restore: () => look().then(() => undefined),
    pointTo: (socketPath) => {
      ours = { ...ours, socketPath };
      return look().then(() => undefined);
    },
    async close() {
      closed = true;
      watching.close();
      await last;
      await removeDescriptor(path, own);
    },
  };
}

const replaced = "the file that tells programs where this window is could not be read and was written anew";

/** Resolves with true: the descriptor is ours, or another window's that lives. */
async function restoreOnce(path: string, own: Descriptor, onRepair: (what: string) => void): Promise<true> {
  const present = await readDescriptor(path);
  if (present?.bearer === own.bearer && present.socketPath === own.socketPath) return true;
  const damaged = await isDamaged(path);
  if (present === undefined || present.bearer === own.bearer || (await isDead(present.socketPath))) {
    await writeDescriptor(path, own);
    if (damaged) onRepair(replaced);
  }
  return true;
}

/** Something lies there, and it is no descriptor of this version. */
async function isDamaged(path: string): Promise<boolean> {
  // What cannot be read, a link among it, is none.
  const text = await readOwnFile(path).catch(() => "");
  return text !== undefined && parseDescriptor(text) === undefined;
}
