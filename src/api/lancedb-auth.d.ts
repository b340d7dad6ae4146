// What other extensions get of LanceDB Auth: copy this file, and take the API from
// vscode.extensions.getExtension<LanceDBAuthApi>("lancedb-auth.lancedb-auth")?.exports.
// VS Code itself asks the person whether an extension may use an account: a session of the provider "lancedb" is the proof of that.
import type { AuthenticationSession, Event } from "vscode";

export interface LanceDBAuthApi {
  /** Grows only when something is taken away or changes its meaning. */
  readonly apiVersion: 1;
  /**
   * The headers of a credential that is valid now, for the connection that the session is of.
   *
   *     const session = await vscode.authentication.getSession("lancedb", ["db://demo"], { createIfNone: true });
   *     const { headers, host } = await api.getHeaders("db://demo", { session });
   *
   * Rejects with an Error whose message says what to do, and whose code is one of forbidden (no session of this window, or one of
   * another connection), interaction_required, locked, unknown_connection, unavailable.
   * @param uri the database, "db://name"
   */
  getHeaders(uri: string, options: GetHeadersOptions): Promise<LanceDBHeaders>;
  /** Ask again: the credential was renewed or replaced, or somebody signed in or out. */
  readonly onDidChangeHeaders: Event<{ readonly uri: string }>;
}

export interface GetHeadersOptions {
  /** From vscode.authentication.getSession("lancedb", ["db://name"]). */
  readonly session: Pick<AuthenticationSession, "id" | "accessToken">;
}

export interface LanceDBHeaders {
  readonly headers: Readonly<Record<string, string>>;
  /** The only server that they are for. */
  readonly host: string;
  /** Epoch milliseconds; absent for an API key. */
  readonly expiresAt?: number;
}
