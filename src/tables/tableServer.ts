// The one door to a LanceDB server: LanceDB's remote protocol for reading (lancedb, rust/lancedb/src/remote/db.rs and table.rs).
// Sends the headers it is handed to the connection's own server alone: no redirects, capped replies, faults as ServerError.
import * as l10n from "@vscode/l10n";
import { readCapped } from "../oauth/cappedBody.ts";
import type { Fetch } from "../oauth/http.ts";
import type { TableDescription } from "./columns.ts";
import { rowCount, tableDescription, tablePage, type TablePage } from "./replies.ts";
import { codeForStatus, errorFromFetch, ServerError } from "./serverError.ts";

/** Everything a request needs; made for one connection. */
export interface ServerAccess {
  readonly fetch: Fetch;
  /** The server that the headers are for; http or https. */
  readonly host: string;
  /** Sent beside a host of one's own, as LanceDB's clients do; Cloud has it in the host's name. */
  readonly database: string | undefined;
  /** Rejects with ServerError where there is no token. */
  readonly headers: () => Promise<Readonly<Record<string, string>>>;
  readonly deadlineMs?: number;
}

const usualDeadlineMs = 20_000;
const largestJsonBytes = 8 * 1024 * 1024;
const largestArrowBytes = 32 * 1024 * 1024;

/** @param after the page token of the page before */
export async function listTables(
  access: ServerAccess,
  limit: number,
  after: string | undefined,
  signal?: AbortSignal,
): Promise<TablePage> {
  const query = new URLSearchParams({ limit: String(limit), ...(after !== undefined && { page_token: after }) });
  const body = await ask(access, { method: "GET", path: `/v1/table/?${query.toString()}`, about: "database" }, signal);
  return tablePage(textOf(body), limit, after);
}

export async function describeTable(
  access: ServerAccess,
  table: string,
  signal?: AbortSignal,
): Promise<TableDescription> {
  return tableDescription(textOf(await post(access, table, "describe", { version: null }, signal)));
}

export async function countRows(access: ServerAccess, table: string, signal?: AbortSignal): Promise<number> {
  return rowCount(textOf(await post(access, table, "count_rows", { version: null }, signal)));
}

/** The first rows as an Arrow file or stream. */
export async function firstRows(
  access: ServerAccess,
  table: string,
  { limit, columns }: { readonly limit: number; readonly columns?: readonly string[] },
  signal?: AbortSignal,
): Promise<Uint8Array> {
  // An empty vector is a plain query; the server wants it, and k, to be there.
  const query = { version: null, k: limit, vector: [], prefilter: true, ...(columns !== undefined && { columns }) };
  return post(access, table, "query", query, signal);
}

function post(
  access: ServerAccess,
  table: string,
  action: "describe" | "count_rows" | "query",
  body: object,
  signal: AbortSignal | undefined,
): Promise<Uint8Array> {
  const path = `/v1/table/${encodeURIComponent(table)}/${action}/`;
  return ask(access, { method: "POST", path, about: "table", body }, signal);
}

interface Question {
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly about: "database" | "table";
  readonly body?: object;
}

async function ask(access: ServerAccess, question: Question, cancel: AbortSignal | undefined): Promise<Uint8Array> {
  const { method, path, about, body } = question;
  const { host } = new URL(access.host);
  const own = await access.headers();
  const deadline = AbortSignal.timeout(access.deadlineMs ?? usualDeadlineMs);
  const signal = cancel === undefined ? deadline : AbortSignal.any([cancel, deadline]);
  const headers = {
    ...own,
    ...(access.database !== undefined && { "x-lancedb-database": access.database }),
    ...(body !== undefined && { "content-type": "application/json" }),
  };
  try {
    signal.throwIfAborted();
    const response = await access.fetch(`${access.host.replace(/\/+$/, "")}${path}`, {
      ...{ method, headers, signal, redirect: "manual" },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const isArrow = (response.headers.get("content-type") ?? "").includes("arrow");
    const bytes = await bytesOf(response, isArrow ? largestArrowBytes : largestJsonBytes);
    if (response.status === 200) return bytes;
    throw new ServerError(codeForStatus(response.status, about), refusalText(host, response.status, bytes));
  } catch (error) {
    throw errorFromFetch(error, signal, host);
  }
}

async function bytesOf({ body }: Response, largestBytes: number): Promise<Uint8Array> {
  if (body === null) return new Uint8Array();
  const megabytes = String(Math.round(largestBytes / 1024 / 1024));
  return readCapped(
    body,
    largestBytes,
    () => new ServerError("invalid_reply", l10n.t("it is larger than {0} MB", megabytes)),
  );
}

/** The server's own words are in the body; a page of HTML is none. */
function refusalText(host: string, status: number, bytes: Uint8Array): string {
  const body = textOf(bytes.subarray(0, 2_000)).trim();
  const answered = l10n.t("{0} answered {1}", host, status);
  if (body === "" || body.startsWith("<")) return answered;
  return l10n.t("{0}, “{1}”", answered, messageIn(body).replace(/\.$/, ""));
}

/** Text, or the message of {"error": …}, {"message": …}, {"detail": …}. */
function messageIn(body: string): string {
  try {
    const value: unknown = JSON.parse(body);
    const members = typeof value === "object" && value !== null ? Object.entries(value) : [];
    const found = members.find(([name, each]) => /^(message|error|detail)$/.test(name) && typeof each === "string");
    return typeof found?.[1] === "string" ? found[1] : body;
  } catch {
    return body;
  }
}

function textOf(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}
