// Keeps the memory of a process flat through which gigabytes pass: the engine does not see how much the parts of a stream weigh, and
// lets a hundred megabytes of them lie before it collects. For the command line tool alone; where it cannot be had, nothing happens.
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/** What passes between two collections of what is young; each takes a millisecond. */
const collectEveryBytes = 2_097_152;

/** Told of what has passed. */
export function steadyMemory(): (bytes: number) => void {
  const collect = collector();
  let passed = 0;
  return (bytes) => {
    passed += bytes;
    if (passed < collectEveryBytes) return;
    passed = 0;
    collect?.({ type: "minor" });
  };
}

function collector(): ((how: { readonly type: "minor" }) => void) | undefined {
  try {
    setFlagsFromString("--expose-gc");
    const gc: unknown = runInNewContext("gc");
    return typeof gc === "function" ? (how) => void Reflect.apply(gc, undefined, [how]) : undefined;
  } catch {
    return undefined;
  }
}
