// The connection that a gateway or an issuer speaks for: the one that is meant when it starts, and no other later on.
import type { ConnectionSummary, HeadersRequest } from "../../broker/protocol.ts";
import { askForHeaders } from "../node/askBroker.ts";
import { recentHeaders, type RecentHeaders } from "../node/recentHeaders.ts";

export interface OneConnection {
  readonly name: string;
  /** The database's name. */
  readonly database: string;
  /** The server's URL. */
  readonly host: string;
  /** LanceDB Cloud tells databases by the host alone. */
  readonly isCloud: boolean;
  /** Where gRPC goes; undefined where that is not known. */
  readonly sqlHost: string | undefined;
  readonly hasApiKey: boolean;
  readonly source: RecentHeaders;
}

/** Rejects with BrokerFailure where there is no token to be had. */
export async function oneConnection(session: string, question: HeadersRequest): Promise<OneConnection> {
  const first = await askForHeaders(session, question);
  const { name, uri, hostOverride } = first.connection;
  const host = hostOverride ?? cloudHost(first.connection);
  // Another connection that becomes the active one, or this one with another server, gets no answer from here.
  const pinned: HeadersRequest = { connection: name, uri, host };
  return {
    ...{ name, host, database: databaseOf(uri), isCloud: hostOverride === undefined },
    sqlHost: sqlHostOf(first.connection, host),
    hasApiKey: first.headers["x-api-key"] !== undefined,
    source: recentHeaders((patienceMs) => askForHeaders(session, pinned, patienceMs)),
  };
}

function databaseOf(uri: string): string {
  return uri.replace(/^db:\/\//i, "").split("/")[0] ?? "";
}

function cloudHost({ uri, region = "us-east-1" }: ConnectionSummary): string {
  return `https://${databaseOf(uri)}.${region}.api.lancedb.com`;
}

/** As LanceDB's own clients find it: the port after the server's, where that has one and knows no TLS. */
function sqlHostOf(connection: object, host: string): string | undefined {
  if ("sqlHostOverride" in connection && typeof connection.sqlHostOverride === "string") {
    return connection.sqlHostOverride.replace(/^grpc(?:\+tcp)?:/i, "http:").replace(/^grpc(?:s|\+tls):/i, "https:");
  }
  const url = new URL(host);
  if (url.protocol !== "http:" || url.port === "" || url.port === "65535") return undefined;
  return `http://${url.hostname}:${Number(url.port) + 1}`;
}
