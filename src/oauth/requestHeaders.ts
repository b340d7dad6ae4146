// The headers that a request to LanceDB carries, by the kind of credential. Pure.
import type { Connection } from "./connection.ts";
import { headersFor, type Token } from "./token.ts";

export function requestHeaders({ flow }: Pick<Connection, "flow">, token: Token): Record<string, string> {
  if (flow === "api_key") return { "x-api-key": token.accessToken.reveal() };
  // Without the second header LanceDB's SQL service takes the token for an API key.
  return { ...headersFor(token), "x-lancedb-credential-type": "oidc" };
}
