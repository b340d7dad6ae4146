// The advice and the one button that go with a failure.
import type { commandIds } from "../ids.ts";

export interface Remedy {
  readonly advice: string;
  readonly button: string;
  readonly command: (typeof commandIds)[keyof typeof commandIds];
}
