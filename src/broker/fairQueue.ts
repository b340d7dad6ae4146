// Lets the editor's own work in between: of requests that arrive together only so many are answered in one turn of the event loop,
// the others in the next ones, in their order; those of strangers behind all others.

export type Standing = "known" | "stranger";

/** Resolves when it is the caller's turn; at once where few ask. */
export function openFairQueue(perTurn: number): (standing: Standing) => Promise<void> | undefined {
  const waiting: Record<Standing, (() => void)[]> = { known: [], stranger: [] };
  let left = perTurn;
  let planned = false;
  const nextTurn = (): void => {
    planned = false;
    left = perTurn;
    for (const queue of [waiting.known, waiting.stranger]) {
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
  return (standing) => {
    plan();
    const before = standing === "known" ? waiting.known.length : waiting.known.length + waiting.stranger.length;
    if (left > 0 && before === 0) {
      left -= 1;
      return undefined;
    }
    return new Promise((resolve) => waiting[standing].push(resolve));
  };
}
