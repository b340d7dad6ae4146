// Types of the module "lancedb-auth", which resolves in VS Code's integrated terminal.

export interface Question {
  /** The database, "db://name"; without it and `connection`, the folder's active connection. */
  readonly uri?: string;
  /** A connection by its name in VS Code. */
  readonly connection?: string;
  /** The server's URL; headers are given for the connection's own host alone. */
  readonly host?: string;
}

/** Its message says what to do in VS Code. */
export interface LanceDBAuthError extends Error {
  readonly name: "LanceDBAuthError";
  readonly code:
    | "bad_request"
    | "forbidden"
    | "interaction_required"
    | "unknown_connection"
    | "locked"
    | "unavailable"
    /** No window can be reached from here: closed, busy, on another machine, behind a sandbox. The message says which. */
    | "window_closed";
}

/**
 * The headers of a token that is valid now; from memory, renewed in time. Rejects with LanceDBAuthError.
 *
 *     await fetch(`${host}/v1/table/`, { headers: await headers() });
 *
 * LanceDB's connect takes it as its header provider, but then keeps the process from ending; see {@link connectOptions}.
 */
export function headers(question?: Question): Promise<Record<string, string>>;

/**
 * Options for LanceDB's connect (0.31 and newer): the connection's server, and a source of tokens that lets the process end.
 *
 *     const db = await connect("db://demo", await connectOptions({ uri: "db://demo" }));
 */
export function connectOptions(question?: Question): Promise<Record<string, unknown>>;
