// An unchanged program that imports when it needs to: lists, searches and counts.
const { connect } = await import("@lancedb/lancedb");

const db = await connect("db://demo");
const table = await db.openTable("penguins");
const found = await table.search([0.6, 0.3, 0.8, 0.8]).limit(3).toArray();
console.log(await db.tableNames(), found.length, await table.countRows());
