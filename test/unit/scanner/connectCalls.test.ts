// The scanner that finds connect calls: many spellings, and what must not be taken for one.
import assert from "node:assert/strict";
import { test } from "node:test";
import { connectCallsIn, type ConnectCall, type Given } from "../../../src/scanner/connectCalls.ts";

const given = (value: Given): string => (value.how === "literal" ? value.value : value.how);

/** The call as one line: what it covers, and what it gives. */
function brief(text: string, { start, end, uri, apiKey, host, region, signsIn, hasMore }: ConnectCall) {
  const [key, server, place] = [given(apiKey), given(host), given(region)];
  const rest = Object.entries({ key, server, place }).flatMap(([name, said]) =>
    said === "absent" ? [] : [`${name}=${said}`],
  );
  const flags = [...(signsIn ? ["signs in"] : []), ...(hasMore ? ["more"] : [])];
  return [text.slice(start, end).replaceAll(/\s+/g, " "), uri, ...rest, ...flags].join(" | ");
}

const briefs = (language: string, text: string, others?: readonly string[]): readonly string[] =>
  connectCallsIn(text, language, others).map((call) => brief(text, call));

const python = (text: string): readonly string[] => briefs("python", text);
const script = (text: string): readonly string[] => briefs("typescript", text);

for (const [what, text, expected] of [
  ["the plain call", 'db = lancedb.connect("db://demo")', ['lancedb.connect("db://demo") | db://demo']],
  ["single quotes", "lancedb.connect('db://demo')", ["lancedb.connect('db://demo') | db://demo"]],
  ["a tripled quote", 'lancedb.connect("""db://demo""")', ['lancedb.connect("""db://demo""") | db://demo']],
  ["a raw text", 'lancedb.connect(r"db://demo")', ['lancedb.connect(r"db://demo") | db://demo']],
  [
    "the URI as a keyword",
    'lancedb.connect(region="eu-1", uri="db://demo")',
    ['lancedb.connect(region="eu-1", uri="db://demo") | db://demo | place=eu-1'],
  ],
  [
    "an awaited call",
    'db = await lancedb.connect_async("db://demo")',
    ['lancedb.connect_async("db://demo") | db://demo'],
  ],
  [
    "the module by another name",
    'import lancedb as ldb\nldb.connect("db://demo")',
    ['ldb.connect("db://demo") | db://demo'],
  ],
  [
    "the second of several imports",
    'import os, lancedb as l, sys\nl.connect("db://demo")',
    ['l.connect("db://demo") | db://demo'],
  ],
  ["an imported function", 'from lancedb import connect\nconnect("db://demo")', ['connect("db://demo") | db://demo']],
  [
    "an imported function by another name, in brackets",
    'from lancedb import (\n  connect_async as open_it,\n  connect,\n)\nopen_it("db://demo"); connect("db://b")',
    ['open_it("db://demo") | db://demo', 'connect("db://b") | db://b'],
  ],
  [
    "a call over several lines with comments",
    'lancedb.connect(  # the "first" line\n    "db://demo",  # don\'t panic (\n    host_override="https://a.example",\n    api_key=None,\n)',
    [
      'lancedb.connect( # the "first" line "db://demo", # don\'t panic ( host_override="https://a.example", api_key=None, ) | db://demo | server=https://a.example',
    ],
  ],
  [
    "a key out of the environment",
    'lancedb.connect("db://demo", api_key=os.environ["KEY"])',
    ['lancedb.connect("db://demo", api_key=os.environ["KEY"]) | db://demo | key=computed'],
  ],
  [
    "an empty key",
    'lancedb.connect("db://demo", api_key="")',
    ['lancedb.connect("db://demo", api_key="") | db://demo'],
  ],
  [
    "options that are passed on",
    'lancedb.connect("db://demo", **options)',
    ['lancedb.connect("db://demo", **options) | db://demo | more'],
  ],
  [
    "a header provider in the configuration",
    'lancedb.connect("db://demo", client_config={"header_provider": provider})',
    ['lancedb.connect("db://demo", client_config={"header_provider": provider}) | db://demo | signs in'],
  ],
  [
    "a header provider in a configuration that is called",
    'lancedb.connect("db://demo", client_config=ClientConfig(header_provider=p))',
    ['lancedb.connect("db://demo", client_config=ClientConfig(header_provider=p)) | db://demo | signs in'],
  ],
  [
    "a configuration without credentials",
    'lancedb.connect("db://demo", client_config={"timeout_config": {"connect": 3}})',
    ['lancedb.connect("db://demo", client_config={"timeout_config": {"connect": 3}}) | db://demo'],
  ],
  [
    "a computed host",
    'lancedb.connect("db://demo", host_override=HOST)',
    ['lancedb.connect("db://demo", host_override=HOST) | db://demo | server=computed'],
  ],
  [
    "a call within a call",
    'use(lancedb.connect("db://demo").open_table("t"))',
    ['lancedb.connect("db://demo") | db://demo'],
  ],
  [
    "two calls",
    'a=lancedb.connect("db://a")\nb=lancedb.connect("db://b")',
    ['lancedb.connect("db://a") | db://a', 'lancedb.connect("db://b") | db://b'],
  ],
  [
    "a call after a text with quotes and brackets",
    `x = "it's (" + '")'\nlancedb.connect("db://demo")`,
    ['lancedb.connect("db://demo") | db://demo'],
  ],
  [
    "a call after a line for the shell",
    "!echo don't\nlancedb.connect('db://demo')",
    ["lancedb.connect('db://demo') | db://demo"],
  ],
  [
    "a call in a cell that is timed",
    "%%time\nlancedb.connect('db://demo')",
    ["lancedb.connect('db://demo') | db://demo"],
  ],
] as const) {
  test(`Python: ${what} is found`, () => assert.deepEqual(python(text), expected));
}

