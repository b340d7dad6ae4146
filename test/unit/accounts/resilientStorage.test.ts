// A keyring that throws, hangs, forgets or is stale: said once, asked twice, and nothing is lost while the window is open.
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { parseConnection } from "../../../src/oauth/connection.ts";
import { Secret } from "../../../src/oauth/secret.ts";
import { secretsIn } from "../../../src/accounts/secrets.ts";
import { keptInMemory, lockedView } from "../../../src/statusBar/statusBarView.ts";
import { ResilientStorage } from "../../../src/accounts/resilientStorage.ts";
import { startKeyring, type Keyring } from "../../support/workbench/keyring.ts";

let keyring: Keyring;
let told: (string | undefined)[];
let storage: ResilientStorage;
beforeEach(() => {
  keyring = startKeyring();
  told = [];
  storage = new ResilientStorage(keyring, 50);
  storage.onDidChangeTrouble((trouble) => told.push(trouble?.code));
});

const codeOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    (value) => value,
    (error: unknown) => (error as { code: unknown }).code,
  );

test("a keyring that works is used as it is, and nothing is told", async () => {
  await storage.store("a", "1");
  const found = await storage.get("a");
  await storage.delete("a");
  assert.deepEqual([found, await storage.get("a"), told, storage.trouble], ["1", undefined, [], undefined]);
});

test("a fault that passes is overcome by asking twice, and nothing is told", async () => {
  keyring.fault = "throwsOnce";
  await storage.store("a", "1");
  assert.deepEqual([await storage.get("a"), told, keyring.calls.length], ["1", [], 3]);
});

for (const fault of ["throws", "hangs"] as const) {
  test(`with a keyring that ${fault} the window works from memory, and it is told once`, async () => {
    keyring.fault = fault;
    await storage.store("a", "1");
    await storage.store("b", "2");
    assert.deepEqual([await storage.get("a"), await storage.get("b"), told], ["1", "2", ["storage_failed"]]);
  });

  test(`what a keyring that ${fault} holds cannot be known, and is not taken for nothing`, async () => {
    keyring.fault = fault;
    assert.deepEqual([await codeOf(storage.get("a")), told], ["storage_failed", ["storage_failed"]]);
  });

  test(`a deletion that a keyring that ${fault} does not make is a failure, and memory forgets all the same`, async () => {
    await storage.store("a", "1");
    keyring.fault = fault;
    assert.deepEqual(
      [await codeOf(storage.delete("a")), await codeOf(storage.get("a"))],
      ["storage_failed", "storage_failed"],
    );
  });
}

test("a keyring that forgets loses nothing that this window stored", async () => {
  await storage.store("a", "1");
  keyring.fault = "forgets";
  assert.equal(await storage.get("a"), "1");
});

test("where storing failed, what this window wrote counts more than the older value in the keyring", async () => {
  await storage.store("a", "old");
  keyring.fault = "throws";
  await storage.store("a", "new");
  keyring.fault = "none";
  assert.equal(await storage.get("a"), "new");
});

test("when the keyring works again that is told, and it is used again", async () => {
  keyring.fault = "throws";
  await storage.store("a", "1");
  keyring.fault = "none";
  await storage.store("a", "2");
  assert.deepEqual([told, storage.trouble, await keyring.get("a")], [["storage_failed", undefined], undefined, "2"]);
});

test("what another window deletes is gone here as well, what it stores is used", async () => {
  await storage.store("a", "1");
  await storage.store("b", "1");
  await Promise.resolve();
  keyring.changeElsewhere("a", undefined);
  keyring.changeElsewhere("b", "2");
  assert.deepEqual([await storage.get("a"), await storage.get("b")], [undefined, "2"]);
});

for (const fault of ["throws", "hangs", "forgets", "stale"] as const) {
  test(`the probe finds a keyring that ${fault}, whatever is in memory`, async () => {
    keyring.fault = fault;
    assert.equal(await codeOf(storage.probe("probe")), "storage_failed");
  });
}

test("secrets go on working through a locked keyring, and a sign-out that cannot be made says so", async () => {
  const secrets = secretsIn(storage);
  const connection = parseConnection({ name: "a", uri: "db://a", issuerUrl: "https://a.example", clientId: "c" });
  keyring.fault = "throws";
  await secrets.storeClientSecret(connection, new Secret("s"));
  const found = await secrets.clientSecret(connection);
  assert.deepEqual([found?.reveal(), await codeOf(secrets.forget(connection))], ["s", "storage_failed"]);
});

test("a stored token that is damaged, or another version's, is as good as none, and that is told", async () => {
  const told: string[] = [];
  storage.onRepair = (what) => told.push(what);
  const secrets = secretsIn(storage);
  const connection = parseConnection({ name: "a", uri: "db://a", issuerUrl: "https://a.example", clientId: "c" });
  const token = { accessToken: new Secret("t"), obtainedAt: 1 };
  await secrets.storeToken(connection, token);
  const key = keyring.calls[0]?.slice("store ".length) ?? "";
  const found: unknown[] = [(await secrets.token(connection))?.accessToken.reveal()];
  const all = ["", "{", "null", "[]", '{"accessToken":1}', '{"accessToken":"t"}', '{"version":2,"tokens":["t"]}'];
  for (const damaged of all) {
    keyring.changeElsewhere(key, damaged);
    found.push(await secrets.token(connection));
  }
  const [said = "", ...others] = told;
  assert.deepEqual(
    [found, said, others.length],
    [["t", ...all.map(() => undefined)], 'the stored token of "a" cannot be read and is replaced by the next one', 6],
  );
});

test("the status bar says that secrets are kept in memory", () => {
  const { text, label } = keptInMemory(lockedView("demo"));
  assert.deepEqual(
    [text, label.includes("kept in memory until the window closes")],
    ["$(lock) demo locked $(warning)", true],
  );
});
