// What a suite came to. Every runner answers with one, and npm test adds them up.

export type Tally = {
  readonly passed: number;
  /** The names of the tests. */
  readonly failed: readonly string[];
  /** The names, each with its reason where one was given. */
  readonly skipped: readonly string[];
};

export const nothing: Tally = { passed: 0, failed: [], skipped: [] };

export function sum(tallies: readonly Tally[]): Tally {
  return {
    passed: tallies.reduce((total, { passed }) => total + passed, 0),
    failed: tallies.flatMap(({ failed }) => failed),
    skipped: tallies.flatMap(({ skipped }) => skipped),
  };
}

/** A suite that ran no test has failed: green must mean that something was tried. */
export function notEmpty(tally: Tally, what: string): Tally {
  const count = tally.passed + tally.failed.length + tally.skipped.length;
  return count === 0 ? { ...tally, failed: [`${what} ran no test`] } : tally;
}

/** "3 passed, 0 failed", and the skipped where there are some. */
export function inWords({ passed, failed, skipped }: Tally): string {
  return `${passed} passed, ${failed.length} failed${skipped.length === 0 ? "" : `, ${skipped.length} skipped`}`;
}
