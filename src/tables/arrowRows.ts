// Reads an Arrow reply into rows of short plain texts. The only importer of the Arrow reader; itself imported when it is needed, as a
// bundle of its own: what it throws is a plain Error, for a class of ours would be another one here.
import * as l10n from "@vscode/l10n";
import { tableFromIPC } from "@uwdata/flechette";
import { useLanguage } from "../language.ts";
import { cellText } from "./cells.ts";

export interface Rows {
  readonly names: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/**
 * Throws Error for what is no Arrow, or is compressed.
 * @param words the editor's bundle, for this file is built as a bundle of its own, with an l10n of its own
 */
export function rowsIn(arrow: Uint8Array, words?: Readonly<Record<string, string>>): Rows {
  useLanguage(words);
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
    throw new Error(error instanceof Error ? error.message : l10n.t("it is no Arrow file"), { cause: error });
  }
}
