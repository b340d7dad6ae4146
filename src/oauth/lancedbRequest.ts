// What a request to LanceDB carries, by the connection and its credential, and the request that costs least. Sends nothing itself.
import { databaseOf, hostOf, type Connection } from "./connection.ts";
import { headersFor, type Token } from "./token.ts";

export function requestHeaders({ flow }: Pick<Connection, "flow">, token: Token): Record<string, string> {
  if (flow === "api_key") return { "x-api-key": token.accessToken.reveal() };
  // Without the second header LanceDB's SQL service takes the token for an API key.
  return { ...headersFor(token), "x-lancedb-credential-type": "oidc" };
}

/** The database that a request has to name; undefined for LanceDB Cloud, which tells databases by the host. */
export function namedDatabase({ hostOverride, uri }: Connection): string | undefined {
  return hostOverride === undefined ? undefined : databaseOf(uri);
}

export function databaseHeader(connection: Connection): Record<string, string> {
  const database = namedDatabase(connection);
  return database === undefined ? {} : { "x-lancedb-database": database };
}

/** One table of the connection's server: enough to know whether it answers, and whether it takes the credential. */
export function oneTableUrl(connection: Connection): string {
  return `${hostOf(connection).replace(/\/$/, "")}/v1/table/?limit=1`;
}
