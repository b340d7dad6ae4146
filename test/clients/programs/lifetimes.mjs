// Counts the penguins over two connections of its own, again and again, until the file exists whose path is given. What fails is
// told at the end, and does not end it.
import { existsSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { connect } from "@lancedb/lancedb";

const connections = [await connect("db://demo"), await connect("db://demo")];
const tables = await Promise.all(connections.map((each) => each.openTable("penguins")));
console.log("ready");
let requests = 0;
const failures = [];
while (!existsSync(process.argv[2])) {
  for (const table of tables) {
    requests += 1;
    await table.countRows().catch((error) => failures.push(String(error)));
  }
  await sleep(200);
}
console.log(JSON.stringify({ requests, failures }));
