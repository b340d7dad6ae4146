// An unchanged program in TypeScript, whose types Node itself strips: lists, searches and counts.
import { connect, type Connection } from "@lancedb/lancedb";

const db: Connection = await connect("db://demo");
const table = await db.openTable("penguins");
const found: unknown[] = await table.search([0.6, 0.3, 0.8, 0.8]).limit(3).toArray();
console.log(await db.tableNames(), found.length, await table.countRows());
