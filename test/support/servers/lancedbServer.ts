// A LanceDB server on loopback for LanceDB's own clients: the routes of the remote protocol over an embedded database,
// open only to those who show a token of the authorization server. Keeps a log of requests, never of what they carry.
import type { IncomingMessage, ServerResponse } from "node:http";
import { openEmbeddedDatabase, UserError, type EmbeddedDatabase, type TableQuery } from "./embeddedDatabase.ts";
import { createGateway, type Gateway, type GatewayOptions } from "./gateway.ts";
import { listenOnLoopback, readBody, sendJson } from "./loopback.ts";

export type LanceDbServerOptions = Omit<GatewayOptions, "audience"> & {
  readonly audience: string;
  /** A free port by default. */
  readonly port?: number;
  /** The table "penguins" is there unless this is false. */
  readonly penguins?: boolean;
};

export type LanceDbRequest = {
  readonly at: number;
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly status: number;
  /** "bearer", "basic" …; empty where there was no Authorization header. */
  readonly authorization: string;
  readonly sentApiKey: boolean;
  /** x-lancedb-credential-type; empty where it was not sent. */
  readonly credentialType: string;
  /** x-lancedb-database; empty where it was not sent. */
  readonly database: string;
  readonly userAgent: string;
};

export type LanceDbServer = {
  /** What a connection has as its hostOverride. */
  readonly host: string;
  /** Every answered request, oldest first. */
  readonly requests: readonly LanceDbRequest[];
  close(): Promise<void>;
};

export async function startLanceDbServer(options: LanceDbServerOptions): Promise<LanceDbServer> {
  const database = await openEmbeddedDatabase();
  if (options.penguins !== false) await database.addPenguins();
  const gateway = createGateway(options);
  const loopback = await listenOnLoopback(options.port);
  const requests: LanceDbRequest[] = [];
  loopback.listener = (request, response) => {
    const at = Date.now();
    // Before the reply is on its way, so that a client that has it finds the request in the log.
    const end = response.end.bind(response);
    response.end = ((...args: Parameters<typeof end>) => {
      requests.push(describeRequest(request, response.statusCode, at));
      return end(...args);
    }) as typeof response.end;
    void answer(database, gateway, request, response);
  };
  return {
    host: loopback.origin,
    requests,
    close: async () => {
      await loopback.close();
      await database.close();
    },
  };
}

type Call = { readonly name: string; readonly query: URLSearchParams; readonly body: Buffer };

type Route = {
  readonly method: "GET" | "POST";
  readonly path: RegExp;
  readonly scope: "lancedb:read" | "lancedb:write";
  /** Bytes are Arrow, anything else is sent as JSON. */
  readonly run: (database: EmbeddedDatabase, call: Call) => Promise<unknown>;
};

const [read, write] = ["lancedb:read", "lancedb:write"] as const;

const routes: readonly Route[] = [
  { method: "GET", path: /^\/v1\/table\/?$/, scope: read, run: (db, { query }) => listPage(db, query) },
  {
    method: "GET",
    path: /^\/v1\/namespace\/(?:\$|%24)\/table\/list\/?$/,
    scope: read,
    run: (db, { query }) => listPage(db, query),
  },
  // Clients of the REST namespace find out where a table lies, and read it there: here on the same machine.
  {
    method: "GET",
    path: /^\/v1\/namespace\/(?:\$|%24)\/list\/?$/,
    scope: read,
    run: () => Promise.resolve({ namespaces: [] }),
  },
  { method: "POST", path: table("create"), scope: write, run: create },
  { method: "POST", path: table("describe"), scope: read, run: describe },
  { method: "POST", path: table("query"), scope: read, run: (db, { name, body }) => db.query(name, parseQuery(body)) },
  { method: "POST", path: table("insert"), scope: write, run: insert },
  {
    method: "POST",
    path: table("count_rows"),
    scope: read,
    run: (db, { name, body }) => db.count(name, parsePredicate(body)),
  },
  { method: "POST", path: table("drop"), scope: write, run: (db, { name }) => db.drop(name) },
];

