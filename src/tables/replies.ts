// Reads a LanceDB server's JSON replies field by field. Pure; whatever is not as expected is a ServerError invalid_reply.
import * as l10n from "@vscode/l10n";
import { columnFrom, type TableDescription } from "./columns.ts";
import { ServerError } from "./serverError.ts";

export interface TablePage {
  readonly names: readonly string[];
  /** Asks for the page after this one; absent on the last. */
  readonly next?: string;
}

/**
 * @param limit how many were asked for: a full page without a token is continued by its last name, which is what LanceDB's own
 * clients send (`start_after`) and what older servers expect
 */
export function tablePage(body: string, limit: number, asked: string | undefined): TablePage {
  const { tables, page_token: token } = objectIn(body);
  if (!Array.isArray(tables)) throw invalid(l10n.t("it names no tables"));
  const names = tables.filter((name: unknown): name is string => typeof name === "string");
  const last = names.at(-1);
  const next = typeof token === "string" && token !== "" ? token : names.length >= limit ? last : undefined;
  // A server that takes no page token sends the same page again, for ever.
  return next === undefined || next === asked ? { names } : { names, next };
}

export function tableDescription(body: string): TableDescription {
  const { version, schema } = objectIn(body);
  const fields = typeof schema === "object" && schema !== null && "fields" in schema ? schema.fields : undefined;
  if (!Array.isArray(fields)) throw invalid(l10n.t("it holds no schema"));
  return {
    version: typeof version === "number" ? version : undefined,
    columns: fields.flatMap((field: unknown) => columnFrom(field) ?? []),
  };
}

/** A bare number; some servers say {"count": n}. */
export function rowCount(body: string): number {
  const value = parsed(body);
  const count = typeof value === "object" && value !== null && "count" in value ? value.count : value;
  if (typeof count !== "number" || !Number.isFinite(count) || count < 0)
    throw invalid(l10n.t("it is no number of rows"));
  return count;
}

function objectIn(body: string): Readonly<Record<string, unknown>> {
  const value = parsed(body);
  if (typeof value !== "object" || value === null) throw invalid(l10n.t("it is no JSON object"));
  return Object.fromEntries(Object.entries(value));
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch (error) {
    throw new ServerError("invalid_reply", l10n.t("it is no JSON"), error);
  }
}

function invalid(detail: string): ServerError {
  return new ServerError("invalid_reply", detail);
}
