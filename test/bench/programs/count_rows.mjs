// Microseconds of a request of LanceDB's client: an unchanged connect that the hook completes, by turns with a static header.
import { connect } from "@lancedb/lancedb";

const hostOverride = process.argv[2];
const extraHeaders = { authorization: `Bearer ${"a".repeat(800)}`, "x-lancedb-credential-type": "oidc" };
const connections = [
  await connect("db://bench"),
  await connect("db://bench", { apiKey: "", hostOverride, clientConfig: { extraHeaders } }),
];
const [ours, baseline] = await Promise.all(connections.map((each) => each.openTable("rows")));

async function microsecondsOf(table) {
  const started = performance.now();
  await table.countRows();
  return (performance.now() - started) * 1000;
}

function median(values) {
  return values.sort((a, b) => a - b)[Math.floor(values.length / 2)];
}

for (let turn = 0; turn < 300; turn++) await Promise.all([ours.countRows(), baseline.countRows()]);
const times = { ours: [], baseline: [] };
for (let turn = 0; turn < 4_000; turn++) {
  const measures = [
    async () => times.ours.push(await microsecondsOf(ours)),
    async () => times.baseline.push(await microsecondsOf(baseline)),
  ];
  for (const measure of turn % 2 === 0 ? measures : measures.reverse()) await measure();
}
console.log(JSON.stringify({ ours: median(times.ours), baseline: median(times.baseline) }));
