// The connection that a gateway or an issuer speaks for: the one that is meant when it starts, and no other later on.
import type { HeadersRequest } from "../../broker/protocol.ts";
import { askForHeaders } from "../node/askBroker.ts";
import { databaseOf, hostOf, sqlHostOf } from "./place.ts";
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
  const host = hostOf(first.connection);
  // Another connection that becomes the active one, or this one with another server, gets no answer from here.
  const pinned: HeadersRequest = { connection: name, uri, host };
  return {
    ...{ name, host, database: databaseOf(first.connection), isCloud: hostOverride === undefined },
    sqlHost: sqlHostOf(first.connection),
    hasApiKey: first.headers["x-api-key"] !== undefined,
    source: recentHeaders((patienceMs) => askForHeaders(session, pinned, patienceMs)),
  };
}
