// Long runs against the broker; `npm run test:soak`. The short versions are in test/unit/broker/brokerUnderAttack.test.ts.
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { descriptorAt } from "../support/broker/brokerCaller.ts";
import { hammer } from "../support/broker/brokerLoad.ts";
import { startBrokerProcess } from "../support/broker/brokerProcess.ts";

const folder = await mkdtemp(join(tmpdir(), "soak-"));
after(() => rm(folder, { recursive: true }));

test("after 100,000 requests the memory is within 5 MB of before", async (t) => {
  await using broker = startBrokerProcess(folder);
  await broker.tell("start");
  const descriptor = await descriptorAt(join(folder, "sessions", "d.json"));
  await hammer(descriptor, 16, 5_000);
  const before = (await broker.tell("memory")) as { usedBytes: number; rss: number };
  const { failed } = await hammer(descriptor, 16, 100_000);
  const now = (await broker.tell("memory")) as { usedBytes: number; rss: number };
  const grown = (now.usedBytes - before.usedBytes) / 1_048_576;
  t.diagnostic(
    `${grown.toFixed(2)} MB more in use, ${((now.rss - before.rss) / 1_048_576).toFixed(1)} MB more resident`,
  );
  assert.deepEqual([grown < 5, failed], [true, 0]);
});