for (const [what, text] of [
  ["a computed name", "lancedb.connect(uri) # db://demo"],
  ["an f-string", 'lancedb.connect(f"db://{name}")'],
  ["an f-string without a field", 'lancedb.connect(f"db://demo")'],
  ["bytes", 'lancedb.connect(b"db://demo")'],
  ["a sum", 'lancedb.connect("db://" + name)'],
  ["texts that stand beside each other", 'lancedb.connect("db://" "demo")'],
  ["a text with a method", 'lancedb.connect("db://{}".format(name))'],
  ["a local path", 'lancedb.connect("/tmp/db") # not db://demo'],
  ["object storage", 'lancedb.connect("s3://bucket/db://demo")'],
  ["a URI without a name", 'lancedb.connect("db://")'],
  ["a comment", '# lancedb.connect("db://demo")'],
  ["a text", `x = 'lancedb.connect("db://demo")'`],
  ["a doc string", '"""\nlancedb.connect("db://demo")\n"""'],
  ["another library", 'sqlite.connect("db://demo")'],
  ["a function of that name", 'def connect(uri): ...\nconnect("db://demo")'],
  ["a function of another package", 'from other import connect\nconnect("db://demo")'],
  ["another attribute", 'lancedb.open("db://demo")'],
  ["a lancedb that belongs to something else", 'self.lancedb.connect("db://demo")'],
  ["a call that is not finished", 'lancedb.connect("db://demo"'],
  ["a cell of another language", '%%bash\nlancedb.connect("db://demo")'],
] as const) {
  test(`Python: ${what} is left alone`, () => assert.deepEqual(python(text), []));
}

