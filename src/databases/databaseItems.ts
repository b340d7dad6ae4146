// How the rows of the view "LanceDB" look and what they say to a screen reader. Names and server text stay plain text: no row has
// markup, and no command link is made of them.
import * as vscode from "vscode";
import { commandIds } from "../ids.ts";
import { numberText } from "../language.ts";
import { inert } from "../tables/cells.ts";
import { vectorText } from "../tables/columns.ts";
import { rowsWord } from "../tables/previewText.ts";
import { pageSize, type TableDetails } from "../tables/tableListing.ts";
import { connectionWords, serverText } from "../messages/connectionWords.ts";
import { environmentName, shownName, themeColor } from "../messages/environmentWords.ts";
import type {
  ColumnNode,
  ConnectionNode,
  DatabaseNode,
  EmptyNode,
  MoreNode,
  ProblemNode,
  TableNode,
} from "./databaseNodes.ts";
import { remedyForServer } from "./serverFailure.ts";

export interface Moment {
  readonly locked: boolean;
  readonly now: number;
  /** The view has one connection, which is then unfolded from the start. */
  readonly isOnly: boolean;
}

const { None, Collapsed, Expanded } = vscode.TreeItemCollapsibleState;

export function itemFor(node: DatabaseNode, moment: Moment): vscode.TreeItem {
  switch (node.kind) {
    case "connection":
      return connectionItem(node, moment);
    case "table":
      return tableItem(node);
    case "column":
      return columnItem(node);
    case "more":
      return moreItem(node);
    case "problem":
      return problemItem(node);
    case "empty":
      return emptyItem(node);
  }
}

interface Row {
  /** Unique in the view and the same after a refresh, so that what is unfolded and chosen stays so. */
  readonly id: string;
  readonly label: string;
  readonly description?: string;
  readonly tooltip: string;
  /** For screen readers: all that label, description and icon say. */
  readonly said: string;
  readonly icon: string;
  readonly color?: string | undefined;
  readonly context: string;
  readonly folded?: vscode.TreeItemCollapsibleState;
  readonly command?: vscode.Command;
}

function item(row: Row): vscode.TreeItem {
  const made = new vscode.TreeItem(inert(row.label), row.folded ?? None);
  made.id = row.id;
  if (row.description !== undefined) made.description = inert(row.description);
  made.tooltip = row.tooltip;
  made.iconPath = new vscode.ThemeIcon(
    row.icon,
    row.color === undefined ? undefined : new vscode.ThemeColor(row.color),
  );
  made.contextValue = row.context;
  made.accessibilityInformation = { label: inert(row.said), role: "treeitem" };
  if (row.command !== undefined) made.command = row.command;
  return made;
}

function connectionItem({ account, connectionName }: ConnectionNode, { locked, now, isOnly }: Moment): vscode.TreeItem {
  const { connection } = account;
  const { uri } = connection;
  const words = connectionWords(account.provider.state, locked, now);
  return item({
    id: `connection ${connectionName}`,
    label: connectionName,
    description: [environmentName(connection) ?? [], words.description].flat().join(" · "),
    tooltip: `${shownName(connection)}: ${words.sentence}\n${uri}\n${serverText(connection)}`,
    said: vscode.l10n.t("LanceDB connection {0}, {1}, {2}", shownName(connection), uri, words.sentence),
    icon: words.icon,
    // A colour that warns comes before the connection's own.
    color: words.color === "charts.green" ? (themeColor(connection) ?? words.color) : words.color,
    context: `connection.${words.context}`,
    folded: isOnly ? Expanded : Collapsed,
  });
}

function tableItem({ connectionName, tableName, entry }: TableNode): vscode.TreeItem {
  const description = detailsText(entry.details);
  return item({
    id: `table ${connectionName} ${tableName}`,
    label: tableName,
    ...(description !== undefined && { description }),
    tooltip: [inert(tableName), description ?? vscode.l10n.t("Unfold it to read row count and columns.")].join("\n"),
    said:
      description === undefined
        ? vscode.l10n.t("table {0}", tableName)
        : vscode.l10n.t("table {0}, {1}", tableName, description),
    icon: "table",
    context: "table",
    folded: Collapsed,
  });
}

/** "344 rows · vector (4)" */
function detailsText(details: TableDetails | undefined): string | undefined {
  if (details === undefined) return undefined;
  if (details.problem !== undefined) return details.problem.message;
  const vectors = vectorText(details.description.columns);
  return vectors === "" ? rowsWord(details.rows) : `${rowsWord(details.rows)} · ${vectors}`;
}

function columnItem({ column, above }: ColumnNode): vscode.TreeItem {
  const { name, type, nullable, dimensions } = column;
  const kind = dimensions === undefined ? type : vscode.l10n.t("vector, {0} dimensions", dimensions);
  return item({
    id: `column ${above.connectionName} ${above.tableName} ${name}`,
    label: name,
    description: kind,
    tooltip: `${name}\n${type}\n${nullable ? vscode.l10n.t("nullable") : vscode.l10n.t("required")}`,
    said: vscode.l10n.t("column {0}, {1}", name, kind),
    icon: dimensions === undefined ? "symbol-field" : "symbol-array",
    context: "column",
  });
}

function moreItem({ connectionName, above }: MoreNode): vscode.TreeItem {
  const shown = numberText(above.listing.entries.length);
  return item({
    id: `more ${connectionName}`,
    label: vscode.l10n.t("Load more…"),
    description: vscode.l10n.t("{0} tables are shown", shown),
    tooltip: vscode.l10n.t("Reads the next {0} tables. “LanceDB: Preview Table” searches all of them.", pageSize),
    said: vscode.l10n.t("Load more tables, {0} are shown", shown),
    icon: "ellipsis",
    context: "more",
    command: { command: commandIds.loadMoreTables, title: vscode.l10n.t("Load More"), arguments: [connectionName] },
  });
}

/** A click does what helps. */
function problemItem({ connectionName, above, error }: ProblemNode): vscode.TreeItem {
  const { button, command } = remedyForServer(error);
  // Nothing has failed where nobody has signed in yet.
  const isCalm = (error.code === "no_token" && error.cause === undefined) || error.code === "locked";
  return item({
    id: `problem ${above.kind} ${connectionName} ${above.kind === "table" ? above.tableName : ""}`,
    label: isCalm ? vscode.l10n.t("{0} to see the tables", button) : error.message,
    ...(!isCalm && { description: button }),
    tooltip: error.sentence,
    said: vscode.l10n.t("{0} Press Enter: {1}", error.sentence, button),
    icon: isCalm ? "info" : "error",
    color: isCalm ? undefined : "problemsErrorIcon.foreground",
    context: "problem",
    command: { command, title: button, arguments: [connectionName] },
  });
}

function emptyItem({ above }: EmptyNode): vscode.TreeItem {
  return item({
    id: `empty ${above.connectionName}`,
    label: vscode.l10n.t("No tables yet"),
    tooltip: vscode.l10n.t("The server answered with an empty list."),
    said: vscode.l10n.t("The database has no tables yet"),
    icon: "info",
    context: "empty",
  });
}
