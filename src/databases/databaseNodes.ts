// The rows of the view "LanceDB", and what a command that is run from one of them is about. Types, and two readers of unknown arguments.
import type { Column } from "../tables/columns.ts";
import type { ServerError } from "../tables/serverError.ts";
import type { TableEntry, TableListing } from "../tables/tableListing.ts";
import type { Account } from "../accounts/accounts.ts";

/** A row. What a command is handed when it is run from one: see {@link connectionNameIn} and {@link tableNameIn}. */
export type DatabaseNode = ConnectionNode | TableNode | ColumnNode | MoreNode | ProblemNode | EmptyNode;

export interface ConnectionNode {
  readonly kind: "connection";
  readonly connectionName: string;
  readonly account: Account;
  readonly listing: TableListing;
}
export interface TableNode {
  readonly kind: "table";
  readonly connectionName: string;
  readonly tableName: string;
  readonly entry: TableEntry;
  readonly above: ConnectionNode;
}
export interface ColumnNode {
  readonly kind: "column";
  readonly column: Column;
  readonly above: TableNode;
}
export interface MoreNode {
  readonly kind: "more";
  readonly connectionName: string;
  readonly above: ConnectionNode;
}
export interface ProblemNode {
  readonly kind: "problem";
  readonly connectionName: string;
  readonly above: ConnectionNode | TableNode;
  readonly error: ServerError;
}
export interface EmptyNode {
  readonly kind: "empty";
  readonly above: ConnectionNode;
}

/** The connection that a command is about: its name, or a row of the view. */
export function connectionNameIn(argument: unknown): string | undefined {
  if (typeof argument === "string") return argument;
  if (typeof argument !== "object" || argument === null || !("connectionName" in argument)) return undefined;
  return typeof argument.connectionName === "string" ? argument.connectionName : undefined;
}

export function tableNameIn(argument: unknown): string | undefined {
  if (typeof argument !== "object" || argument === null || !("tableName" in argument)) return undefined;
  return typeof argument.tableName === "string" ? argument.tableName : undefined;
}
