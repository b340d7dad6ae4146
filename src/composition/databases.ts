// Composes the view of connections and their tables.
import type { HeadersSource } from "../broker/exchange.ts";
import { openDatabases, type Databases } from "../databases/databases.ts";
import type { Door } from "../databases/tableAccess.ts";
import { currentFetch, type Parts } from "./parts.ts";

export function databasesOf({ accounts, active, isLocked, texts, log, source }: Parts): Databases {
  return openDatabases({ accounts, active, isLocked, texts, log, ...doorOf(source) });
}

/** What the view sends to a server is what a program of this window would get. */
function doorOf(source: HeadersSource): Door {
  return {
    fetch: currentFetch,
    headersFor: async ({ name, uri }, host) => {
      const { headers } = await source.headers({ connection: name, uri, host });
      return headers;
    },
  };
}
