// Where a connection's server is, by what the window says of it. Pure.
import type { ConnectionSummary } from "../../broker/protocol.ts";

/** "name" of "db://name" and of "db://name/prefix". */
export function databaseOf({ uri }: Pick<ConnectionSummary, "uri">): string {
  return uri.replace(/^db:\/\//i, "").split("/")[0] ?? "";
}

/** The server's URL; LanceDB Cloud has one for each database. */
export function hostOf({ uri, hostOverride, region = "us-east-1" }: ConnectionSummary): string {
  return hostOverride ?? `https://${databaseOf({ uri })}.${region}.api.lancedb.com`;
}

/** As LanceDB's own clients find it: the port after the server's, where that has one and knows no TLS. Undefined: not known. */
export function sqlHostOf(connection: ConnectionSummary): string | undefined {
  if ("sqlHostOverride" in connection && typeof connection.sqlHostOverride === "string") {
    return connection.sqlHostOverride.replace(/^grpc(?:\+tcp)?:/i, "http:").replace(/^grpc(?:s|\+tls):/i, "https:");
  }
  const url = new URL(hostOf(connection));
  if (url.protocol !== "http:" || url.port === "" || url.port === "65535") return undefined;
  return `http://${url.hostname}:${Number(url.port) + 1}`;
}
