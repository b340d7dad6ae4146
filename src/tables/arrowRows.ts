// Reads an Arrow reply into rows of short plain texts. The only importer of the Arrow reader; itself imported when it is needed, as a
// bundle of its own. Throws ServerError invalid_reply for what is no Arrow, or is compressed.
import { tableFromIPC } from "@uwdata/flechette";
import { cellText } from "./cells.ts";
import { ServerError } from "./serverError.ts";

export interface Rows {
  readonly names: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

export function rowsIn(arrow: Uint8Array): Rows {
  try {
    const table = tableFromIPC(arrow, { useBigInt: true, useDate: true });
    const columns = table.names.map((_, index) => table.getChildAt(index));
    const rows = Array.from({ length: table.numRows }, (_, row) =>
      columns.map((column) => {
        const value: unknown = column.at(row);
        return cellText(value);
      }),
    );
    return { names: table.names.map(String), rows };
  } catch (error) {
    throw new ServerError("invalid_reply", error instanceof Error ? error.message : "it is no Arrow file", error);
  }
}