function table(action: string): RegExp {
  return new RegExp(`^/v1/table/([^/]+)/${action}/?$`);
}

async function answer(
  database: EmbeddedDatabase,
  gateway: Gateway,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    const url = new URL(request.url ?? "/", "http://localhost");
    const path = decodeURI(url.pathname);
    const route = routes.find((candidate) => candidate.method === request.method && candidate.path.test(path));
    const refusal = await gateway(request, route?.scope ?? read);
    if (refusal !== undefined) {
      sendText(response, refusal.status, refusal.message);
      return;
    }
    if (route === undefined) throw new UserError(404, `This server has no route ${request.method ?? ""} ${path}`);
    const name = decodeURIComponent(route.path.exec(url.pathname)?.[1] ?? "");
    const reply = await route.run(database, { name, query: url.searchParams, body: await readBody(request) });
    if (!(reply instanceof Uint8Array)) sendJson(response, 200, reply ?? {});
    else response.writeHead(200, { "content-type": "application/vnd.apache.arrow.file" }).end(reply);
  } catch (error) {
    const known = error instanceof UserError;
    sendText(response, known ? error.status : 500, error instanceof Error ? error.message : String(error));
  }
}

/** A body that was refused unread would break the connection: it is read away. */
function sendText(response: ServerResponse, status: number, message: string): void {
  response.req.resume();
  response.writeHead(status, { "content-type": "text/plain; charset=utf-8" }).end(message);
}

async function listPage(database: EmbeddedDatabase, query: URLSearchParams): Promise<unknown> {
  const limit = query.get("limit");
  const page = await database.list(limit === null ? undefined : Number(limit), query.get("page_token") ?? undefined);
  return { tables: page.tables, ...(page.pageToken !== undefined && { page_token: page.pageToken }) };
}

/** Only clients of the REST namespace name the table in the body, and only they are told where it lies. */
async function describe(database: EmbeddedDatabase, { name, body }: Call): Promise<unknown> {
  const described = await database.describe(name);
  if (!("id" in parseBody(body))) return described;
  return { version: described.version, location: database.locationOf(name) };
}

async function create(database: EmbeddedDatabase, { name, query, body }: Call): Promise<void> {
  const mode = query.get("mode") ?? "create";
  if (mode !== "create" && mode !== "overwrite" && mode !== "exist_ok") throw new UserError(400, `no mode ${mode}`);
  await database.create(name, body, mode);
}

async function insert(database: EmbeddedDatabase, { name, query, body }: Call): Promise<unknown> {
  return database.insert(name, body, query.get("mode") === "overwrite" ? "overwrite" : "append");
}

function parseQuery(body: Buffer): TableQuery {
  // null says the same as a member that is missing.
  return Object.fromEntries(Object.entries(parseBody(body)).filter(([, value]) => value !== null));
}

function parsePredicate(body: Buffer): string | undefined {
  const { predicate } = parseBody(body);
  return typeof predicate === "string" ? predicate : undefined;
}

function parseBody(body: Buffer): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(body.length === 0 ? "{}" : body.toString());
    if (typeof value === "object" && value !== null) return value as Record<string, unknown>;
    throw new UserError(400, "the body is no JSON object");
  } catch (error) {
    throw error instanceof UserError ? error : new UserError(400, "the body is no JSON", error);
  }
}

function describeRequest({ method, url, headers }: IncomingMessage, status: number, at: number): LanceDbRequest {
  return {
    at,
    method: method ?? "",
    path: (url ?? "").replace(/\?.*/, ""),
    status,
    authorization: headers.authorization?.split(" ")[0]?.toLowerCase() ?? "",
    sentApiKey: headers["x-api-key"] !== undefined,
    credentialType: String(headers["x-lancedb-credential-type"] ?? ""),
    database: String(headers["x-lancedb-database"] ?? ""),
    userAgent: headers["user-agent"] ?? "",
  };
}
