// Lets only so many pieces of work run at once; the others wait, and those that nobody wants any more never start. Pure.
import { ServerError } from "./serverError.ts";

export interface WorkOptions {
  readonly signal: AbortSignal;
  /** Before what waits already: somebody is looking at it. */
  readonly urgent?: boolean;
}

/** Runs the work in its turn. Rejects with ServerError cancelled where the signal comes first. */
export type ConcurrencyLimit = <Result>(work: () => Promise<Result>, options: WorkOptions) => Promise<Result>;

export function limitConcurrency(count: number): ConcurrencyLimit {
  const waiting: (() => void)[] = [];
  let running = 0;
  const next = (): void => {
    while (running < count) {
      const start = waiting.shift();
      if (start === undefined) return;
      start();
    }
  };
  return (work, { signal, urgent = false }) =>
    new Promise((resolve, reject) => {
      const start = (): void => {
        signal.removeEventListener("abort", giveUp);
        running += 1;
        work()
          .then(resolve, reject)
          .finally(() => {
            running -= 1;
            next();
          });
      };
      const giveUp = (): void => {
        const at = waiting.indexOf(start);
        if (at !== -1) waiting.splice(at, 1);
        reject(new ServerError("cancelled"));
      };
      if (signal.aborted) {
        giveUp();
        return;
      }
      signal.addEventListener("abort", giveUp, { once: true });
      if (urgent) waiting.unshift(start);
      else waiting.push(start);
      next();
    });
}
