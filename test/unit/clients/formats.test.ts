// What lancedb-auth headers --format prints, for a token and for an API key, with and without the time of its end.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { HeadersReply } from "../../../src/broker/protocol.ts";
import { formatReply, formats, type Format } from "../../../src/clients/cli/formats.ts";

const end = "2030-01-02T03:04:05.678Z";
const reply: HeadersReply = {
  version: 1,
  connection: { name: "demo", uri: "db://demo/prefix", hostOverride: "http://127.0.0.1:10024" },
  headers: { authorization: "Bearer a.b'c", "x-lancedb-credential-type": "oidc" },
  expiresAt: Date.parse(end),
};
const keyed: HeadersReply = {
  version: 1,
  connection: { name: "cloud", uri: "db://cloud", region: "eu-west-1" },
  headers: { "x-api-key": 'sk_"1\\' },
};

const adbc = {
  uri: "grpc://127.0.0.1:10025",
  "adbc.flight.sql.authorization_header": "Bearer a.b'c",
  "adbc.flight.sql.rpc.call_header.x-lancedb-credential-type": "oidc",
  "adbc.flight.sql.rpc.call_header.x-lancedb-database": "demo",
};
const kubernetes = {
  apiVersion: "client.authentication.k8s.io/v1",
  kind: "ExecCredential",
  status: { token: "a.b'c", expirationTimestamp: end },
};
const attach =
  "ATTACH '$' AS lancedb (TYPE LANCE, ENDPOINT 'http://127.0.0.1:10024', BEARER_TOKEN 'a.b''c', HEADER 'x-lancedb-database=demo');";
const env = "LANCEDB_URI='db://demo/prefix'\nLANCEDB_HOST='http://127.0.0.1:10024'\nLANCEDB_TOKEN='a.b'\\''c'";
const plain = "authorization: Bearer a.b'c\nx-lancedb-credential-type: oidc";
const curl = 'header = "authorization: Bearer a.b\'c"\nheader = "x-lancedb-credential-type: oidc"';
const git = `username=lancedb-auth\npassword=a.b'c\npassword_expiry_utc=${String(Math.floor(Date.parse(end) / 1000))}`;

/** Without, with the time of its end, and for an API key. */
const expected: Readonly<Record<Format, readonly [string, string, string]>> = {
  plain: [plain, `${plain}\n# expires ${end}`, 'x-api-key: sk_"1\\'],
  json: [
    JSON.stringify(reply.headers),
    JSON.stringify({ headers: reply.headers, expiresAt: end }),
    JSON.stringify(keyed.headers),
  ],
  curl: [curl, `# expires ${end}\n${curl}`, 'header = "x-api-key: sk_\\"1\\\\"'],
  env: [
    env,
    `${env}\nLANCEDB_TOKEN_EXPIRES_AT='${end}'`,
    "LANCEDB_URI='db://cloud'\nLANCEDB_HOST='https://cloud.eu-west-1.api.lancedb.com'\nLANCEDB_TOKEN='sk_\"1\\'",
  ],
  duckdb: [
    attach,
    `-- expires ${end}\n${attach}`,
    "ATTACH '$' AS lancedb (TYPE LANCE, ENDPOINT 'https://cloud.eu-west-1.api.lancedb.com', API_KEY 'sk_\"1\\');",
  ],
  adbc: [
    JSON.stringify(adbc),
    JSON.stringify({ options: adbc, expiresAt: end }),
    JSON.stringify({
      "adbc.flight.sql.rpc.call_header.x-api-key": 'sk_"1\\',
      "adbc.flight.sql.rpc.call_header.x-lancedb-database": "cloud",
    }),
  ],
  "kubernetes-exec": [
    JSON.stringify(kubernetes),
    JSON.stringify(kubernetes),
    JSON.stringify({ ...kubernetes, status: { token: 'sk_"1\\' } }),
  ],
  "git-credential": [git, git, 'username=lancedb-auth\npassword=sk_"1\\'],
};

for (const format of formats) {
  test(`--format ${format} is what its readers read, with --expires as well, and for an API key`, () => {
    assert.deepEqual(
      [formatReply(reply, format, false), formatReply(reply, format, true), formatReply(keyed, format, true)],
      expected[format],
    );
  });
}
