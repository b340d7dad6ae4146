// Whatever lies in settings and storage, by mistake or by another version: what can be used is used, nothing is lost, and it is told.
import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, test } from "node:test";
import { readDescriptor } from "../../../src/broker/descriptor.ts";
import { startBroker } from "../../../src/broker/server.ts";
import { connectionsFrom, entriesFrom, entriesWithout } from "../../../src/settings/savedConnections.ts";

const folder = await mkdtemp(join(tmpdir(), "stored-"));
after(() => rm(folder, { recursive: true }));

const good = { name: "demo", uri: "db://demo", issuerUrl: "https://a.example", clientId: "c" };

test("of a list with errors what is right is used, each error is a sentence, and a field too many is passed over", () => {
  const list = [
    { ...good, colour: "red", audience: "" },
    7,
    null,
    { ...good, name: "other", scopes: "all" },
    good,
    { ...good, name: "second" },
  ];
  const { connections, problems, remarks } = connectionsFrom(list);
  assert.deepEqual(
    {
      names: connections.map(({ name }) => name),
      problems: problems.map(({ code, message }) => [code, /list of texts|two connections|an object/.test(message)]),
      remarks,
    },
    {
      names: ["demo", "second"],
      problems: Array.from({ length: 4 }, () => ["invalid_configuration", true]),
      remarks: ['"demo" has a field that nobody knows and that is passed over: colour'],
    },
    problems.map(({ message }) => message).join("\n"),
  );
});

for (const value of ["db://demo", { demo: good }, 7, true]) {
  test(`${JSON.stringify(value)} instead of a list is said, and not written over`, () => {
    const { connections, problems } = connectionsFrom(value);
    assert.deepEqual([connections, problems.map(({ code }) => code)], [[], ["invalid_configuration"]]);
    assert.throws(() => entriesFrom(value), { code: "invalid_configuration", message: /is not a list/ });
  });
}

test("removing a connection takes the entry that is used, and leaves whatever else is there", () => {
  const list = [7, { name: "demo", broken: true }, good, { name: "other" }];
  assert.deepEqual(
    [entriesWithout(list, "demo"), entriesWithout(list, "nobody"), entriesFrom(undefined), entriesFrom(null)],
    [[7, good, { name: "other" }], list, [], []],
  );
});

test("a descriptor that is damaged, or another version's, is written anew, at the start and while the window is open", async () => {
  const place = { descriptorPath: join(folder, "sessions", "d.json"), socketFolder: join(folder, "s") };
  const said: string[] = [];
  const damaged = ["{", '{"version":2,"door":"elsewhere"}', ""];
  await mkdir(dirname(place.descriptorPath), { mode: 0o700 });
  await writeFile(place.descriptorPath, damaged[0] ?? "");
  const source = {
    headers: () => Promise.reject(new Error()),
    status: () => ({ version: 1, connections: [] }) as const,
  };
  const broker = await startBroker(place, source, { onRepair: (what) => said.push(what) });
  const restored: unknown[] = [(await readDescriptor(place.descriptorPath))?.socketPath];
  for (const text of damaged.slice(1)) {
    await writeFile(place.descriptorPath, text);
    await broker.restore();
    restored.push((await readDescriptor(place.descriptorPath))?.socketPath);
  }
  await broker.dispose();
  const told = new Set(said);
  assert.deepEqual([restored, [...told]], [Array(3).fill(broker.socketPath), [...told].slice(0, 1)]);
  assert.match([...told].join(), /could not be read and was written anew/);
});
