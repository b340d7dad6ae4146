// Reads what a table's preview shows, and which table when nobody has said it. The Arrow reader is loaded with the first preview.
import * as vscode from "vscode";
import { inert } from "../tables/cells.ts";
import { previewText } from "../tables/previewText.ts";
import { ServerError } from "../tables/serverError.ts";
import { tableNames } from "../tables/tableNames.ts";
import { countRows, describeTable, firstRows, type ServerAccess } from "../tables/tableServer.ts";

const shownRows = 20;

/** The whole text of a table's preview. Rejects with ServerError. */
export async function readPreview(
  access: ServerAccess,
  { table, uri }: { readonly table: string; readonly uri: string },
  signal: AbortSignal,
): Promise<string> {
  const [description, rowCount] = await Promise.all([
    describeTable(access, table, signal),
    countRows(access, table, signal),
  ]);
  const { columns } = description;
  const notFetched = columns.filter(({ isBinary }) => isBinary).map(({ name }) => name);
  // Pictures and the like: megabytes that a text cannot show.
  const wanted =
    notFetched.length === 0 ? {} : { columns: columns.filter((each) => !each.isBinary).map((each) => each.name) };
  const arrow = await firstRows(access, table, { limit: shownRows, ...wanted }, signal);
  const { rowsIn } = await import("../tables/arrowRows.ts");
  return previewText({ table, uri, rowCount, description, rows: rowsIn(arrow, vscode.l10n.bundle), notFetched });
}

/** Asks which of the database's tables; undefined where the person chose none. Rejects with ServerError. */
export async function chooseTable(access: ServerAccess, connection: string): Promise<string | undefined> {
  const closing = new vscode.CancellationTokenSource();
  const reading = new AbortController();
  let failure: unknown;
  const items = tableNames(access, reading.signal).then(
    ({ names }) => names.map((name) => ({ label: inert(name), name })),
    (error: unknown) => {
      failure = error;
      closing.cancel();
      return [];
    },
  );
  const title = vscode.l10n.t("Which table of “{0}”?", connection);
  const chosen = await vscode.window.showQuickPick(
    items,
    { title, placeHolder: vscode.l10n.t("Table") },
    closing.token,
  );
  reading.abort();
  closing.dispose();
  if (failure !== undefined) throw failure instanceof ServerError ? failure : new ServerError("cancelled");
  return chosen?.name;
}

/** On the tab: a table may be called anything. */
export function previewName(table: string, connection: string): string {
  return `${inert(table).replaceAll(/[\\/:*?"<>|#]+/g, "_")} (${connection})`;
}
