// One window at a time: a lock file under the global storage, so that all windows make one token request per lifetime.
// A crashed holder's lock goes stale after ten seconds; where no lock can be had, the work is done all the same.
import { createHash } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";

export type WindowLock = <Result>(name: string, work: () => Promise<Result>) => Promise<Result>;

/** @param folder where the lock files lie; made when it is first needed */
export function windowLockIn(folder: string, onTrouble: (error: unknown) => void): WindowLock {
  return async (name, work) => {
    const release = await acquire(folder, name).catch((error: unknown) => {
      onTrouble(error);
      return undefined;
    });
    try {
      return await work();
    } finally {
      await release?.().catch(onTrouble);
    }
  };
}

async function acquire(folder: string, name: string): Promise<() => Promise<void>> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const file = join(folder, createHash("sha256").update(name).digest("hex").slice(0, 24));
  // Not at activation: no lock is needed before a token is due.
  const { lock } = await import("proper-lockfile");
  return lock(file, {
    realpath: false,
    stale: 10_000,
    // As long as a token request and its retries may take; the wait between two looks stays short.
    retries: { retries: 300, factor: 1.1, minTimeout: 20, maxTimeout: 250, randomize: true },
    onCompromised: () => undefined,
  });
}
