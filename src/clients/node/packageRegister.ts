// The installed package's "lancedb-auth/register": somebody has asked for it, so it watches also where no variable says which window.
import { watchForLanceDb } from "./watchAddon.ts";

watchForLanceDb();
