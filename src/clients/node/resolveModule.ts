// Lets `import … from "lancedb-auth"` find the package beside this file, where Node offers synchronous hooks (22.15 and newer).
// An installed package of that name comes first.
import { registerHooks } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const ownName = "lancedb-auth";

export function resolveOwnModule(folder: string): void {
  // Older ones have no such function.
  if (typeof registerHooks !== "function") return;
  registerHooks({
    resolve: (specifier, context, nextResolve) => {
      if (specifier !== ownName) return nextResolve(specifier, context);
      try {
        return nextResolve(specifier, context);
      } catch {
        const url = pathToFileURL(join(folder, ownName, "index.cjs")).href;
        return { url, format: "commonjs", shortCircuit: true };
      }
    },
  });
}
