// The read-only text of a table: what it is, its schema, its first rows, in aligned columns. Pure; whatever the table holds, it is text.
import * as l10n from "@vscode/l10n";
import { numberText } from "../language.ts";
import type { Rows } from "./arrowRows.ts";
import { cut, inert } from "./cells.ts";
import { vectorText, type TableDescription } from "./columns.ts";

export interface Preview {
  readonly table: string;
  readonly uri: string;
  readonly rowCount: number;
  readonly description: TableDescription;
  readonly rows: Rows;
  /** Columns of bytes, left out of the rows. */
  readonly notFetched: readonly string[];
}

export function previewText({ table, uri, rowCount, description, rows, notFetched }: Preview): string {
  const { version, columns } = description;
  const vectors = vectorText(columns);
  const facts = [
    [l10n.t("Table"), table],
    [l10n.t("Database"), uri],
    [l10n.t("Rows"), numberText(rowCount)],
    [l10n.t("Columns"), String(columns.length)],
    [l10n.t("Vectors"), vectors === "" ? l10n.t("none") : vectors],
    [l10n.t("Version"), version === undefined ? l10n.t("not said") : String(version)],
  ];
  const schema = columns.map(({ name, type, nullable, dimensions }) => [
    name,
    type,
    nullable ? l10n.t("nullable") : l10n.t("required"),
    dimensions === undefined ? "" : l10n.t("vector, {0} dimensions", dimensions),
  ]);
  const shown = rows.rows.length;
  const heading = shown === rowCount ? l10n.t("All {0}", rowsWord(shown)) : l10n.t("The first {0}", rowsWord(shown));
  const left =
    notFetched.length === 0 ? [] : ["", l10n.t("Not fetched, for they hold bytes: {0}.", inert(notFetched.join(", ")))];
  return [
    ...aligned(facts),
    ...["", l10n.t("Schema"), ""],
    ...aligned([[l10n.t("column"), l10n.t("type"), "", ""], ...schema]),
    ...["", shown === 0 ? l10n.t("There are no rows.") : heading, ""],
    ...(shown === 0 ? [] : aligned([rows.names, ...rows.rows])),
    ...left,
    "",
  ].join("\n");
}

/** "1,536 rows" */
export function rowsWord(count: number): string {
  return count === 1 ? l10n.t("1 row") : l10n.t("{0} rows", numberText(count));
}

const widest = 60;

/** Cells below each other, two blanks between the columns; wide characters of East Asia count twice. */
function aligned(lines: readonly (readonly string[])[]): readonly string[] {
  const cells = lines.map((line) => line.map((cell) => cut(inert(cell), widest)));
  const widths: number[] = [];
  for (const line of cells) {
    for (const [at, cell] of line.entries()) widths[at] = Math.max(widths[at] ?? 0, widthOf(cell));
  }
  return cells.map((line) =>
    line
      .map((cell, at) => cell + " ".repeat((widths[at] ?? 0) - widthOf(cell)))
      .join("  ")
      .trimEnd(),
  );
}

function widthOf(text: string): number {
  let width = 0;
  for (const character of text) {
    if (/\p{M}/u.test(character)) continue;
    width += /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/.test(
      character,
    )
      ? 2
      : 1;
  }
  return width;
}
