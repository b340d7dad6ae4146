// Answers only so many requests in one turn of the event loop, so that the editor stays responsive. The others wait for the next turns, in their
// order; those without the bearer wait behind all others.

export type Priority = "authenticated" | "unauthenticated";

/** Resolves when it is the caller's turn; at once where few ask. */
export function openFairQueue(perTurn: number): (priority: Priority) => Promise<void> | undefined {
  const waiting: Record<Priority, (() => void)[]> = { authenticated: [], unauthenticated: [] };
  let left = perTurn;
  let planned = false;
  const nextTurn = (): void => {
    planned = false;
    left = perTurn;
    for (const queue of [waiting.authenticated, waiting.unauthenticated]) {
      for (const go of queue.splice(0, left)) {
        left -= 1;
        go();
      }
    }
    if (left < perTurn) plan();
  };
  const plan = (): void => {
    if (planned) return;
    planned = true;
    setImmediate(nextTurn);
  };
  return (priority) => {
    plan();
    const before =
      priority === "authenticated"
        ? waiting.authenticated.length
        : waiting.authenticated.length + waiting.unauthenticated.length;
    if (left > 0 && before === 0) {
      left -= 1;
      return undefined;
    }
    return new Promise((resolve) => waiting[priority].push(resolve));
  };
}
