// What a gateway is told by those who have no business there, and by those who have a ticket and want more than it opens: each is
// refused, and nothing of it reaches the server behind. Raw bytes on real sockets.
import assert from "node:assert/strict";
import { connect, type ClientHttp2Session, type IncomingHttpHeaders } from "node:http2";
import { after, before, test } from "node:test";
import { startGatewayStage, ticket, type GatewayStage } from "../../support/servers/gatewayStage.ts";

let stage: GatewayStage;
let readOnly: GatewayStage;
before(async () => {
  [stage, readOnly] = await Promise.all([
    startGatewayStage({ patience: { headMs: 400, stalledMs: 400 } }),
    startGatewayStage({ readOnly: true }),
  ]);
});
after(() => Promise.all([stage[Symbol.asyncDispose](), readOnly[Symbol.asyncDispose]()]));

type Request = {
  readonly method?: string;
  readonly target?: string;
  readonly version?: string;
  /** Undefined for none. */
  readonly host?: string | undefined;
  readonly headers?: readonly string[];
  readonly body?: string;
};

/** A request that would be let through, but for what is given. */
function written(request: Request): string {
  const { method = "GET", target = `/${ticket}/v1/table/`, version = "HTTP/1.1", headers = [], body = "" } = request;
  const host = "host" in request ? request.host : stage.authority;
  const all = [...(host === undefined ? [] : [`Host: ${host}`]), ...headers, "Connection: close"];
  return `${[`${method} ${target} ${version}`, ...all].join("\r\n")}\r\n\r\n${body}`;
}

const withTicket = (more: readonly string[]): readonly string[] => [`x-lancedb-auth-ticket: ${ticket}`, ...more];
const statusOf = (reply: string): number | "closed" =>
  Number(/^HTTP\/1\.1 (\d{3})/.exec(reply)?.[1] ?? NaN) || "closed";

