// Time as the provider sees it; tests hand in their own. The only file of this folder that touches the machine's clock.

export interface Cancellable {
  cancel(): void;
}

export interface Clock {
  /** Epoch milliseconds. */
  now(): number;
  /** Calls once after the delay (milliseconds); never keeps a process alive. */
  schedule(delayMs: number, call: () => void): Cancellable;
  /** From 0 to just below 1, for jitter. */
  random(): number;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  schedule(delayMs, call) {
    const timer = setTimeout(call, delayMs);
    timer.unref();
    return {
      cancel: () => {
        clearTimeout(timer);
      },
    };
  },
  random: () => Math.random(),
};
