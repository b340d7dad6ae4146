// The rows of the view "LanceDB", as types.
import type { Column } from "../tables/columns.ts";
import type { ServerError } from "../tables/serverError.ts";
import type { TableEntry, TableListing } from "../tables/tableListing.ts";
import type { Account } from "../accounts/accounts.ts";

/** A row; a command that is run from one is handed it, see commands/commandArguments.ts. */
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
