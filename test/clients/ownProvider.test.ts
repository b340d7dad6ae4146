// OAuthHeaderProvider handed to the real LanceDB client as it is, by a program of its own: it fetches, serves and rotates.
import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { test } from "node:test";
import { startSession } from "../support/session.ts";
import { root } from "../support/runner/tools.ts";

test("LanceDB's connect takes our provider, and every request carries its token, over a rotation", async () => {
  await using session = await startSession({ autoConnect: "off" });
  const source = (path: string) => JSON.stringify(pathToFileURL(join(root, "src", "oauth", path)).href);
  const script = join(root, ".demo", "own-provider.mjs");
  await mkdir(join(root, ".demo"), { recursive: true });
  const { demo } = session.authorization.clients;
  await writeFile(
    script,
    `import { connect } from "@lancedb/lancedb";
import { parseConnection } from ${source("connection.ts")};
import { clientCredentials } from ${source("grants/grants.ts")};
import { OAuthHeaderProvider } from ${source("provider.ts")};
import { Secret } from ${source("secret.ts")};

const [issuerUrl, hostOverride, clientId] = process.argv.slice(2);
const connection = parseConnection({ name: "demo", uri: "db://demo", issuerUrl, clientId });
const secret = new Secret(process.env.DEMO_SECRET);
const provider = new OAuthHeaderProvider(clientCredentials(connection, async () => secret, fetch));
await provider.refreshToken();
const first = provider.getHeaders().authorization;
const db = await connect("db://demo", { apiKey: "", hostOverride }, undefined, provider);
console.log((await db.tableNames()).join());
await provider.refreshToken();
console.log(await (await db.openTable("penguins")).countRows(), provider.getHeaders().authorization !== first);
process.exit();
`,
  );
  const { code, stdout, stderr } = await session.run(
    process.execPath,
    [script, session.authorization.issuerUrl, session.lancedb.host, demo.id],
    { env: { DEMO_SECRET: demo.secret, NODE_OPTIONS: undefined } },
  );
  const refused = session.lancedb.requests.filter(({ status }) => status !== 200);
  assert.deepEqual(
    { code, lines: stdout.trim().split("\n"), refused },
    { code: 0, lines: ["penguins", "342 true"], refused: [] },
    stderr,
  );
});
