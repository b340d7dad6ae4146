// The module "lancedb-auth" for import; one with that for require, so that what is kept in memory is kept once.
import lancedbAuth from "./index.cjs";

export const { headers, connectOptions } = lancedbAuth;
