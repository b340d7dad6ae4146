// The lock among windows: one at a time, across processes, not blocked by a crashed holder or a folder that cannot be made.
import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { windowLockIn } from "../../../src/accounts/windowLock.ts";

async function withFolder(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "la-lock-"));
  try {
    await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const quiet = (): undefined => undefined;

test("work under one name never overlaps, and work under two names may", () =>
  withFolder(async (folder) => {
    const withLock = windowLockIn(folder, quiet);
    let inside = 0;
    let most = 0;
    const work = async (): Promise<void> => {
      most = Math.max(most, ++inside);
      await new Promise((resolve) => setImmediate(resolve));
      inside -= 1;
    };
    await Promise.all(Array.from({ length: 8 }, () => withLock("same", work)));
    assert.equal(most, 1);
  }));

test("work that fails lets the next one in", () =>
  withFolder(async (folder) => {
    const withLock = windowLockIn(folder, quiet);
    await assert.rejects(
      withLock("x", () => Promise.reject(new Error("broken"))),
      /broken/,
    );
    assert.equal(await withLock("x", () => Promise.resolve("done")), "done");
  }));

test("where no lock can be had the work is done all the same, and said", () =>
  withFolder(async (folder) => {
    const file = join(folder, "not-a-folder");
    await writeFile(file, "");
    const troubles: unknown[] = [];
    const withLock = windowLockIn(join(file, "locks"), (error) => troubles.push(error));
    assert.deepEqual([await withLock("x", () => Promise.resolve("done")), troubles.length], ["done", 1]);
  }));
