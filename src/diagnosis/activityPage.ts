// The page of LanceDB: Show Activity, as HTML: who asked for what, when, and how it ended. Pure.
import * as l10n from "@vscode/l10n";
import { commandIds } from "../ids.ts";
import { numberText } from "../language.ts";
import { button, buttons, page, paragraph, safe } from "../pages/page.ts";
import { limit, wordsOf, type Entry } from "./activity.ts";

export interface ActivityContent {
  /** The newest first, what the filter lets through. */
  readonly entries: readonly Entry[];
  readonly filter: string;
  /** A time as the person writes it. */
  readonly format: (at: number) => string;
  readonly nonce: string;
}

export const activityCommands = [
  ...[commandIds.filterActivity, commandIds.exportActivity, commandIds.clearActivity],
  ...[commandIds.manageAccess, commandIds.lock],
] as const;

/** So many rows are drawn; the export has them all. */
const mostRows = 500;

export function activityPage({ entries, filter, format, nonce }: ActivityContent): string {
  const actions = [
    button(filter === "" ? l10n.t("Filter…") : l10n.t("Filter “{0}”…", filter), commandIds.filterActivity),
    ...(filter === "" ? [] : [button(l10n.t("Show All"), commandIds.filterActivity, "")]),
    button(l10n.t("Export…"), commandIds.exportActivity),
    button(l10n.t("Clear"), commandIds.clearActivity),
    button(l10n.t("Manage Access"), commandIds.manageAccess),
    button(l10n.t("Lock"), commandIds.lock),
  ];
  const body = [paragraph(limit()), buttons(l10n.t("Actions"), actions), rowsOf(entries, filter, format)];
  return page({ title: l10n.t("LanceDB activity"), body: body.join("\n"), style, nonce });
}

function rowsOf(entries: readonly Entry[], filter: string, format: ActivityContent["format"]): string {
  if (entries.length === 0) {
    return paragraph(filter === "" ? l10n.t("Nobody has asked yet.") : l10n.t("Nothing fits the filter."));
  }
  const columns = [l10n.t("Time"), l10n.t("Outcome"), l10n.t("Asked for"), l10n.t("Who")];
  const head = columns.map((each) => `<th scope="col">${safe(each)}</th>`).join("");
  const rows = entries.slice(0, mostRows).map((entry) => {
    const [, outcome = "", about = "", who = ""] = wordsOf(entry);
    const state = entry.outcome === "ok" ? "ok" : "refused";
    const cells = [format(entry.at), `${marks[state]} ${outcome}`, about, who].map((each) => `<td>${safe(each)}</td>`);
    return `<tr class="${state}">${cells.join("")}</tr>`;
  });
  const more = entries.length - mostRows;
  const rest = more > 0 ? paragraph(l10n.t("{0} older ones are in the export.", numberText(more))) : "";
  return `<table><thead><tr>${head}</tr></thead><tbody>${rows.join("")}</tbody></table>${rest}`;
}

/** Never by the colour alone. */
const marks = { ok: "✔", refused: "✖" } as const;

const style = `
td { white-space: nowrap; }
td:last-child { white-space: normal; }
tr.refused td:nth-child(2) { color: var(--vscode-errorForeground); }
`;
