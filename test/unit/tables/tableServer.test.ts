// The door to a LanceDB server, against a real one that wants the tokens of a real authorization server.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, describe, test } from "node:test";
import { clientCredentials } from "../../../src/oauth/grants/grants.ts";
import { parseConnection } from "../../../src/oauth/connection.ts";
import { OAuthHeaderProvider } from "../../../src/oauth/provider.ts";
import { Secret } from "../../../src/oauth/secret.ts";
import { rowsIn } from "../../../src/tables/arrowRows.ts";
import { vectorText } from "../../../src/tables/columns.ts";
import { ServerError } from "../../../src/tables/serverError.ts";
import { tableNames } from "../../../src/tables/tableNames.ts";
import { countRows, describeTable, firstRows, listTables, type ServerAccess } from "../../../src/tables/tableServer.ts";
import {
  clients,
  startAuthorizationServer,
  type AuthorizationServer,
} from "../../support/servers/authorizationServer.ts";
import { startLanceDbServer, type LanceDbServer } from "../../support/servers/lancedbServer.ts";
import { startManyTables } from "../../support/servers/manyTables.ts";

let authorization: AuthorizationServer;
let lancedb: LanceDbServer;
let access: ServerAccess;

before(async () => {
  authorization = await startAuthorizationServer({ accessTokenSeconds: 600 });
  lancedb = await startLanceDbServer({ ...authorization });
  const { issuerUrl } = authorization;
  const connection = parseConnection({ name: "demo", uri: "db://demo", issuerUrl, clientId: clients.demo.id });
  const secret = (): Promise<Secret> => Promise.resolve(new Secret(clients.demo.secret));
  const provider = new OAuthHeaderProvider(clientCredentials(connection, secret, fetch));
  access = accessTo(lancedb.host, () => provider.headers());
});
after(async () => {
  await lancedb.close();
  await authorization.close();
});

function accessTo(
  host: string,
  headers: ServerAccess["headers"] = () => Promise.resolve({ authorization: "Bearer x" }),
  deadlineMs = 20_000,
): ServerAccess {
  return { fetch: (url, init) => fetch(url, init), host, database: "demo", headers, deadlineMs };
}

async function codeOf(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => "no failure",
    (error: unknown) => (error instanceof ServerError ? error.code : String(error)),
  );
}

describe("a real server", () => {
  test("lists its tables, describes one, and counts its rows", async () => {
    const { columns } = await describeTable(access, "penguins");
    assert.deepEqual(
      [await listTables(access, 10, undefined), await countRows(access, "penguins"), vectorText(columns)],
      [{ names: ["penguins"] }, 342, "vector (4)"],
    );
  });

  test("gives the first rows of the wanted columns as Arrow, which is read into short texts", async () => {
    const arrow = await firstRows(access, "penguins", { limit: 2, columns: ["species", "year", "vector"] });
    const { names, rows } = rowsIn(arrow);
    assert.deepEqual(
      [names, rows.length, rows[0]?.slice(0, 2)],
      [["species", "year", "vector"], 2, ["Adelie", "2007"]],
    );
    assert.match(rows[0]?.[2] ?? "", /^\[0\.\d+, 0\.\d+, 0\.\d+, 0\.\d+\]$/);
  });

  test("is sent the headers of its connection and the database, and nothing else that is ours", () => {
    const wire = lancedb.requests.map(({ authorization: scheme, database, sentApiKey }) => [
      scheme,
      database,
      sentApiKey,
    ]);
    assert.deepEqual([...new Set(wire.map((each) => JSON.stringify(each)))], ['["bearer","demo",false]']);
  });

  test("says 401 to a foreign token, and the server's own words are told", async () => {
    const failure = await listTables(accessTo(lancedb.host), 10, undefined).catch((error: unknown) => error);
    assert.match(
      failure instanceof ServerError ? failure.sentence : "",
      /^The token is not accepted: 127\.0\.0\.1:\d+ answered 401, “.+[^.]”\. It was made.* Check issuer/,
    );
  });

  test("says 404 for a table that is not there", async () => {
    assert.equal(await codeOf(describeTable(access, "no such table/..")), "table_not_found");
  });
});

describe("a server that fails", () => {
  for (const [status, code] of [
    [307, "redirected"],
    [400, "refused"],
    [401, "unauthorized"],
    [403, "forbidden"],
    [404, "not_found"],
    [429, "rate_limited"],
    [503, "server_error"],
  ] as const) {
    test(`with ${status} is told as ${code}`, async () => {
      const many = await startManyTables(1);
      many.status = status;
      const found = await codeOf(listTables(accessTo(many.host), 10, undefined));
      await many.close();
      assert.equal(found, code);
    });
  }

  test("by not being there, under no name, or without TLS is told apart", async () => {
    const closed = await startManyTables(1);
    await closed.close();
    const plain = await startManyTables(1);
    const withoutTls = await codeOf(listTables(accessTo(plain.host.replace("http:", "https:")), 10, undefined));
    await plain.close();
    assert.deepEqual(
      [
        withoutTls,
        await codeOf(listTables(accessTo(closed.host), 10, undefined)),
        await codeOf(listTables(accessTo("https://nowhere.invalid"), 10, undefined)),
      ],
      ["not_https", "connection_refused", "name_not_found"],
    );
  });

  test("by staying silent is told as a timeout, and one that nobody waits for as cancelled", async () => {
    const many = await startManyTables(1);
    many.silent = true;
    const abort = new AbortController();
    const cancelled = codeOf(countRows(accessTo(many.host), "a", abort.signal));
    abort.abort();
    const found = [await cancelled, await codeOf(countRows(accessTo(many.host, undefined, 50), "a"))];
    await many.close();
    assert.deepEqual(found, ["cancelled", "timeout"]);
  });

  test("redirecting elsewhere does not take the token there", async () => {
    const arrived: (string | undefined)[] = [];
    const elsewhere = createServer((request, response) => {
      arrived.push(request.headers.authorization);
      response.end("{}");
    });
    await new Promise<void>((resolve) => elsewhere.listen(0, "127.0.0.1", resolve));
    const { port } = elsewhere.address() as AddressInfo;
    const own = createServer((_, response) =>
      response.writeHead(307, { location: `http://127.0.0.1:${port}/v1/table/` }).end(),
    );
    await new Promise<void>((resolve) => own.listen(0, "127.0.0.1", resolve));
    const code = await codeOf(
      listTables(accessTo(`http://127.0.0.1:${(own.address() as AddressInfo).port}`), 10, undefined),
    );
    for (const server of [own, elsewhere]) server.close();
    assert.deepEqual([code, arrived], ["redirected", []]);
  });
});

test("all pages of a database with 5,000 tables are read, and a server that repeats its page does not hold us", async () => {
  const many = await startManyTables(5_000);
  const { names, isCut } = await tableNames(accessTo(many.host));
  await many.close();
  const same = createServer((_, response) => response.end('{"tables":["a","b"],"page_token":"b"}'));
  await new Promise<void>((resolve) => same.listen(0, "127.0.0.1", resolve));
  const repeated = await tableNames(accessTo(`http://127.0.0.1:${(same.address() as AddressInfo).port}`));
  same.close();
  assert.deepEqual([names.length, isCut, repeated], [5_000, false, { names: ["a", "b"], isCut: false }]);
});
