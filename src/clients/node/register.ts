// Loaded into every Node process of a terminal by NODE_OPTIONS: notices LanceDB's native addon and completes its connect calls.
// Does next to nothing otherwise, and never breaks, slows or prints into the program that it is a guest of.
import { completeConnect } from "./completeConnect.ts";
import { resolveOwnModule } from "./resolveModule.ts";

const descriptorPath = process.env["LANCEDB_AUTH_SESSION"];
if (descriptorPath !== undefined && descriptorPath !== "") {
  watchForLanceDb(descriptorPath);
  try {
    resolveOwnModule(__dirname);
  } catch {
    // Some other module system: the explicit import is then not found.
  }
}

/** Every build of every module system loads the addon through process.dlopen. */
function watchForLanceDb(session: string): void {
  const load = process.dlopen.bind(process);
  process.dlopen = (module: object, ...rest: [filename: string, flags?: number]): void => {
    load(module, ...rest);
    try {
      if ("exports" in module) completeConnect(module.exports, session);
    } catch {
      // Not LanceDB, or one that cannot be changed: the program goes on without us.
    }
  };
}
