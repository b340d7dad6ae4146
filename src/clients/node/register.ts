// Loaded into every Node process of a terminal by NODE_OPTIONS: notices LanceDB's native addon and completes its connect calls.
// Does next to nothing otherwise, and never breaks, slows or prints into the program that it is a guest of.
import { resolveOwnModule } from "./resolveModule.ts";
import { watchForLanceDb } from "./watchAddon.ts";

try {
  // Also where a runner has dropped the pointer and kept NODE_OPTIONS: the window is then found by the folder.
  if (isWelcome()) {
    watchForLanceDb();
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
