// The names of a database's tables, all pages of them, up to a number that a person can still search in. Pure but for the server.
import { listTables, type ServerAccess } from "./tableServer.ts";

export interface TableNames {
  readonly names: readonly string[];
  /** There may be more than these. */
  readonly isCut: boolean;
}

const perPage = 1_000;
const mostNames = 20_000;

/** Rejects with ServerError. */
export async function tableNames(access: ServerAccess, signal?: AbortSignal): Promise<TableNames> {
  const names = new Set<string>();
  let after: string | undefined;
  do {
    const page = await listTables(access, perPage, after, signal);
    const before = names.size;
    for (const name of page.names) names.add(name);
    // A page that brings nothing new would be followed by itself.
    after = names.size === before ? undefined : page.next;
  } while (after !== undefined && names.size < mostNames);
  return { names: [...names], isCut: after !== undefined };
}
