// Loaded into every Node process of a terminal by NODE_OPTIONS: notices LanceDB's native addon and completes its connect calls.
// Does next to nothing otherwise, and never breaks, slows or prints into the program that it is a guest of.
import { completeConnect } from "./completeConnect.ts";
import { resolveOwnModule } from "./resolveModule.ts";

try {
  const descriptorPath = isWelcome() ? process.env["LANCEDB_AUTH_SESSION"] : undefined;
  if (descriptorPath !== undefined && descriptorPath !== "") {
    watchForLanceDb(descriptorPath);
    resolveOwnModule(__dirname);
  }
} catch {
  // Another runtime or module system: the program goes on without us.
}

/** Deno loads us as well, and would ask the person, or end the program, at the first variable that we read without leave. */
function isWelcome(): boolean {
  const { Deno: deno } = parseRuntime(globalThis);
  if (deno === undefined) return true;
  const { permissions } = deno;
  return ["env", "read", "net"].every((name) => permissions.querySync({ name }).state === "granted");
}

interface Runtime {
  readonly Deno?: {
    readonly permissions: { querySync(permission: { readonly name: string }): { readonly state: string } };
  };
}

function parseRuntime(scope: Runtime | object): Runtime {
  return scope;
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
