// What a connect call says of a connection that does not exist yet. Pure.
import { problemWithRegion, problemWithUri, problemWithUrl } from "../oauth/connection.ts";
import type { Known } from "../settings/knownConnection.ts";
import type { ConnectCall } from "./connectCalls.ts";

/** What the code says of a connection to be; only what the dialogue itself would take. */
export function knownFrom({ uri, host, region }: ConnectCall): Known {
  const server = host.how === "literal" && problemWithUrl(host.value) === undefined ? host.value : undefined;
  const place = region.how === "literal" && problemWithRegion(region.value) === undefined ? region.value : undefined;
  const where = server ?? place;
  return { ...(problemWithUri(uri) === undefined ? { uri } : {}), ...(where === undefined ? {} : { host: where }) };
}
