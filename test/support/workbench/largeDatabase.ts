// A connection to thousands of tables, shown in the view: how long after the reply the first are on screen, and how long the page
// stands still while all of them are loaded. For a UI test and for the bench.
import { stretched } from "../runner/patience.ts";
import { addConnection, type ConnectionAnswers } from "./journey.ts";
import { until, type Person } from "./person.ts";
import { sideBarOf } from "./sideBar.ts";
import type { ManyTables } from "../servers/manyTables.ts";

export type LargeDatabase = {
  /** From the end of the server's reply to the first table on screen. */
  readonly firstPaintMs: number;
  /** The longest time between two frames of the page while the rest is loaded, */
  readonly longestPauseMs: number;
  /** and in as long a time in which nothing happens. */
  readonly idlePauseMs: number;
};

/** Adds the connection "many", opens the view and loads every table. */
export async function showManyTables(
  person: Person,
  answers: ConnectionAnswers,
  many: ManyTables,
): Promise<LargeDatabase> {
  const bar = sideBarOf(person);
  await addConnection(person, { ...answers, name: "many", uri: "db://many", host: many.host });
  await person.clearNotifications();
  const painted = firstPaint(person);
  await bar.open();
  const firstPaintMs = (await painted) - (many.listedAt() + (await aheadMs(person)));
  const startedAt = Date.now();
  const longestPauseMs = await longestPause(person, () => loadAll(person));
  const idleMs = Date.now() - startedAt;
  const idlePauseMs = await longestPause(person, () => person.page.waitForFunction(after, Date.now() + idleMs));
  return { firstPaintMs, longestPauseMs, idlePauseMs };
}

function after(at: number): boolean {
  return Date.now() >= at;
}

/** How far the page's clock is ahead of ours: a browser corrects its own only now and then. */
async function aheadMs({ page }: Person): Promise<number> {
  const askedAt = Date.now();
  const at = await page.evaluate(() => Date.now());
  return at - (askedAt + Date.now()) / 2;
}

/** When the frame with the first table was drawn, epoch milliseconds of the page's clock. */
function firstPaint({ page }: Person): Promise<number> {
  return page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        const look = (): void => {
          const row = document.querySelector('.part.sidebar [aria-label^="table table_00000"]');
          // The frame after the one in which the row came.
          requestAnimationFrame(row === null ? look : () => resolve(Date.now()));
        };
        look();
      }),
  );
}

async function longestPause(person: Person, act: () => Promise<unknown>): Promise<number> {
  await person.page.evaluate(() => {
    const seen = { longest: 0, last: performance.now(), on: true };
    Object.assign(globalThis, { framePauses: seen });
    const frame = (): void => {
      const now = performance.now();
      seen.longest = Math.max(seen.longest, now - seen.last);
      seen.last = now;
      if (seen.on) requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
  });
  await act();
  return person.page.evaluate(() => {
    const { framePauses } = globalThis as unknown as { framePauses: { longest: number; on: boolean } };
    framePauses.on = false;
    return framePauses.longest;
  });
}

/** By the keyboard: to the last row, and Enter while that says that there is more. */
async function loadAll(person: Person): Promise<void> {
  const { page } = person;
  const focused = page.locator(".part.sidebar .monaco-list-row.focused");
  await person.runCommand("LanceDB: Focus on Databases View");
  let [said, before] = ["", ""];
  do {
    before = said;
    await until(
      "the last row, changed",
      async () => {
        await page.keyboard.press("End");
        said = (await focused.getAttribute("aria-label", { timeout: stretched(1_000) })) ?? "";
        return said !== before && /^(Load more|table table_04999)/.test(said);
      },
      () => said,
    );
    if (said.startsWith("Load more")) await page.keyboard.press("Enter");
  } while (said.startsWith("Load more"));
}
