// Microseconds of a request of LanceDB's client, by turns: an unchanged connect that the hook completes ("ours"), a static header,
// LanceDB's own OAuth, and the class published with LanceDB. The server and the OAuth configuration come in BENCH_REQUESTS.
import { connect, OAuthHeaderProvider } from "@lancedb/lancedb";

const { hostOverride, oauthConfig } = JSON.parse(process.env.BENCH_REQUESTS);
const extraHeaders = { authorization: `Bearer ${"a".repeat(800)}`, "x-lancedb-credential-type": "oidc" };
const published = new OAuthHeaderProvider(async () => ({ accessToken: "a".repeat(800), expiresIn: 3600 }));
await published.refreshToken();
const connections = {
  ours: await connect("db://bench"),
  static: await connect("db://bench", { apiKey: "", hostOverride, clientConfig: { extraHeaders } }),
  ownOAuth: await connect("db://bench", { hostOverride, oauthConfig }),
  published: await connect("db://bench", { apiKey: "", hostOverride }, undefined, published),
};
const ways = [];
for (const [name, connection] of Object.entries(connections)) {
  ways.push({ name, table: await connection.openTable("rows"), times: [] });
}

for (let turn = 0; turn < 300; turn++) for (const { table } of ways) await table.countRows();
for (let turn = 0; turn < 4_000; turn++) {
  // By chance, for what one leaves to be done falls to the next.
  const order = ways.map((way) => ({ way, at: Math.random() })).sort((one, other) => one.at - other.at);
  for (const { way } of order) {
    const started = performance.now();
    await way.table.countRows();
    way.times.push((performance.now() - started) * 1000);
  }
}

function median(values) {
  return values.sort((a, b) => a - b)[Math.floor(values.length / 2)];
}

console.log(JSON.stringify(Object.fromEntries(ways.map(({ name, times }) => [name, median(times)]))));
// A header provider keeps LanceDB's client from ending by itself.
process.exit(0);
