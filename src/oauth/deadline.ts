// Waiting that ends: by a result, a cancel or a deadline, whichever comes first. Leaves no timer and no listener behind. Pure.
import type { Cancellable, Clock } from "./clock.ts";
import { AuthError, asAuthError } from "./errors.ts";

export interface Limit {
  readonly clock: Clock;
  readonly ms: number;
  /** What it means when the time is over. */
  readonly late: () => AuthError;
  readonly signal?: AbortSignal | undefined;
}

/** Runs the work; its signal aborts when the caller's does or the time is over. Rejects with AuthError. */
export async function within<Result>(
  { clock, ms, late, signal }: Limit,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  if (signal?.aborted === true) throw cancelledBy(signal);
  const abort = new AbortController();
  const cancel = (): void => {
    abort.abort(signal === undefined ? undefined : cancelledBy(signal));
  };
  signal?.addEventListener("abort", cancel, { once: true });
  const timer = clock.schedule(ms, () => {
    abort.abort(late());
  });
  try {
    return await untilAborted(work(abort.signal), abort.signal);
  } finally {
    timer.cancel();
    signal?.removeEventListener("abort", cancel);
  }
}

/** Resolves after so long. Rejects with AuthError when the signal aborts. */
export async function pause(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  let timer: Cancellable | undefined;
  const passed = new Promise<void>((resolve) => {
    timer = clock.schedule(ms, resolve);
  });
  try {
    await untilAborted(passed, signal);
  } finally {
    timer?.cancel();
  }
}

function untilAborted<Result>(work: Promise<Result>, signal: AbortSignal): Promise<Result> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      reject(cancelledBy(signal));
    };
    if (signal.aborted) stop();
    signal.addEventListener("abort", stop, { once: true });
    work.then(resolve, reject).finally(() => {
      signal.removeEventListener("abort", stop);
    });
  });
}

function cancelledBy({ reason }: AbortSignal): AuthError {
  return reason instanceof AuthError ? asAuthError(reason) : new AuthError("cancelled");
}