for (const [what, text, expected] of [
  ["the plain call", 'const db = await lancedb.connect("db://demo");', ['lancedb.connect("db://demo") | db://demo']],
  ["a template without a field", "lancedb.connect(`db://demo`)", ["lancedb.connect(`db://demo`) | db://demo"]],
  [
    "an imported function",
    'import { Table, connect } from "@lancedb/lancedb";\nconnect("db://demo")',
    ['connect("db://demo") | db://demo'],
  ],
  [
    "an imported function by another name, behind types",
    "import { type Table, connect as open } from '@lancedb/lancedb';\nopen('db://demo')",
    ["open('db://demo') | db://demo"],
  ],
  [
    "the package by another name",
    'import * as ldb from "@lancedb/lancedb";\nldb.connect("db://demo")',
    ['ldb.connect("db://demo") | db://demo'],
  ],
  [
    "a default import",
    'import ldb from "@lancedb/lancedb";\nldb.connect("db://demo")',
    ['ldb.connect("db://demo") | db://demo'],
  ],
  [
    "require",
    'const ldb = require("@lancedb/lancedb");\nldb.connect("db://demo")',
    ['ldb.connect("db://demo") | db://demo'],
  ],
  [
    "require taken apart",
    'const { connect: open } = require("@lancedb/lancedb");\nopen("db://demo")',
    ['open("db://demo") | db://demo'],
  ],
  [
    "an import that is awaited",
    'const { connect } = await import("@lancedb/lancedb");\nconnect("db://demo")',
    ['connect("db://demo") | db://demo'],
  ],
  [
    "options over several lines",
    'lancedb.connect("db://demo", {\n  // "why", { and (\n  hostOverride: "https://a.example",\n  region: \'eu-1\',\n})',
    [
      'lancedb.connect("db://demo", { // "why", { and ( hostOverride: "https://a.example", region: \'eu-1\', }) | db://demo | server=https://a.example | place=eu-1',
    ],
  ],
  [
    "all in one object",
    'lancedb.connect({ uri: "db://demo", apiKey: process.env.KEY })',
    ['lancedb.connect({ uri: "db://demo", apiKey: process.env.KEY }) | db://demo | key=computed'],
  ],
  [
    "a key of that name",
    'lancedb.connect("db://demo", { apiKey })',
    ['lancedb.connect("db://demo", { apiKey }) | db://demo | key=computed'],
  ],
  [
    "options that are spread",
    'lancedb.connect("db://demo", { ...o })',
    ['lancedb.connect("db://demo", { ...o }) | db://demo | more'],
  ],
  [
    "options in a variable",
    'lancedb.connect("db://demo", options)',
    ['lancedb.connect("db://demo", options) | db://demo | more'],
  ],
  [
    "a header provider as the fourth",
    'lancedb.connect("db://demo", undefined, undefined, provider)',
    ['lancedb.connect("db://demo", undefined, undefined, provider) | db://demo | signs in'],
  ],
  [
    "an OAuth configuration",
    'lancedb.connect("db://demo", { oauthConfig: { issuerUrl } })',
    ['lancedb.connect("db://demo", { oauthConfig: { issuerUrl } }) | db://demo | signs in'],
  ],
  [
    "a call after a regular expression",
    'const r = /["\'`(]/g;\nlancedb.connect("db://demo")',
    ['lancedb.connect("db://demo") | db://demo'],
  ],
  [
    "a call after divisions",
    'const r = (a) / b / "c".length;\nlancedb.connect("db://demo")',
    ['lancedb.connect("db://demo") | db://demo'],
  ],
  [
    "a call after nested templates",
    'const r = `${`}${a}` + "`"} "`;\nlancedb.connect("db://demo")',
    ['lancedb.connect("db://demo") | db://demo'],
  ],
  [
    "a call after an apostrophe in JSX",
    "const a = <p>don't</p>;\nlancedb.connect('db://demo')",
    ["lancedb.connect('db://demo') | db://demo"],
  ],
] as const) {
  test(`TypeScript: ${what} is found`, () => assert.deepEqual(script(text), expected));
}

for (const [what, text] of [
  ["a template with a field", "lancedb.connect(`db://${name}`)"],
  ["a sum", 'lancedb.connect("db://" + name)'],
  ["a local path", 'lancedb.connect("data/db") // db://demo'],
  ["a line comment", '// lancedb.connect("db://demo")'],
  ["a block comment", '/* lancedb.connect("db://demo") */'],
  ["a text", `const x = 'lancedb.connect("db://demo")';`],
  ["a function of another package", 'import { connect } from "mongodb";\nconnect("db://demo")'],
  ["a method of something else", 'this.lancedb.connect("db://demo")'],
  ["a declared function", 'import { connect } from "@lancedb/lancedb";\nfunction connect("db://demo") {}'],
] as const) {
  test(`TypeScript: ${what} is left alone`, () => assert.deepEqual(script(text), []));
}

