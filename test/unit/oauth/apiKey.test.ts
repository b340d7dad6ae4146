// An API key as a credential: which texts can be one, what a LanceDB server says to it, what it is kept under, what is sent.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { problemWithApiKey, replyReader, tryApiKey } from "../../../src/oauth/apiKey.ts";
import { parseConnection, secretOwner, type Connection } from "../../../src/oauth/connection.ts";
import { requestHeaders } from "../../../src/oauth/lancedbRequest.ts";
import { Secret } from "../../../src/oauth/secret.ts";
import { startAuthorizationServer, type AuthorizationServer } from "../../support/servers/authorizationServer.ts";
import { startLanceDbServer, type LanceDbServer } from "../../support/servers/lancedbServer.ts";
import { listenOnLoopback } from "../../support/servers/loopback.ts";
import { startRecorder } from "../../support/recorder.ts";

const apiKey = "sk_penguin_4711==";

let authorization: AuthorizationServer;
let lancedb: LanceDbServer;
before(async () => {
  authorization = await startAuthorizationServer();
  lancedb = await startLanceDbServer({ ...authorization, apiKey });
});
after(() => Promise.all([authorization.close(), lancedb.close()]));

function keyed(fields: Readonly<Record<string, unknown>> = {}): Connection {
  return parseConnection({ name: "keyed", uri: "db://demo", flow: "api_key", ...fields });
}

const outcome = (connection: Connection, key: string): Promise<unknown> =>
  tryApiKey(connection, new Secret(key), (url, init) => fetch(url, init), undefined).then(
    () => "taken",
    (error: unknown) => (error instanceof Error && "code" in error ? error.code : error),
  );

test("a key needs neither issuer nor client", () => {
  const { flow, clientId, issuerUrl } = keyed();
  assert.deepEqual([flow, clientId, issuerUrl], ["api_key", "", undefined]);
});

test("a key is sent as x-api-key alone, and never expires", () => {
  const token = replyReader(keyed())({ accessToken: apiKey }, 5);
  assert.deepEqual([requestHeaders(keyed(), token), token.expiresAt], [{ "x-api-key": apiKey }, undefined]);
});

test("only what a header can carry is a key", () => {
  const hostile = ["", "a b", "a\r\nx-evil: 1", "a\u0000", "schl\u00fcssel", "\u202ea", "k".repeat(4097)];
  assert.deepEqual(
    [...hostile, apiKey].map((text) => problemWithApiKey(text) === undefined),
    [...hostile.map(() => false), true],
  );
});

test("the server is asked whether it takes the key", async () => {
  const connection = keyed({ hostOverride: lancedb.host });
  assert.deepEqual([await outcome(connection, apiKey), await outcome(connection, "other")], ["taken", "key_rejected"]);
});

test("a server that is not there or sends elsewhere says nothing about the key, and nobody else gets it", async () => {
  const [elsewhere, redirecting] = [await startRecorder(), await listenOnLoopback()];
  redirecting.listener = (request, response) => {
    request.resume();
    response.writeHead(307, { location: `${elsewhere.host}/v1/table/` }).end();
  };
  const hosts = ["http://127.0.0.1:1", redirecting.origin];
  const codes = await Promise.all(hosts.map((hostOverride) => outcome(keyed({ hostOverride }), apiKey)));
  await Promise.all([elsewhere.close(), redirecting.close()]);
  assert.deepEqual([codes, elsewhere.seen], [["lancedb_unreachable", "lancedb_unreachable"], []]);
});

test("a key belongs to its server and database: another host, region or database never gets it", () => {
  const owner = secretOwner(keyed({ hostOverride: "https://lance.example/base" }));
  const others = [
    { hostOverride: "https://evil.example" },
    { hostOverride: "https://lance.example:8443" },
    { hostOverride: "https://lance.example", uri: "db://other" },
    { region: "eu-west-1" },
    {},
  ];
  assert.deepEqual(
    [
      others.map((fields) => secretOwner(keyed(fields)) === owner),
      secretOwner(keyed({ name: "b", hostOverride: "https://lance.example" })) === owner,
    ],
    [others.map(() => false), true],
  );
});
