// The tests' LanceDB server serves LanceDB's real clients, and only those who show a token that is good.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { connect, type Connection } from "@lancedb/lancedb";
import {
  clients,
  scopes,
  startAuthorizationServer,
  type AuthorizationServer,
  type TestClient,
} from "../../support/servers/authorizationServer.ts";
import { startLanceDbServer, type LanceDbServer } from "../../support/servers/lancedbServer.ts";
import { ensurePython } from "../../support/runner/tools.ts";

const apiKey = "key-of-the-test";
const python = await ensurePython();
let authorization: AuthorizationServer;
let lancedb: LanceDbServer;

before(async () => {
  authorization = await startAuthorizationServer();
  lancedb = await startLanceDbServer({ ...authorization, apiKey });
});
after(async () => {
  await lancedb.close();
  await authorization.close();
});

/** Node's client posts the secret, hence this client. */
function signIn(): Promise<Connection> {
  const { id: clientId, secret: clientSecret } = clients.post;
  const oauthConfig = {
    issuerUrl: authorization.issuerUrl,
    clientId,
    clientSecret,
    scopes: [scopes.read, scopes.write],
  };
  return connect("db://demo", { hostOverride: lancedb.host, oauthConfig });
}

async function tokenFor({ id, secret }: TestClient, asked: Record<string, string> = {}): Promise<string> {
  const headers = { authorization: `Basic ${btoa(`${id}:${secret}`)}` };
  const body = new URLSearchParams({ grant_type: "client_credentials", ...asked });
  const reply: unknown = await (await fetch(authorization.tokenUrl, { method: "POST", headers, body })).json();
  return String((reply as Record<string, unknown>)["access_token"]);
}

async function get(path: string, headers: Record<string, string> = {}): Promise<[number, string]> {
  const reply = await fetch(lancedb.host + path, { headers });
  return [reply.status, await reply.text()];
}

test("the Node client creates, opens, searches, inserts, counts and drops", async () => {
  const db = await signIn();
  const birds = ["ada", "bea", "cid"].map((name, index) => ({ name, vector: [index, 1] }));
  await db.createTable("birds", birds);
  const table = await db.openTable("birds");
  await table.add([{ name: "dot", vector: [3, 1] }]);
  const nearest = (await table.search([2.1, 1]).limit(2).toArray()) as { name: string }[];
  const all = (await table.query().select(["name"]).toArray()) as { name: string }[];
  const seen = {
    names: (await db.listTables()).tables,
    columns: (await table.schema()).names,
    nearest: nearest.map(({ name }) => name),
    all: all.map(({ name }) => name),
    rows: await table.countRows(),
    some: await table.countRows("name < 'c'"),
    again: await refusal(db.createTable("birds", birds)),
    missing: await refusal(db.openTable("nothing")),
  };
  await db.dropTable("birds");
  assert.deepEqual(
    { ...seen, left: (await db.listTables()).tables },
    {
      names: ["birds", "penguins"],
      columns: ["name", "vector"],
      nearest: ["cid", "dot"],
      all: ["ada", "bea", "cid", "dot"],
      rows: 4,
      some: 2,
      again: "already exists",
      missing: "not found",
      left: ["penguins"],
    },
  );
});

test("a table that exists is kept or replaced, as was asked", async () => {
  const db = await signIn();
  const [one, two] = [[{ vector: [1, 2] }], [{ vector: [1, 2] }, { vector: [3, 4] }]];
  await db.createTable("eggs", one);
  await db.createTable("eggs", two, { existOk: true });
  const kept = await (await db.openTable("eggs")).countRows();
  await db.createTable("eggs", two, { mode: "overwrite" });
  const replaced = await (await db.openTable("eggs")).countRows();
  await db.dropTable("eggs");
  assert.deepEqual({ kept, replaced }, { kept: 1, replaced: 2 });
});

async function refusal(asked: Promise<unknown>): Promise<string> {
  const said = await asked.then(
    () => "nothing",
    (error: unknown) => String(error),
  );
  return /already exists|not found/.exec(said)?.[0] ?? said;
}

test(
  "the Python client creates, opens, searches, inserts, counts and drops",
  { skip: python === undefined && "no Python here" },
  async () => {
    const script = join(import.meta.dirname, "lancedbServer.py");
    const env = {
      ...process.env,
      TEST_HOST: lancedb.host,
      TEST_TOKEN: await tokenFor(clients.basic),
      NO_PROXY: "127.0.0.1",
    };
    const { stdout } = await promisify(execFile)(python ?? "", [script], { env });
    assert.deepEqual(JSON.parse(stdout), {
      names: ["birds", "penguins"],
      columns: ["name", "vector"],
      nearest: ["cid", "dot"],
      filtered: ["cid", "dot"],
      rows: 4,
      some: 2,
      again: true,
      missing: true,
      left: ["penguins"],
    });
  },
);

