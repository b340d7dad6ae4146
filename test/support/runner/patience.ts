// How long something may take before it has failed. Bounds are times of a quiet machine and stretch with its load, so that a test says
// nothing about speed. Windows tells no load: the bounds are as they are written there.
import { readFileSync } from "node:fs";
import { availableParallelism, loadavg } from "node:os";

/** How many programs want each core, at least 1: over the last minute or at this moment, whichever is more. */
export function slowness(): number {
  return Math.max(1, Math.max(loadavg()[0] ?? 0, runningNow()) / availableParallelism());
}

/** Linux says "3.10 2.70 1.90 5/341 15348": five run or wait for a core. The average of a minute lags behind them. */
function runningNow(): number {
  try {
    return Number(/ (\d+)\//.exec(readFileSync("/proc/loadavg", "utf8"))?.[1] ?? 0);
  } catch {
    return 0;
  }
}

/** A bound for what takes one number and keeps it, a test's own time-out or Playwright's. @param quietMs on a quiet machine */
export function stretched(quietMs: number): number {
  return Math.round(quietMs * slowness());
}

export type Patience = {
  /** To be asked again and again: what has passed since the last time counts by the load of now. */
  isOver(): boolean;
  /** As a clock on the wall shows it. */
  waitedMs(): number;
  startAnew(): void;
};

/** @param quietMs how long it lasts on a quiet machine */
export function startPatience(quietMs: number): Patience {
  let startedAt = performance.now();
  let askedAt = startedAt;
  let spentMs = 0;
  return {
    isOver: () => {
      const now = performance.now();
      spentMs += (now - askedAt) / slowness();
      askedAt = now;
      return spentMs >= quietMs;
    },
    waitedMs: () => performance.now() - startedAt,
    startAnew: () => {
      startedAt = performance.now();
      askedAt = startedAt;
      spentMs = 0;
    },
  };
}