const attacks: Readonly<Record<string, readonly [Request, number | "closed"]>> = {
  "no ticket": [{ target: "/v1/table/" }, 403],
  "a guessed ticket in the path": [{ target: `/${"x".repeat(43)}/v1/table/` }, 403],
  "the beginning of the ticket": [{ target: `/${ticket.slice(0, -1)}/v1/table/` }, 403],
  "the ticket with more behind it": [{ target: `/${ticket}A/v1/table/` }, 403],
  "the ticket in the query": [{ target: `/v1/table/?ticket=${ticket}` }, 403],
  "the ticket in a cookie": [{ target: "/v1/table/", headers: [`Cookie: x-lancedb-auth-ticket=${ticket}`] }, 403],
  "a guessed bearer": [{ target: "/v1/table/", headers: ["Authorization: Bearer x"] }, 403],
  "a foreign Host (DNS rebinding)": [{ host: "evil.example" }, 421],
  "a foreign Host with this port": [{ host: "evil.example:80" }, 421],
  "no Host": [{ host: undefined }, 400],
  "no Host in HTTP/1.0": [{ host: undefined, version: "HTTP/1.0" }, 421],
  "two Hosts": [{ headers: ["Host: evil.example"] }, 421],
  "the right Host with another port": [{ host: "127.0.0.1:1" }, 421],
  "an Origin": [{ headers: ["Origin: https://evil.example"] }, 403],
  "an Origin that is null": [{ headers: ["Origin: null"] }, 403],
  "a page that loads a picture": [{ headers: ["Sec-Fetch-Site: cross-site"] }, 403],
  "a preflight": [{ method: "OPTIONS", headers: ["Access-Control-Request-Method: PUT"] }, 403],
  "a URL of another server": [{ target: "http://evil.example/v1/table/", headers: withTicket([]) }, 400],
  "CONNECT to another server": [{ method: "CONNECT", target: "evil.example:443" }, "closed"],
  "a path with another server": [{ target: "//evil.example/v1/table/", headers: withTicket([]) }, 400],
  "a way up": [{ target: `/${ticket}/../admin` }, 400],
  "an encoded way up": [{ target: `/${ticket}/v1/%2e%2E/%2e./admin` }, 400],
  "a way up behind an encoded slash": [{ target: `/${ticket}/v1/x%2f..%2f..%2fadmin` }, 400],
  "a backslash": [{ target: `/${ticket}/v1\\..\\admin` }, 400],
  "an encoded line break in the path": [{ target: `/${ticket}/v1/x%0d%0aauthorization:%20mine` }, 400],
  "an encoded NUL": [{ target: `/${ticket}/v1/x%00` }, 400],
  "a fragment": [{ target: `/${ticket}/v1/table/#/admin` }, 400],
  "two lengths": [{ method: "POST", headers: ["Content-Length: 1", "Content-Length: 2"], body: "xx" }, 400],
  "a length and chunks": [
    { method: "POST", headers: ["Content-Length: 4", "Transfer-Encoding: chunked"], body: "0\r\n\r\nGET /smuggled" },
    400,
  ],
  "chunks in disguise": [{ method: "POST", headers: ["Transfer-Encoding: xchunked"], body: "0\r\n\r\n" }, 400],
  "chunks and something else": [{ method: "POST", headers: ["Transfer-Encoding: chunked, identity"], body: "0" }, 400],
  "a folded header": [{ headers: ["x-a: b", " Origin: c"] }, 400],
  "a space before the colon": [{ headers: ["Transfer-Encoding : chunked"] }, 400],
  "a bare line feed": [{ headers: ["x-a: b\nx-c: d"] }, 400],
  "a NUL in a header": [{ headers: ["x-a: b\0c"] }, 400],
  "a length that is no number": [{ method: "POST", headers: ["Content-Length: 0x2"], body: "xx" }, 400],
  "headers of 17 KB": [{ headers: [`x-a: ${"a".repeat(17_000)}`] }, 431],
  "a path of 17 KB": [{ target: `/${ticket}/${"a".repeat(17_000)}` }, 431],
  "a thousand headers": [{ headers: Array.from({ length: 2_000 }, (_, index) => `x-${String(index)}: a`) }, 431],
  TRACE: [{ method: "TRACE" }, 405],
  "a method of its own": [{ method: "PROPFIND" }, 405],
  "another database than the connection's": [{ headers: ["x-lancedb-database: other"] }, 403],
  "another version of HTTP": [{ version: "HTTP/3.0" }, 400],
};

for (const [name, [request, status]] of Object.entries(attacks)) {
  test(`${name} is refused, and nothing reaches the server`, async () => {
    const before = stage.seen.length;
    const reply = await stage.speak(written(request));
    assert.deepEqual(
      [statusOf(reply), reply.includes("from the server"), stage.seen.length - before],
      [status, false, 0],
    );
  });
}

test("bytes that are no HTTP are answered with 400 and the end of the connection", async () => {
  assert.deepEqual([statusOf(await stage.speak("\x16\x03\x01\x02\0\x01\0")), stage.seen.length], [400, 0]);
});

for (const [name, parts] of [
  ["says nothing", () => []],
  ["sends a head and never its end", () => [written({}).slice(0, -3)]],
  ["sends the beginning of HTTP/2 and no more", () => ["PRI * HTTP/2.0\r\n"]],
] as const) {
  test(`a client that ${name} is shown the door`, async () => {
    const reply = await stage.speak(...parts());
    assert.deepEqual([["closed", 408].includes(statusOf(reply)), stage.seen.length], [true, 0]);
  });
}

test("a client that stops in the middle of a body is shown the door, and the server hears no end of it", async () => {
  await using own = await startGatewayStage({ patience: { headMs: 5_000, stalledMs: 300 } });
  const head = written({ method: "POST", host: own.authority, headers: ["Content-Length: 100"] });
  assert.equal((await own.speak(head, "half")).includes("from the server"), false);
});

