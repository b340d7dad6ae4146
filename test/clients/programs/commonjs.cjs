// An unchanged program in CommonJS: lists, searches and counts.
const { connect } = require("@lancedb/lancedb");

async function main() {
  const db = await connect("db://demo");
  const table = await db.openTable("penguins");
  const found = await table.search([0.6, 0.3, 0.8, 0.8]).limit(3).toArray();
  console.log(await db.tableNames(), found.length, await table.countRows());
}

main();
