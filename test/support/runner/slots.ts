// Lets a few pieces of work run at once, the others wait in the order in which they came.

export type Slots = <Result>(work: () => Promise<Result>) => Promise<Result>;

export function openSlots(count: number): Slots {
  const waiting: (() => void)[] = [];
  let free = count;
  return async (work) => {
    if (free > 0) free -= 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next === undefined) free += 1;
      else next();
    }
  };
}
