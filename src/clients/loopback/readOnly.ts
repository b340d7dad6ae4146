// What a gateway lets through that only reads: the routes of LanceDB's REST that change nothing. Data; whatever is not listed is
// refused, so that a route of tomorrow is not taken for a reading one.

/** Of one table: /v1/table/{id}/… */
const ofTable = [
  "analyze_plan",
  "branches/diff",
  "branches/list",
  "count_rows",
  "describe",
  "exists",
  "explain_plan",
  "fetch_blobs",
  "get_lsm_stats",
  "get_lsm_write_spec",
  "index/list",
  "query",
  "stats",
  "tags/list",
  "tags/version",
  "version/list",
  "version/describe",
];

/** Of one namespace: /v1/namespace/{id}/… */
const ofNamespace = ["describe", "exists", "list", "table/list"];

const others = ["functions/get", "jobs/list", "jobs/describe", "jobs/query_events", "table"];

const routes: readonly RegExp[] = [
  new RegExp(`^/v1/table/[^/]+/(?:${ofTable.join("|")})/?$`),
  /^\/v1\/table\/[^/]+\/index\/[^/]+\/stats\/?$/,
  /^\/v1\/table\/[^/]+\/blob\/[^/]+\/[^/]+\/bytes\/?$/,
  new RegExp(`^/v1/namespace/[^/]+/(?:${ofNamespace.join("|")})/?$`),
  new RegExp(`^/v1/(?:${others.join("|")})/?$`),
];

/** @param target path and query, as they go to the server */
export function onlyReads(method: string, target: string): boolean {
  const [path = ""] = target.split("?");
  return (method === "GET" || method === "HEAD" || method === "POST") && routes.some((route) => route.test(path));
}