test("what steers proxies and servers is not passed on, and neither is what a Connection header names", async () => {
  await using own = await startGatewayStage();
  const headers = [
    ...[
      "X-HTTP-Method-Override: DELETE",
      "X-Original-URL: /admin",
      "X-Forwarded-Host: evil.example",
      "Forwarded: host=evil",
    ],
    ...[
      "Upgrade: h2c",
      "HTTP2-Settings: AAMAAABkAAQAAP__",
      "Connection: keep-alive, x-secret",
      "x-secret: a",
      "TE: trailers",
    ],
    ...[
      "Cookie: a=b",
      "Proxy-Authorization: Basic eA==",
      "Authorization: Bearer mine",
      "x-api-key: mine",
      "x-own: kept",
    ],
  ];
  await own.speak(written({ host: own.authority, headers }));
  const { host: _, connection: __, ...passed } = own.seen[0]?.headers ?? {};
  assert.deepEqual(passed, {
    "x-own": "kept",
    authorization: "Bearer token",
    "x-lancedb-credential-type": "oidc",
    "x-lancedb-database": "demo",
  });
});

for (const [name, target, headers] of [
  ["the path", `/${ticket}/v1/table/a%2Fb$c/?x=%20y`, []],
  ["a header of ours", "/v1/table/a%2Fb$c/?x=%20y", [`x-lancedb-auth-ticket: ${ticket}`]],
  ["the place of a token", "/v1/table/a%2Fb$c/?x=%20y", [`Authorization: Bearer ${ticket}`]],
  ["the place of an API key", "/v1/table/a%2Fb$c/?x=%20y", [`x-api-key: ${ticket}`]],
] as const) {
  test(`with the ticket in ${name} the path arrives as it was written, without the ticket`, async () => {
    await using own = await startGatewayStage();
    const reply = await own.speak(written({ target, host: own.authority, headers }));
    assert.deepEqual(
      [statusOf(reply), /x-reply: kept/i.test(reply), own.seen[0]?.url, JSON.stringify(own.seen).includes(ticket)],
      [200, true, "/base/v1/table/a%2Fb$c/?x=%20y", false],
    );
  });
}

/** Status and headers of one request of HTTP/2 without TLS; undefined where it was reset. */
async function askHttp2(
  own: GatewayStage,
  headers: Readonly<Record<string, string>>,
): Promise<IncomingHttpHeaders | undefined> {
  const session: ClientHttp2Session = connect(`http://${own.authority}`);
  session.on("error", () => undefined);
  try {
    return await new Promise((resolve) => {
      const asked = session.request({ ":path": `/${ticket}/v1/table/`, ...headers });
      asked.on("response", resolve);
      asked.on("error", () => resolve(undefined));
      asked.on("close", () => resolve(undefined));
      asked.resume().end();
    });
  } finally {
    session.close();
  }
}

test("HTTP/2 without TLS comes through the same port, by the same rules", async () => {
  await using own = await startGatewayStage();
  const asked: Readonly<Record<string, Readonly<Record<string, string>>>> = {
    good: {},
    "no ticket": { ":path": "/v1/table/" },
    "foreign authority": { ":authority": "evil.example" },
    "foreign host": { host: "evil.example" },
    origin: { origin: "null" },
    "way up": { ":path": `/${ticket}/../x` },
    TRACE: { ":method": "TRACE" },
  };
  const statuses = await Promise.all(
    Object.entries(asked).map(async ([name, headers]) => [name, (await askHttp2(own, headers))?.[":status"]]),
  );
  assert.deepEqual(
    [Object.fromEntries(statuses), own.seen.length],
    [
      ...[
        {
          good: 200,
          "no ticket": 403,
          "foreign authority": 421,
          "foreign host": 421,
          origin: 403,
          "way up": 400,
          TRACE: 405,
        },
      ],
      1,
    ],
  );
});

test("headers of 70 KB in HTTP/2 are refused", async () => {
  await using own = await startGatewayStage();
  const headers = Object.fromEntries(Array.from({ length: 20 }, (_, n) => [`x-${String(n)}`, "a".repeat(3_500)]));
  const reply = await askHttp2(own, headers);
  assert.deepEqual([Number(reply?.[":status"] ?? 0) !== 200, own.seen.length], [true, 0]);
});

