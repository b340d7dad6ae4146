// A LanceDB database in a temporary folder, behind the operations that LanceDB's remote clients ask for.
// Arrow comes in and goes out as bytes; what the user got wrong is a UserError.
import { createRequire } from "node:module";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type * as LanceDb from "@lancedb/lancedb";
import type * as Arrow from "apache-arrow";
import { streamToFile } from "./arrowFile.ts";
import { readPenguins } from "./penguins.ts";
import { describeField, type DescribedField } from "./tableSchema.ts";

// The addon reads it when it is loaded; it would warn of every table that is new.
process.env["LANCEDB_LOG"] ??= "error";
const require = createRequire(import.meta.url);
// LanceDB's package is CommonJS and takes only tables of the apache-arrow that it loads itself.
const lancedb = require("@lancedb/lancedb") as typeof LanceDb;
const arrow = require("apache-arrow") as typeof Arrow;

export type CreateMode = "create" | "overwrite" | "exist_ok";

export type TableQuery = {
  readonly k?: number;
  readonly vector?: readonly number[];
  readonly vector_column?: string;
  readonly filter?: string;
  readonly prefilter?: boolean;
  readonly columns?: readonly string[];
  readonly distance_type?: "l2" | "cosine" | "dot";
  readonly offset?: number;
  readonly with_row_id?: boolean;
};

/** The status is 404 for a table that does not exist, else 400. */
export class UserError extends Error {
  readonly status: 400 | 404;

  constructor(status: 400 | 404, message: string, cause?: unknown) {
    super(message, { cause });
    this.status = status;
  }
}

export type EmbeddedDatabase = {
  list(limit?: number, pageToken?: string): Promise<{ tables: readonly string[]; pageToken?: string }>;
  create(name: string, stream: Buffer, mode: CreateMode): Promise<void>;
  describe(name: string): Promise<{ version: number; schema: { fields: readonly DescribedField[] } }>;
  query(name: string, query: TableQuery): Promise<Uint8Array>;
  insert(name: string, stream: Buffer, mode: "append" | "overwrite"): Promise<{ version: number }>;
  count(name: string, predicate?: string): Promise<number>;
  drop(name: string): Promise<void>;
  /** The folder of a table. */
  locationOf(name: string): string;
  /** Writes the demo's table "penguins". */
  addPenguins(): Promise<void>;
  close(): Promise<void>;
};

/** The addon's own methods take Arrow files as they are; the public ones would have to read them first. */
type Native<Methods> = { readonly inner: Methods };
type NativeConnection = Native<{
  createTable(name: string, file: Buffer, mode: CreateMode, path: string[]): Promise<unknown>;
}>;
type NativeTable = Native<{ add(file: Buffer, mode: string): Promise<{ version: number }> }>;

export async function openEmbeddedDatabase(): Promise<EmbeddedDatabase> {
  const folder = await mkdtemp(join(tmpdir(), "la-lancedb-"));
  const db = await lancedb.connect(folder);
  const exists = async (name: string): Promise<boolean> => (await db.listTables()).tables.includes(name);
  const open = async (name: string): Promise<LanceDb.Table> => {
    if (!(await exists(name))) throw new UserError(404, `Table '${name}' was not found`);
    return db.openTable(name);
  };
  return {
    list: (limit, pageToken) =>
      db.listTables([], { ...(limit !== undefined && { limit }), ...(pageToken !== undefined && { pageToken }) }),
    create: async (name, stream, mode) => {
      if (mode === "create" && (await exists(name))) {
        throw new UserError(400, `Table '${name}' already exists`);
      }
      const native = db as unknown as NativeConnection;
      await asUser(() => native.inner.createTable(name, streamToFile(stream), mode, []));
    },
    describe: async (name) => {
      const table = await open(name);
      return { version: await table.version(), schema: { fields: (await table.schema()).fields.map(describeField) } };
    },
    query: async (name, query) => {
      const table = await open(name);
      return asUser(async () => arrow.tableToIPC(await runQuery(table, query), "file"));
    },
    insert: async (name, stream, mode) => {
      const native = (await open(name)) as unknown as NativeTable;
      const { version } = await asUser(() => native.inner.add(streamToFile(stream), mode));
      return { version };
    },
    count: async (name, predicate) => {
      const table = await open(name);
      return asUser(() => table.countRows(predicate));
    },
    drop: async (name) => {
      await open(name);
      await db.dropTable(name);
    },
    locationOf: (name) => join(folder, `${name}.lance`),
    addPenguins: async () => {
      const rows = (await readPenguins()).map((row) => ({ ...row, vector: [...row.vector] }));
      await db.createTable("penguins", rows);
    },
    close: async () => {
      db.close();
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** What fails in here was asked for wrongly: a 500 would be tried again and its message hidden. */
async function asUser<Result>(act: () => Promise<Result>): Promise<Result> {
  try {
    return await act();
  } catch (error) {
    throw new UserError(400, error instanceof Error ? error.message : String(error), error);
  }
}

async function runQuery(table: LanceDb.Table, query: TableQuery): Promise<Arrow.Table> {
  const { k, vector = [], filter, columns, offset, distance_type: distanceType, vector_column: column } = query;
  const searched = vector.length === 0 ? undefined : table.query().nearestTo([...vector]);
  if (distanceType !== undefined) searched?.distanceType(distanceType);
  if (column !== undefined) searched?.column(column);
  if (query.prefilter === false) searched?.postfilter();
  const asked = searched ?? table.query();
  if (filter !== undefined) asked.where(filter);
  // A search has always brought the distance, asked for or not; saying so keeps the addon from warning.
  const distance = searched === undefined || columns?.includes("_distance") === true ? [] : ["_distance"];
  if (columns !== undefined) asked.select([...columns, ...distance]);
  if (offset !== undefined) asked.offset(offset);
  if (query.with_row_id === true) asked.withRowId();
  // A plain toArrow asks for all rows with the largest integer there is.
  asked.limit(Math.min(k ?? 10, 1_000_000_000));
  return asked.toArrow();
}
