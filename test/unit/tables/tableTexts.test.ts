// The texts about tables: cells, previews, types of columns, snippets, the words for a failure. Whatever a table holds, it stays text.
import assert from "node:assert/strict";
import { test } from "node:test";
import { cellText } from "../../../src/tables/cells.ts";
import { columnFrom, vectorText } from "../../../src/tables/columns.ts";
import { previewText } from "../../../src/tables/previewText.ts";
import { rowCount, tableDescription, tablePage } from "../../../src/tables/replies.ts";
import { ServerError } from "../../../src/tables/serverError.ts";
import { snippetFor } from "../../../src/tables/snippets.ts";

const vector = (length: number, item = "float"): object => ({
  type: "fixed_size_list",
  length,
  fields: [{ name: "item", nullable: true, type: { type: item } }],
});

test("a cell is one short line, whatever the value is", () => {
  const values = [
    ...[null, undefined, "plain", 0.123456789, 12n, true, new Date(0), new Date(Number.NaN)],
    ...[new Float32Array(1536).fill(0.5), [1, 2, 3, 4], new Uint8Array([1, 2, 255, 0, 9]), { a: 1, b: [null] }],
    ...["a\u0000b\u202Ec\nd", "x".repeat(100), "🐧".repeat(100), Symbol("s")],
  ];
  assert.deepEqual(values.map(cellText), [
    ...["null", "null", "plain", "0.123457", "12", "true", "1970-01-01T00:00:00.000Z", "not a date"],
    ...["[0.5, 0.5, 0.5, … 1,533 more]", "[1, 2, 3, 4]", "5 bytes: 01 02 ff 00 …", "{a: 1, b: [null]}"],
    ...["a b c d", `${"x".repeat(59)}…`, `${"🐧".repeat(59)}…`, "not shown"],
  ]);
});

test("types are told in words, and vectors are the fixed lists of floats or bytes", () => {
  const columns = [
    { name: "id", nullable: false, type: { type: "int64" } },
    { name: "old", type: "string" },
    { name: "v", type: vector(768) },
    { name: "b", type: vector(64, "uint8") },
    { name: "words", type: vector(3, "string") },
    { name: "s", type: { type: "struct", fields: [{ name: "a", type: { type: "bool" } }] } },
    { name: "image", type: { type: "large_binary" } },
    "no field",
  ].flatMap((field) => columnFrom(field) ?? []);
  assert.deepEqual(
    [columns.map(({ type }) => type), vectorText(columns), columns.filter(({ isBinary }) => isBinary).length],
    [
      [
        ...["int64", "string", "fixed_size_list<float>[768]", "fixed_size_list<uint8>[64]"],
        ...["fixed_size_list<string>[3]", "struct<a: bool>", "large_binary"],
      ],
      "v (768), b (64)",
      1,
    ],
  );
});

test("a type that is nested without end is cut", () => {
  let type: object = { type: "int32" };
  for (let depth = 0; depth < 1_000; depth++) type = { type: "list", fields: [{ name: "item", type }] };
  assert.equal(columnFrom({ name: "deep", type })?.type, "list<list<list<list<…>>>>");
});

test("pages are continued by their token, or by the last name where an older server gives none", () => {
  assert.deepEqual(
    [
      tablePage('{"tables":["a","b"],"page_token":"t"}', 2, undefined),
      tablePage('{"tables":["a","b"]}', 2, undefined),
      tablePage('{"tables":["a"],"page_token":""}', 2, undefined),
      tablePage('{"tables":["a","b"]}', 2, "b"),
    ],
    [{ names: ["a", "b"], next: "t" }, { names: ["a", "b"], next: "b" }, { names: ["a"] }, { names: ["a", "b"] }],
  );
});

test("replies that are none are refused", () => {
  const codes = [
    () => tablePage("<html>", 1, undefined),
    () => tablePage("{}", 1, undefined),
    () => tableDescription('{"version":1}'),
    () => rowCount('"many"'),
    () => rowCount("-1"),
  ].map((read) => {
    try {
      read();
      return "read";
    } catch (error) {
      return error instanceof ServerError ? error.code : error;
    }
  });
  assert.deepEqual([codes, rowCount('{"count":3}'), rowCount("344")], [Array(5).fill("invalid_reply"), 3, 344]);
});

test("a preview has the facts, the schema and the first rows in aligned columns", () => {
  const text = previewText({
    ...{ table: "a\u202Eb", uri: "db://demo", rowCount: 1_234, notFetched: ["image"] },
    description: { version: 7, columns: [columnFrom({ name: "v", type: vector(4) })].flatMap((each) => each ?? []) },
    rows: {
      names: ["name", "v"],
      rows: [
        ["漢字", "[1]"],
        ["ab\ncd", "[2]"],
      ],
    },
  });
  assert.equal(
    text,
    [
      ...["Table     a b", "Database  db://demo", "Rows      1,234", "Columns   1", "Vectors   v (4)", "Version   7"],
      ...["", "Schema", "", "column  type", "v       fixed_size_list<float>[4]  nullable  vector, 4 dimensions"],
      ...["", "The first 2 rows", "", "name   v", "漢字   [1]", "ab cd  [2]"],
      ...["", "Not fetched, for they hold bytes: image.", ""],
    ].join("\n"),
  );
});

test("snippets quote whatever a table is called", () => {
  const name = 'x"; import os\n\\';
  assert.deepEqual(
    [snippetFor("python", "db://demo", name), snippetFor("typescript", "db://demo", name)].map((text) =>
      text.split("\n").filter((line) => /open_?table/i.test(line)),
    ),
    [
      ['table = db.open_table("x\\"; import os\\n\\\\")'],
      ['const table = await db.openTable("x\\"; import os\\n\\\\");'],
    ],
  );
});

test("a failure is told as what happened, why, and what to do", () => {
  assert.equal(
    new ServerError("forbidden", "a.example answered 403, “no\u202E <b>scope</b>”").sentence,
    "The token lacks a right: a.example answered 403, “no <b>scope</b>”. The server knows the token but does not allow this. Add the scope that the server wants to the connection.",
  );
});
