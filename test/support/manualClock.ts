// A clock that a test moves by hand: due timers run in order as time passes, and what they start is awaited.
import type { Clock } from "../../src/oauth/clock.ts";

export type ManualClock = Clock & {
  /** Lets so much time pass (milliseconds), running what falls due on the way. */
  pass(ms: number): Promise<void>;
  /** Sets the clock forward or back without running timers, as a sleep or a correction of the clock does. */
  jump(ms: number): void;
  /** How many timers wait. */
  readonly pending: number;
};

/** What plans itself anew for now, each time that it runs, would hold a test up for ever. */
const mostAtOneInstant = 1_000;

export function manualClock(startAt = Date.UTC(2026, 0, 1)): ManualClock {
  let now = startAt;
  /** Timers run on time that passes, not on what the clock shows. */
  let elapsed = 0;
  const timers = new Set<{ readonly at: number; readonly call: () => void }>();
  const next = (until: number) => [...timers].filter(({ at }) => at <= until).sort((a, b) => a.at - b.at)[0];
  return {
    now: () => now,
    random: () => 0,
    schedule(delayMs, call) {
      const timer = { at: elapsed + delayMs, call };
      timers.add(timer);
      return { cancel: () => void timers.delete(timer) };
    },
    async pass(ms) {
      const until = elapsed + ms;
      let atOneInstant = 0;
      for (let timer = next(until); timer !== undefined; timer = next(until)) {
        atOneInstant = timer.at > elapsed ? 0 : atOneInstant + 1;
        if (atOneInstant > mostAtOneInstant) throw new Error("timers run again and again while no time passes");
        now += Math.max(timer.at - elapsed, 0);
        elapsed = Math.max(timer.at, elapsed);
        timers.delete(timer);
        timer.call();
        await settled();
      }
      now += until - elapsed;
      elapsed = until;
      await settled();
    },
    jump(ms) {
      now += ms;
    },
    get pending() {
      return timers.size;
    },
  };
}

/** Everything that promises have queued has run. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