test("600 connections that say nothing keep nobody out for longer than their time", async () => {
  await using own = await startGatewayStage({ patience: { headMs: 300, stalledMs: 5_000 } });
  const silent = Array.from({ length: 600 }, () => own.speak());
  await Promise.all(silent);
  assert.equal(statusOf(await own.speak(written({ host: own.authority }))), 200);
});

test("opened for containers, a gateway is called by this machine's addresses and by no other name", async () => {
  await using own = await startGatewayStage({ bind: "0.0.0.0" });
  const port = String(own.port);
  const hosts = ["127.0.0.1", "host.docker.internal", "host.containers.internal", "evil.example", "1.2.3.4"];
  const replies = await Promise.all(hosts.map((host) => own.speak(written({ host: `${host}:${port}` }))));
  assert.deepEqual(replies.map(statusOf), [200, 200, 200, 421, 421]);
});

/** Every route of both clients and of the namespace's REST, by whether it only reads. */
const table = "/v1/table/db$t/";
const reads = [
  ...[
    "GET /v1/table/",
    "GET /v1/namespace/$/list",
    "GET /v1/namespace/a$b/table/list",
    "POST /v1/namespace/a/describe",
  ],
  ...["POST /v1/namespace/a/exists", "POST /v1/jobs/list", "POST /v1/jobs/describe", "POST /v1/functions/get"],
  ...["describe/", "describe", "exists", "query/", "count_rows/", "explain_plan/", "analyze_plan/", "stats/"].map(
    ofTable,
  ),
  ...["version/list/", "tags/list/", "tags/version/", "index/list/", "index/i%2Fj/stats/", "branches/list/"].map(
    ofTable,
  ),
  ...["branches/diff/", "fetch_blobs/", "get_lsm_stats/", "get_lsm_write_spec/"].map(ofTable),
  `GET ${table}blob/image/1/bytes`,
];
const writes = [
  ...["create/", "insert/", "merge_insert/", "update/", "delete/", "drop/", "rename/", "clone", "restore/"].map(
    ofTable,
  ),
  ...["create_index/", "create_scalar_index", "index/i/drop/", "index/i/prewarm/", "page_cache/prewarm/"].map(ofTable),
  ...["add_columns/", "alter_columns/", "drop_columns/", "backfill_column", "update_field_metadata/"].map(ofTable),
  ...["tags/create/", "tags/update/", "tags/delete/", "branches/create/", "branches/delete/"].map(ofTable),
  ...["branches/cherry_pick/", "set_lsm_write_spec/", "unset_lsm_write_spec/", "flush_lsm/", "compact_lsm/"].map(
    ofTable,
  ),
  ...["multipart_write/create", "multipart_write/complete", "multipart_write/abort", "register", "deregister"].map(
    ofTable,
  ),
  ...["POST /v1/namespace/a/create", "POST /v1/namespace/a/drop", "POST /v1/jobs/cancel", "POST /v1/functions/create"],
  ...["POST /v1/transaction/t/alter", "DELETE /v1/table/t", "PUT /v1/table/t/describe/", "POST /v1/of/tomorrow"],
  ...["POST /v1/table/t/insert/?x=/query/", "POST /v1/table/t%2Fquery/insert/", "POST /v1/table/t/drop/query/../"],
];

function ofTable(route: string): string {
  return `POST ${table}${route}`;
}

for (const [kind, routes, status] of [
  ["reads", reads, 200],
  ["writes", writes, 403],
] as const) {
  test(`read-only, each of ${String(routes.length)} routes that ${kind} is answered with ${String(status)}`, async () => {
    const statuses = routes.map(async (route) => {
      const [method = "", path = ""] = route.split(" ");
      const length = method === "GET" ? [] : ["Content-Length: 0"];
      const target = `/${ticket}${path}`;
      return [
        route,
        statusOf(await readOnly.speak(written({ method, target, host: readOnly.authority, headers: length }))),
      ];
    });
    const odd = (await Promise.all(statuses)).filter(
      ([, got]) => got !== status && got !== (kind === "writes" ? 400 : 200),
    );
    assert.deepEqual(odd, []);
  });
}
