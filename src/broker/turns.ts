// Lets the editor's own work in between: of requests that arrive together only so many are answered in one turn of the event loop,
// the others in the next ones, in their order.

/** Resolves when it is the caller's turn; at once where few ask. */
export function takingTurns(perTurn: number): () => Promise<void> | undefined {
  const waiting: (() => void)[] = [];
  let left = perTurn;
  let planned = false;
  const nextTurn = (): void => {
    planned = false;
    left = perTurn;
    for (const go of waiting.splice(0, perTurn)) {
      left -= 1;
      go();
    }
    if (left < perTurn) plan();
  };
  const plan = (): void => {
    if (planned) return;
    planned = true;
    setImmediate(nextTurn);
  };
  return () => {
    plan();
    if (left > 0 && waiting.length === 0) {
      left -= 1;
      return undefined;
    }
    return new Promise((resolve) => waiting.push(resolve));
  };
}
