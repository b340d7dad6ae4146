// The tables of one connection, as far as they were read: page by page, and the details of those that somebody can see. Reads only
// while it is watched; a failure is state, never a rejection. Knows no editor.
import type { TableDescription } from "./columns.ts";
import type { ConcurrencyLimit } from "./concurrencyLimit.ts";
import { ServerError } from "./serverError.ts";
import { countRows, describeTable, listTables, type ServerAccess } from "./tableServer.ts";

export type TableDetails =
  | { readonly rows: number; readonly description: TableDescription; readonly problem?: never }
  | { readonly problem: ServerError };

/** The same object for as long as the list is not read anew, so that a view can hold on to it. */
export interface TableEntry {
  readonly name: string;
  details: TableDetails | undefined;
}

/** Names are cheap: a page fills a view, and 5,000 tables are ten of them. */
export const pageSize = 500;

/** How many tables are described and counted without being asked for, two requests each. */
export const describedUnasked = 100;

export class TableListing {
  readonly #access: ServerAccess;
  readonly #limit: ConcurrencyLimit;
  readonly #onDetails: (entry: TableEntry) => void;
  readonly #details = new Map<TableEntry, Promise<void>>();
  #entries: TableEntry[] = [];
  #known = new Set<string>();
  #next: string | undefined;
  #isRead = false;
  #problem: ServerError | undefined;
  #page: Promise<void> | undefined;
  #watch = new AbortController();

  /** @param onDetails told of each entry whose details have come */
  constructor(access: ServerAccess, limit: ConcurrencyLimit, onDetails: (entry: TableEntry) => void) {
    this.#access = access;
    this.#limit = limit;
    this.#onDetails = onDetails;
  }

  get entries(): readonly TableEntry[] {
    return this.#entries;
  }

  /** Whether the first page, or the reason why there is none, is known. */
  get isRead(): boolean {
    return this.#isRead;
  }

  get hasMore(): boolean {
    return this.#next !== undefined;
  }

  /** Why the last page could not be read. */
  get problem(): ServerError | undefined {
    return this.#problem;
  }

  /** The first page, once; callers share the request. */
  async read(): Promise<void> {
    if (!this.#isRead) await this.#readPage();
  }

  async readMore(): Promise<void> {
    if (this.#isRead) await this.#readPage();
  }

  /** Row count and schema of one table; once, unless they failed. */
  describe(entry: TableEntry, urgent = false): Promise<void> {
    if (entry.details !== undefined && entry.details.problem === undefined) return Promise.resolve();
    const underWay = this.#details.get(entry);
    if (underWay !== undefined) return underWay;
    const { signal } = this.#watch;
    const reading = this.#readDetails(entry, signal, urgent).finally(() => {
      if (this.#details.get(entry) === reading) this.#details.delete(entry);
    });
    this.#details.set(entry, reading);
    return reading;
  }

  /** Describes the first tables, for they are in sight. */
  describeFirst(): void {
    for (const entry of this.#entries.slice(0, describedUnasked)) {
      if (entry.details === undefined) void this.describe(entry);
    }
  }

  /** Nobody looks: what is under way is cancelled, what was read stays. */
  pause(): void {
    this.#watch.abort();
    this.#watch = new AbortController();
    this.#details.clear();
    this.#page = undefined;
  }

  /** As {@link pause}, and the next reading begins anew. */
  forget(): void {
    this.pause();
    this.#entries = [];
    this.#known = new Set();
    this.#next = undefined;
    this.#isRead = false;
    this.#problem = undefined;
  }

  #readPage(): Promise<void> {
    if (this.#page !== undefined) return this.#page;
    const { signal } = this.#watch;
    const page = this.#readNext(signal).finally(() => {
      if (this.#page === page) this.#page = undefined;
    });
    this.#page = page;
    return page;
  }

  async #readNext(signal: AbortSignal): Promise<void> {
    try {
      const { names, next } = await listTables(this.#access, pageSize, this.#next, signal);
      if (signal.aborted) return;
      const fresh = names.filter((name) => !this.#known.has(name));
      for (const name of fresh) this.#known.add(name);
      this.#entries = [...this.#entries, ...fresh.map((name) => ({ name, details: undefined }))];
      // A page that brings nothing new would be followed by itself.
      this.#next = fresh.length === 0 ? undefined : next;
      this.#problem = undefined;
    } catch (error) {
      if (signal.aborted) return;
      this.#problem = asServerError(error);
    }
    this.#isRead = true;
  }

  async #readDetails(entry: TableEntry, signal: AbortSignal, urgent: boolean): Promise<void> {
    const { name } = entry;
    try {
      const [description, rows] = await Promise.all([
        this.#limit(() => describeTable(this.#access, name, signal), { signal, urgent }),
        this.#limit(() => countRows(this.#access, name, signal), { signal, urgent }),
      ]);
      if (signal.aborted) return;
      entry.details = { rows, description };
    } catch (thrown) {
      if (signal.aborted) return;
      const problem = asServerError(thrown);
      entry.details = { problem };
      // What fails for one table for a reason that is not the table's own fails for the others as well: they are not asked.
      if (!ofTable.has(problem.code)) this.pause();
    }
    this.#onDetails(entry);
  }
}

const ofTable: ReadonlySet<string> = new Set([
  "table_not_found",
  "forbidden",
  "refused",
  "invalid_reply",
  "server_error",
]);

function asServerError(thrown: unknown): ServerError {
  return thrown instanceof ServerError ? thrown : new ServerError("invalid_reply", "", thrown);
}