test("the penguins are there and can be searched by their measurements", async () => {
  const table = await (await signIn()).openTable("penguins");
  const found = (await table.search([0.6, 0.3, 0.8, 0.8]).limit(3).toArray()) as { species: string }[];
  assert.deepEqual(
    { rows: await table.countRows(), species: found.map(({ species }) => species) },
    { rows: 342, species: ["Gentoo", "Gentoo", "Gentoo"] },
  );
});

test("every refusal has its status and a sentence", async (t) => {
  const good = await tokenFor(clients.basic);
  const other = await startAuthorizationServer();
  const foreign = await startLanceDbServer({ ...other, penguins: false });
  t.after(() => foreign.close());
  const elsewhere = await fetch(`${foreign.host}/v1/table/`, { headers: { authorization: `Bearer ${good}` } });
  await other.close();
  const misdirected = await tokenFor(clients.basic, { resource: "https://other.example/" });
  const headers = { authorization: `Bearer ${await tokenFor(clients.reader)}` };
  const write = await fetch(`${lancedb.host}/v1/table/penguins/drop/`, { method: "POST", headers });
  assert.deepEqual(
    [
      await get("/v1/table/"),
      await get("/v1/table/", { authorization: "Bearer rubbish" }),
      await get("/v1/table/", { authorization: `Bearer ${good.slice(0, -8)}AAAAAAAA` }),
      await get("/v1/table/", { authorization: `Bearer ${misdirected}` }),
      await get("/v1/table/", { "x-api-key": "wrong" }),
      [elsewhere.status, (await elsewhere.text()).replace(/:.*/, "")],
      [write.status, await write.text()],
    ],
    [
      [401, "No access token was sent."],
      [401, "The access token is not valid: Invalid Compact JWS."],
      [401, "The access token is not valid: signature verification failed."],
      [401, 'The access token is not for this server: unexpected "aud" claim value.'],
      [401, "The API key is not valid here: an OAuth access token is needed."],
      [401, "The access token is not valid"],
      [403, "The access token lacks the scope lancedb:write."],
    ],
  );
});

test("an expired token is refused", async () => {
  authorization.accessTokenSeconds = 1;
  const token = await tokenFor(clients.basic);
  authorization.accessTokenSeconds = 600;
  const claims = JSON.parse(atob(token.split(".")[1] ?? "")) as { exp: number };
  await new Promise((resolve) => setTimeout(resolve, claims.exp * 1000 - Date.now() + 5));
  assert.deepEqual(await get("/v1/table/", { authorization: `Bearer ${token}` }), [
    401,
    "The access token has expired.",
  ]);
});

test("no token can be verified while the identity provider is down", async (t) => {
  const down = await startAuthorizationServer();
  const server = await startLanceDbServer({ ...down, penguins: false });
  t.after(() => server.close());
  await down.close();
  const headers = { authorization: `Bearer ${await tokenFor(clients.basic)}` };
  const reply = await fetch(`${server.host}/v1/table/`, { headers });
  assert.equal(reply.status, 503);
});

test("an API key is taken in place of a token", async () => {
  assert.deepEqual(await get("/v1/table/", { "x-api-key": apiKey }), [200, '{"tables":["penguins"]}']);
});

test("tables are listed in pages", async (t) => {
  const headers = { "x-api-key": apiKey };
  const more = await startLanceDbServer({ ...authorization, apiKey });
  t.after(() => more.close());
  const db = await connect("db://demo", { hostOverride: more.host, apiKey });
  await db.createTable("albatrosses", [{ vector: [1, 2] }]);
  const list = async (query: string): Promise<Record<string, unknown>> =>
    (await (await fetch(`${more.host}/v1/table/?${query}`, { headers })).json()) as Record<string, unknown>;
  const first = await list("limit=1");
  const second = await list(`limit=1&page_token=${encodeURIComponent(String(first["page_token"]))}`);
  assert.deepEqual([first["tables"], second["tables"]], [["albatrosses"], ["penguins"]]);
});

test("the log says who came how, and never with what", async () => {
  const before = lancedb.requests.length;
  const db = await signIn();
  await db.listTables();
  await get("/v1/table/");
  const seen = lancedb.requests.slice(before).map(({ at: _, userAgent: __, ...rest }) => rest);
  const common = { method: "GET", database: "demo", sentApiKey: false };
  assert.deepEqual(seen, [
    {
      ...common,
      path: "/v1/namespace/$/table/list",
      status: 200,
      authorization: "bearer",
      credentialType: "oidc",
    },
    { ...common, path: "/v1/table/", status: 401, authorization: "", credentialType: "", database: "" },
  ]);
});
