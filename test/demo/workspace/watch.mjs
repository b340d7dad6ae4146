// Counts the penguins once a second, for two minutes or as many seconds as are given: long enough to outlive a token.
import { setTimeout as sleep } from "node:timers/promises";
import { connect } from "@lancedb/lancedb";

const seconds = Number(process.argv[2] ?? 120);
const db = await connect("db://demo");
const penguins = await db.openTable("penguins");

for (let second = 1; second <= seconds; second += 1) {
  console.log(`${String(second).padStart(4)} s   ${await penguins.countRows()} penguins`);
  await sleep(1000);
}
