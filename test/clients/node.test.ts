// Unchanged Node programs in a terminal's environment: they connect in every module system, end with their last line, and whoever
// brings credentials keeps them. Real LanceDB client, real servers.
import assert from "node:assert/strict";
import { mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { build } from "esbuild";
import { stretched } from "../support/runner/patience.ts";
import { startRecorder, type Recorder } from "../support/recorder.ts";
import { startSession, type Ended, type RunOptions, type Session } from "../support/session.ts";
import { root } from "../support/runner/tools.ts";

let session: Session;
let recorder: Recorder;
before(async () => {
  recorder = await startRecorder();
  const recorded = { name: "recorded", uri: "db://recorded", hostOverride: recorder.host };
  session = await startSession({
    connections: (host) => [{ name: "demo", uri: "db://demo", hostOverride: host }, recorded],
  });
  await symlink(join(root, "node_modules"), join(session.folder, "node_modules"));
});
after(() => Promise.all([session[Symbol.asyncDispose](), recorder.close()]));

type Program = Ended & { readonly endedAfterLastLineMs: number };

async function node(
  name: string,
  lines: readonly string[],
  options: RunOptions & { readonly in?: Session } = {},
): Promise<Program> {
  const { in: place = session, ...how } = options;
  await writeFile(join(place.folder, name), lines.join("\n"));
  let lastLineAt = 0;
  const ended = await place.run(process.execPath, [join(place.folder, name)], {
    ...how,
    onLine: () => {
      lastLineAt = performance.now();
    },
  });
  return { ...ended, endedAfterLastLineMs: performance.now() - lastLineAt };
}

function said({ code, stdout, stderr }: Ended): unknown {
  return { code, lines: stdout.trim().split("\n"), stderr };
}

const count = 'await (await (await connect("db://demo")).openTable("penguins")).countRows()';
const counted = { code: 0, lines: ["342"], stderr: "" };

for (const [name, lines] of [
  ["commonjs.cjs", ['const { connect } = require("@lancedb/lancedb");', `(async () => console.log(${count}))();`]],
  ["module.mjs", ['import { connect } from "@lancedb/lancedb";', `console.log(${count});`]],
  [
    "namespace.mjs",
    ['import * as lancedb from "@lancedb/lancedb";', "const { connect } = lancedb;", `console.log(${count});`],
  ],
  ["dynamic.mjs", ['const { connect } = await import("@lancedb/lancedb");', `console.log(${count});`]],
  [
    "stripped.mts",
    ['import { connect } from "@lancedb/lancedb";', `const rows: number = ${count};`, "console.log(rows);"],
  ],
  [
    "options.mjs",
    [
      'import { connect } from "@lancedb/lancedb";',
      'const db = await connect({ uri: "db://demo", readConsistencyInterval: 0 });',
      'console.log(await (await db.openTable("penguins")).countRows());',
    ],
  ],
  [
    "worker.mjs",
    [
      'import { Worker, isMainThread } from "node:worker_threads";',
      "if (isMainThread) { new Worker(new URL(import.meta.url)); }",
      `else { const { connect } = await import("@lancedb/lancedb"); console.log(${count}); }`,
    ],
  ],
] as const) {
  test(`${name} connects with neither key nor host, and ends within half a second of its last line`, async () => {
    const ended = await node(name, lines);
    assert.deepEqual([said(ended), ended.endedAfterLastLineMs < stretched(500)], [counted, true]);
  });
}

test("a bundle connects", async () => {
  const entry = join(session.folder, "toBundle.mjs");
  await writeFile(entry, ['import { connect } from "@lancedb/lancedb";', `console.log(${count});`].join("\n"));
  const outfile = join(session.folder, "bundle.mjs");
  const banner = { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' };
  await build({
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    external: ["@lancedb/lancedb-*"],
    banner,
    logLevel: "error",
  });
  assert.deepEqual(said(await session.run(process.execPath, [outfile])), counted);
});

for (const [name, first] of [
  [
    "explicit.mjs",
    'import { headers, connectOptions } from "lancedb-auth"; import { connect } from "@lancedb/lancedb";',
  ],
  [
    "explicit.cjs",
    'const { headers, connectOptions } = require("lancedb-auth"); const { connect } = require("@lancedb/lancedb");',
  ],
] as const) {
  test(`${name} asks for headers and for options itself, and ends`, async () => {
    const lines = [
      "(async () => {",
      '  const { status } = await fetch(process.env.HOST + "/v1/table/", { headers: await headers() });',
      '  const db = await connect("db://demo", await connectOptions({ uri: "db://demo" }));',
      '  console.log(status, await (await db.openTable("penguins")).countRows());',
      "})();",
    ];
    const ended = await node(name, [first, ...lines], { env: { HOST: session.lancedb.host } });
    assert.deepEqual(
      [said(ended), ended.endedAfterLastLineMs < stretched(500)],
      [{ ...counted, lines: ["200 342"] }, true],
    );
  });
}

test("what the user has installed under the name of our module comes first", async () => {
  const theirs = join(session.folder, "with theirs");
  await mkdir(join(theirs, "node_modules", "lancedb-auth"), { recursive: true });
  await writeFile(join(theirs, "node_modules", "lancedb-auth", "index.js"), "exports.headers = 'theirs';");
  await writeFile(join(theirs, "a.mjs"), 'import { headers } from "lancedb-auth"; console.log(headers);');
  assert.equal((await session.run(process.execPath, [join(theirs, "a.mjs")])).stdout, "theirs\n");
});

test("the server gets the token with its kind, and no API key", async () => {
  const from = session.lancedb.requests.length;
  await node("wire.mjs", ['import { connect } from "@lancedb/lancedb";', `console.log(${count});`]);
  const seen = session.lancedb.requests.slice(from).map(({ authorization, credentialType, sentApiKey }) => {
    return [authorization, credentialType, sentApiKey];
  });
  assert.deepEqual(seen[0], ["bearer", "oidc", false]);
});

test("one program uses two connections with a token for each", async () => {
  const from = recorder.seen.length;
  const ended = await node("two.mjs", [
    'import { connect } from "@lancedb/lancedb";',
    'const other = await connect("db://recorded");',
    `console.log(${count});`,
    "await other.tableNames().catch(() => console.log('refused'));",
  ]);
  assert.deepEqual(
    [said(ended), (recorder.seen[from]?.authorization ?? "").startsWith("Bearer ey")],
    [{ code: 0, lines: ["342", "refused"], stderr: "" }, true],
  );
});

const listing = (parameters: string): string[] => [
  'import { connect } from "@lancedb/lancedb";',
  "const own = () => ({ authorization: 'Bearer own' });",
  "try {",
  `  const db = await connect(${parameters});`,
  "  console.log(await db.tableNames());",
  "} catch (error) { console.log(error.message.split('\\n')[0]); }",
  // A header provider of LanceDB's own would keep the process for minutes.
  "process.exit();",
];

for (const [what, parameters, expected] of [
  ["nothing", '"db://recorded"', [/^Bearer ey/, /^$/]],
  ["the host", '"db://recorded", { hostOverride: process.env.HOST }', [/^Bearer ey/, /^$/]],
  ["an empty key", '"db://recorded", { apiKey: "" }', [/^Bearer ey/, /^$/]],
  ["an API key", '"db://recorded", { apiKey: "mine", hostOverride: process.env.HOST }', [/^$/, /^mine$/]],
  [
    "a header provider",
    '"db://recorded", { apiKey: "", hostOverride: process.env.HOST }, undefined, own',
    [/^Bearer own$/, /^$/],
  ],
  [
    "a header",
    '"db://recorded", { apiKey: "", hostOverride: process.env.HOST, clientConfig: { extraHeaders: { Authorization: "Bearer own" } } }',
    [/^Bearer own$/, /^$/],
  ],
] as const) {
  test(`a caller who brings ${what} is heard`, async () => {
    const from = recorder.seen.length;
    const ended = await node("own.mjs", listing(parameters), { env: { HOST: recorder.host } });
    const { authorization = "none", apiKey = "none" } = recorder.seen[from] ?? {};
    assert.deepEqual([expected[0].test(authorization), expected[1].test(apiKey), ended.stderr], [true, true, ""]);
  });
}

test("LANCEDB_API_KEY and an OAuth config win", async () => {
  const from = session.answers.length;
  const config =
    '{ oauthConfig: { issuerUrl: "http://127.0.0.1:9", clientId: "c", scopes: ["s"], clientSecret: "s" } }';
  await node("environment.mjs", listing('"db://demo"'), { env: { LANCEDB_API_KEY: "mine" } });
  await node("oauth.mjs", listing(`"db://demo", ${config}`));
  assert.equal(session.answers.length, from);
});

test("a foreign host gets no token", async () => {
  const from = recorder.seen.length;
  await node("foreign.mjs", listing('"db://demo", { apiKey: "", hostOverride: process.env.HOST }'), {
    env: { HOST: recorder.host },
  });
  assert.deepEqual(recorder.seen[from], { authorization: "", apiKey: "" });
});

test("a database that no connection matches fails as it does without us", async () => {
  const ours = await node("other.mjs", listing('"db://other"'));
  const without = await node("other.mjs", listing('"db://other"'), { env: { NODE_OPTIONS: undefined } });
  assert.deepEqual([said(ours), ours.stdout === ""], [said(without), false]);
});

test("a local database never asks the window", async () => {
  const from = session.answers.length;
  const ended = await node("local.mjs", listing('"local"'));
  assert.deepEqual([said(ended), session.answers.length - from], [{ code: 0, lines: ["[]"], stderr: "" }, 0]);
});

test("the user's NODE_OPTIONS are kept, whatever they hold", async () => {
  const theirs = join(session.folder, "their preload.cjs");
  await writeFile(theirs, "globalThis.theirs = process.execArgv.length;");
  const option = `--require "${theirs.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}" --stack-trace-limit=7`;
  const env = { NODE_OPTIONS: `${session.env["NODE_OPTIONS"] ?? ""}${option}` };
  const ended = await node("kept.mjs", ["console.log(globalThis.theirs, Error.stackTraceLimit);"], { env });
  assert.deepEqual(said(ended), { code: 0, lines: ["0 7"], stderr: "" });
});

test("a program that knows nothing of LanceDB prints nothing more and loads no module for us", async () => {
  const lines = [
    "console.log(process.moduleLoadList.filter((name) => /NativeModule (http|net|crypto)$/.test(name)).length);",
  ];
  const ended = await node("plain.cjs", lines);
  const without = await node("plain.cjs", lines, { env: { NODE_OPTIONS: undefined } });
  assert.deepEqual(said(ended), said(without));
});

test("loopback is asked directly where a proxy is set", async () => {
  const env = {
    http_proxy: "http://127.0.0.1:9",
    HTTP_PROXY: "http://127.0.0.1:9",
    NO_PROXY: undefined,
    no_proxy: undefined,
  };
  const ended = await node("proxy.mjs", ['import { connect } from "@lancedb/lancedb";', `console.log(${count});`], {
    env,
  });
  assert.deepEqual(said(ended), counted);
});

test("with the window closed for some time there is one clear exception within two seconds", async () => {
  await using own = await startSession();
  await symlink(join(root, "node_modules"), join(own.folder, "node_modules"));
  await own.closeWindow({ longAgo: true });
  const lines = [
    'import { connect } from "@lancedb/lancedb";',
    "const start = performance.now();",
    "try { await connect('db://demo'); } catch (error) { console.log(error.name, error.message, performance.now() - start < 2000); }",
  ];
  assert.match(
    (await node("closed.mjs", lines, { in: own })).stdout,
    /^LanceDBAuthError No VS Code window serves .* true\n$/,
  );
});

test("signed out, the reason and the remedy reach the program, and it ends", async () => {
  await using own = await startSession();
  await symlink(join(root, "node_modules"), join(own.folder, "node_modules"));
  own.signOut();
  const ended = await node("signedOut.mjs", listing('"db://demo"').slice(0, -1), { in: own });
  assert.deepEqual(
    [said(ended), ended.endedAfterLastLineMs < stretched(500)],
    [
      { code: 0, lines: ['LanceDB connection "demo": Signed out. Run "LanceDB: Sign In" in VS Code.'], stderr: "" },
      true,
    ],
  );
});

test("with autoConnect off the module is there, and an unchanged connect is left alone", async () => {
  await using quiet = await startSession({ autoConnect: "off" });
  const lines = [
    'import { createRequire } from "node:module";',
    'import { headers } from "lancedb-auth";',
    `const { connect } = createRequire(${JSON.stringify(import.meta.url)})("@lancedb/lancedb");`,
    "console.log(Object.keys(await headers()).join());",
    'await connect("db://demo").catch((error) => console.log(/api_key or oauth_config is required/.test(error.message)));',
  ];
  const script = join(quiet.folder, "explicit.mjs");
  await writeFile(script, lines.join("\n"));
  const { code, stdout, stderr } = await quiet.run(process.execPath, [script]);
  assert.deepEqual([code, stdout], [0, "authorization,x-lancedb-credential-type\ntrue\n"], stderr);
});
