// Loaded instead of the hook where unchanged programs are to be left alone: only the module "lancedb-auth" can be imported.
import { resolveOwnModule } from "./resolveModule.ts";

try {
  resolveOwnModule(__dirname);
} catch {
  // Some other module system: the explicit import is then not found.
}
