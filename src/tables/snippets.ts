// A program that opens a database or a table, in Python and in TypeScript, as LanceDB's users write it. Pure; nothing secret is in it,
// for programs of the integrated terminal and of notebooks get their headers by themselves.

export type SnippetLanguage = "python" | "typescript";

/** @param uri "db://name"; @param table the table to open, or none: lists them */
export function snippetFor(language: SnippetLanguage, uri: string, table?: string): string {
  return language === "python" ? python(uri, table) : typescript(uri, table);
}

function python(uri: string, table: string | undefined): string {
  const rest =
    table === undefined
      ? ["print(db.table_names())"]
      : [
          `table = db.open_table(${quoted(table)})`,
          "print(table.count_rows(), table.schema)",
          "print(table.search().limit(5).to_list())",
        ];
  return ["import lancedb", "", `db = lancedb.connect(${quoted(uri)})`, ...rest, ""].join("\n");
}

function typescript(uri: string, table: string | undefined): string {
  const rest =
    table === undefined
      ? ["console.log(await db.tableNames());"]
      : [
          `const table = await db.openTable(${quoted(table)});`,
          "console.log(await table.countRows(), await table.schema());",
          "console.log(await table.query().limit(5).toArray());",
        ];
  const opening = ['import { connect } from "@lancedb/lancedb";', "", `const db = await connect(${quoted(uri)});`];
  return [...opening, ...rest, ""].join("\n");
}

/** JSON's strings are strings in both languages, whatever a table is called. */
function quoted(text: string): string {
  return JSON.stringify(text);
}
