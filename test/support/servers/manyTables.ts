// A server with as many tables as a test wants, for the view's sake: the routes of LanceDB's remote protocol for reading, answered from
// a number. Whoever comes without a Bearer token is refused. Keeps a log of paths and of the most requests that ran at once.
import type { IncomingMessage, ServerResponse } from "node:http";
import { listenOnLoopback, readBody, sendJson } from "./loopback.ts";

export type ManyTables = {
  readonly host: string;
  /** "GET /v1/table/?limit=500", the oldest first. */
  readonly requests: readonly string[];
  /** The most requests about single tables that were under way together. */
  readonly mostAtOnce: () => number;
  /** When the last page of names was sent, epoch milliseconds. */
  readonly listedAt: () => number;
  /** Requests that the caller gave up. */
  readonly abandoned: () => number;
  /** What every request is answered with from now on; 200 is the tables. */
  status: number;
  /** Requests about single tables get no answer while this is set. */
  silent: boolean;
  close(): Promise<void>;
};

export async function startManyTables(tables: number): Promise<ManyTables> {
  const names = Array.from({ length: tables }, (_, at) => `table_${String(at).padStart(5, "0")}`);
  const loopback = await listenOnLoopback();
  const requests: string[] = [];
  let [atOnce, most, abandoned, listedAt] = [0, 0, 0, 0];
  const many: ManyTables = {
    host: loopback.origin,
    requests,
    mostAtOnce: () => most,
    listedAt: () => listedAt,
    abandoned: () => abandoned,
    status: 200,
    silent: false,
    close: () => loopback.close(),
  };
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(request.url ?? "/", "http://localhost");
    await readBody(request);
    const isBearer = request.headers.authorization?.startsWith("Bearer ") === true;
    const status = isBearer ? many.status : 401;
    if (status !== 200) {
      response.writeHead(status, { "content-type": "text/plain" }).end(`says ${String(status)} <b>in plain words</b>`);
      return;
    }
    if (url.pathname === "/v1/table/") {
      sendJson(response, 200, page(names, url.searchParams));
      listedAt = Date.now();
    } else if (url.pathname.endsWith("/count_rows/")) sendJson(response, 200, 1_234);
    else sendJson(response, 200, description);
  };
  loopback.listener = (request, response) => {
    requests.push(`${request.method ?? ""} ${request.url ?? ""}`);
    const isList = request.url?.startsWith("/v1/table/?") === true;
    if (!isList) most = Math.max(most, ++atOnce);
    response.once("close", () => {
      if (!isList) atOnce -= 1;
      if (!response.writableEnded) abandoned += 1;
    });
    if (isList || !many.silent) void answer(request, response);
  };
  return many;
}

const description = {
  version: 7,
  schema: {
    fields: [
      { name: "id", nullable: false, type: { type: "int64" } },
      {
        name: "vector",
        nullable: true,
        type: {
          type: "fixed_size_list",
          length: 768,
          fields: [{ name: "item", nullable: true, type: { type: "float" } }],
        },
      },
    ],
  },
};

/** As LanceDB pages: the token is the last name of the page before. */
function page(names: readonly string[], query: URLSearchParams): object {
  const [limit, after] = [Number(query.get("limit") ?? "10"), query.get("page_token")];
  const from = after === null ? 0 : names.indexOf(after) + 1;
  const tables = names.slice(from, from + limit);
  return from + limit < names.length ? { tables, page_token: tables.at(-1) } : { tables };
}
