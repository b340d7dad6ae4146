// What activate() returns to other extensions. Gives headers only to those that show a session of the account provider, for which VS Code
// has asked the person; an export alone is told nothing of who calls it.
import type { LanceDBAuthApi, LanceDBHeaders } from "../api/lancedb-auth.d.ts";
import type { Sessions } from "./authenticationProvider.ts";

export interface ApiParts {
  readonly sessions: Sessions;
  /** Rejects with an error that has a code and says what to do. */
  readonly headers: (uri: string, connection: string) => Promise<LanceDBHeaders>;
}

export function extensionApi({ sessions, headers }: ApiParts): LanceDBAuthApi {
  return {
    apiVersion: 1,
    getHeaders: async (uri, options) => {
      const session = parseSession(options);
      if (session === undefined || !(await sessions.isIssued(session))) throw new NoSession();
      return headers(uri, session.id);
    },
    onDidChangeHeaders: sessions.onDidChange,
  };
}

class NoSession extends Error {
  override readonly name = "LanceDBAuthError";
  readonly code = "forbidden";

  constructor() {
    super('Headers are given for a session of vscode.authentication.getSession("lancedb", ["db://name"]) alone.');
  }
}

/** Other extensions may be plain JavaScript. */
function parseSession(options: unknown): { readonly id: string; readonly accessToken: string } | undefined {
  const { session } = (options ?? {}) as { readonly session?: unknown };
  const { id, accessToken } = (session ?? {}) as { readonly id?: unknown; readonly accessToken?: unknown };
  return typeof id === "string" && typeof accessToken === "string" ? { id, accessToken } : undefined;
}