test("a cell knows the imports of the other cells", () => {
  const text = 'open_it("db://demo")';
  assert.deepEqual(briefs("python", text, ["import os", "from lancedb import connect as open_it"]), [
    `${text} | db://demo`,
  ]);
});

test("a language without a client of its own is left alone", () => {
  assert.deepEqual(briefs("markdown", 'lancedb.connect("db://demo")'), []);
});

/** The text without what is hard-coded. */
function freed(language: string, text: string): readonly (readonly [string, string])[] {
  return connectCallsIn(text, language)
    .flatMap(({ hardCoded }) => hardCoded)
    .map(({ what, argument }) => [what, text.slice(0, argument.start) + text.slice(argument.end)]);
}

for (const [what, language, text, expected] of [
  ["the last argument", "python", 'lancedb.connect("db://a", api_key="sk_1")', [["key", 'lancedb.connect("db://a")']]],
  [
    "an argument in the middle",
    "python",
    'lancedb.connect("db://a", api_key="sk_1", region="r")',
    [["key", 'lancedb.connect("db://a", region="r")']],
  ],
  [
    "the first argument",
    "python",
    'lancedb.connect(api_key="sk_1", uri="db://a")',
    [["key", 'lancedb.connect(uri="db://a")']],
  ],
  [
    "an argument on a line of its own",
    "python",
    'lancedb.connect(\n    "db://a",\n    api_key="sk_1",\n    region="r",\n)',
    [["key", 'lancedb.connect(\n    "db://a",\n    region="r",\n)']],
  ],
  [
    "an argument behind a comment, which stays",
    "python",
    'lancedb.connect(\n    "db://a",  # ours\n    api_key="sk_1",\n)',
    [["key", 'lancedb.connect(\n    "db://a",  # ours\n    \n)']],
  ],
  [
    "a header",
    "python",
    'lancedb.connect("db://a", client_config={"extra_headers": {"Authorization": "Bearer ey.J.x"}})',
    [["token", 'lancedb.connect("db://a", client_config={"extra_headers": {}})']],
  ],
  [
    "an only option",
    "typescript",
    'lancedb.connect("db://a", { apiKey: "sk_1" })',
    [["key", 'lancedb.connect("db://a")']],
  ],
  [
    "one of several options",
    "typescript",
    'lancedb.connect("db://a", { apiKey: "sk_1", region: "r" })',
    [["key", 'lancedb.connect("db://a", { region: "r" })']],
  ],
  [
    "an option in an object that holds all",
    "typescript",
    'lancedb.connect({ uri: "db://a", apiKey: "sk_1" })',
    [["key", 'lancedb.connect({ uri: "db://a" })']],
  ],
  [
    "a header by its name",
    "typescript",
    'lancedb.connect("db://a", { clientConfig: { extraHeaders: { authorization: "Bearer x.y" } } })',
    [["token", 'lancedb.connect("db://a", { clientConfig: { extraHeaders: {  } } })']],
  ],
] as const) {
  test(`hard-coded, ${what}: it is found, and taken out cleanly`, () =>
    assert.deepEqual(freed(language, text), expected));
}

for (const [what, text] of [
  ["a key out of the environment", 'lancedb.connect("db://a", api_key=os.environ["LANCEDB_KEY"])'],
  ["an empty key", 'lancedb.connect("db://a", api_key="")'],
  ["an f-string", 'lancedb.connect("db://a", api_key=f"{key}")'],
  [
    "a header that is made",
    'lancedb.connect("db://a", client_config={"extra_headers": {"authorization": "Bearer " + t}})',
  ],
  ["a key for something else", 'openai.Client(api_key="sk_1"); lancedb.connect("db://a")'],
] as const) {
  test(`not hard-coded: ${what}`, () => assert.deepEqual(freed("python", text), []));
}

test("a megabyte of odd code is read within its time", () => {
  const odd =
    `x = "it's" # (\n'''(\n"""\n'''\ny = {[(\n`.repeat(25_000) + 'lancedb.connect("db://demo")\n"""'.repeat(200);
  const startedAt = performance.now();
  connectCallsIn(odd, "python");
  connectCallsIn(odd.replaceAll("#", "//"), "typescript");
  assert.equal(performance.now() - startedAt < 20_000, true);
});
