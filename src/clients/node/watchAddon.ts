// Notices LanceDB's native addon when it is loaded and completes its connect calls: what the terminal's hook and the package share.
import { completeConnect } from "./completeConnect.ts";

/** Every build of every module system loads the addon through process.dlopen. */
export function watchForLanceDb(): void {
  const load = process.dlopen.bind(process);
  process.dlopen = (module: object, ...rest: [filename: string, flags?: number]): void => {
    load(module, ...rest);
    try {
      if ("exports" in module) completeConnect(module.exports);
    } catch {
      // Not LanceDB, or one that cannot be changed: the program goes on without us.
    }
  };
}
