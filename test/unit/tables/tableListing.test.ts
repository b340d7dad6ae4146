// When the tables of a connection are read and when not, against a server with thousands of them.
import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { limitConcurrency } from "../../../src/tables/concurrencyLimit.ts";
import { describedUnasked, pageSize, TableListing, type TableEntry } from "../../../src/tables/tableListing.ts";
import { until } from "../../support/workbench/person.ts";
import { startManyTables, type ManyTables } from "../../support/servers/manyTables.ts";

let many: ManyTables;
let told: TableEntry[];
let listing: TableListing;

beforeEach(async () => {
  many = await startManyTables(5_000);
  told = [];
  const access = {
    ...{ fetch: (url: string, init: RequestInit) => fetch(url, init), host: many.host, database: "demo" },
    headers: () => Promise.resolve({ authorization: "Bearer x" }),
  };
  listing = new TableListing(access, limitConcurrency(4), (entry) => told.push(entry));
});
afterEach(() => {
  listing.pause();
  return many.close();
});

test("the first page is read once, however many ask, and no table is described unasked", async () => {
  await Promise.all([listing.read(), listing.read()]);
  await listing.read();
  assert.deepEqual(
    [listing.entries.length, listing.hasMore, many.requests],
    [pageSize, true, [`GET /v1/table/?limit=${pageSize}`]],
  );
});

test("further pages follow the first until all tables are there", async () => {
  await listing.read();
  while (listing.hasMore) await listing.readMore();
  assert.deepEqual([listing.entries.length, new Set(listing.entries.map(({ name }) => name)).size], [5_000, 5_000]);
});

test("the first tables are described and counted, four requests at a time, and no others", async () => {
  await listing.read();
  listing.describeFirst();
  await until("the details", () => Promise.resolve(told.length === describedUnasked));
  assert.deepEqual(
    [
      many.mostAtOnce() <= 4,
      many.requests.length,
      told[0]?.details?.problem,
      listing.entries[describedUnasked]?.details,
    ],
    [true, 1 + 2 * describedUnasked, undefined, undefined],
  );
});

test("a table that somebody unfolds comes before those that wait", async () => {
  await listing.read();
  listing.describeFirst();
  const last = listing.entries[pageSize - 1];
  assert.ok(last);
  await listing.describe(last, true);
  assert.equal(told.length < describedUnasked / 2, true);
});

test("a list that nobody sees any more asks for nothing more, and goes on when it is seen again", async () => {
  many.silent = true;
  await listing.read();
  listing.describeFirst();
  await until("four requests", () => Promise.resolve(many.requests.length === 5));
  listing.pause();
  await until("that they are given up", () => Promise.resolve(many.abandoned() === 4));
  const asked = many.requests.length;
  many.silent = false;
  listing.describeFirst();
  await until("the details", () => Promise.resolve(told.length === describedUnasked));
  assert.equal(asked, 5);
});

test("a server that refuses everything is asked a handful of times, not for every table", async () => {
  await listing.read();
  many.status = 401;
  listing.describeFirst();
  await until("a refusal", () => Promise.resolve(told.length > 0));
  const last = listing.entries[pageSize - 1];
  assert.ok(last);
  // It waits behind all that is still wanted.
  await listing.describe(last);
  assert.deepEqual([told[0]?.details?.problem?.code, many.requests.length < 20], ["unauthorized", true]);
});

test("a failure is kept as state and forgotten with the rest", async () => {
  many.status = 403;
  await listing.read();
  const { problem } = listing;
  listing.forget();
  many.status = 200;
  await listing.read();
  assert.deepEqual([problem?.code, listing.problem, listing.entries.length], ["forbidden", undefined, pageSize]);
});
