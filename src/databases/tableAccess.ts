// How the view and its commands come to a server: the connection's own host, with the headers that programs get as well. The only
// place of the workbench where headers are asked for; what refuses them becomes a ServerError.
import { hostOf, type Connection } from "../oauth/connection.ts";
import { AuthError } from "../oauth/errors.ts";
import type { Fetch } from "../oauth/http.ts";
import { namedDatabase } from "../oauth/lancedbRequest.ts";
import { ServerError } from "../tables/serverError.ts";
import type { ServerAccess } from "../tables/tableServer.ts";
import type { Account } from "../accounts/accounts.ts";

/** The way to headers and to a server. */
export interface HeadersAccess {
  readonly fetch: Fetch;
  /** Answers as the local door does, its host rule and lock included; rejects with an error that has a code. */
  readonly headersFor: (connection: Connection, host: string) => Promise<Readonly<Record<string, string>>>;
}

export function accessFor({ fetch, headersFor }: HeadersAccess, account: Account): ServerAccess {
  const { connection } = account;
  const host = hostOf(connection);
  return {
    ...{ fetch, host },
    database: namedDatabase(connection),
    headers: async () => {
      try {
        return await headersFor(connection, host);
      } catch (refusal) {
        throw refused(refusal, account);
      }
    },
  };
}

function refused(refusal: unknown, { provider }: Account): ServerError {
  if (refusal instanceof Error && "code" in refusal && refusal.code === "locked") return new ServerError("locked");
  const { state } = provider;
  if (!("failure" in state)) return new ServerError("no_token");
  return new ServerError("no_token", state.failure.message, state.failure);
}

/** Whatever a command of the view throws, for its notification. */
export function serverErrorOf(thrown: unknown): ServerError {
  if (thrown instanceof ServerError) return thrown;
  const detail = thrown instanceof Error ? thrown.message : "";
  return thrown instanceof AuthError
    ? new ServerError("no_token", detail, thrown)
    : new ServerError("invalid_reply", detail, thrown);
}
