// Touches every export of the client and of its native addon, and prints what it finds: with the hook the same lines as without.
const { mkdtempSync, rmSync } = require("node:fs");
const { tmpdir } = require("node:os");
const { dirname, join } = require("node:path");
const lancedb = require("@lancedb/lancedb");

const addon = require(join(dirname(require.resolve("@lancedb/lancedb")), "native.js"));
const folder = mkdtempSync(join(tmpdir(), "every-export-"));
const say = (...words) => {
  const line = words.map((word) => (typeof word === "string" ? word : JSON.stringify(word))).join(" ");
  console.log(line.replaceAll(folder, "folder"));
};
const outcome = async (act) => {
  try {
    return `is ${typeof (await act())}`;
  } catch (error) {
    return `${error.name}: ${error.message}`;
  }
};

(async () => {
  for (const [name, value] of [...Object.entries(addon), ...Object.entries(lancedb)]) {
    say(name, typeof value, typeof value === "function" ? Object.getOwnPropertyNames(value).sort() : "");
    if (typeof value !== "function") continue;
    // The addon of 0.22 aborts the process for a header provider without its function.
    if (!name.endsWith("JsHeaderProvider")) {
      say("  new", await outcome(() => new value()));
      say("  call", await outcome(() => value()));
    }
    for (const key of Object.getOwnPropertyNames(value)) {
      // A static factory of LanceDB without its parameters.
      const { value: member } = Object.getOwnPropertyDescriptor(value, key);
      if (typeof member === "function" && key !== "caller")
        say("  ", key, member.length, await outcome(() => value[key]()));
    }
  }

  const native = await addon.Connection.new(join(folder, "native"), {});
  say(native instanceof addon.Connection, native.constructor === addon.Connection, addon.Connection.name);
  class Own extends addon.Connection {}
  say(Own.new === addon.Connection.new, await outcome(() => new Own()));
  say(await outcome(() => addon.Connection.new()), await outcome(() => addon.Connection.new(1, 2)));

  const db = await lancedb.connect(join(folder, "local"));
  await db.createTable("t", [{ id: 1, vector: [0.1, 0.2] }]);
  say(await db.tableNames(), await (await db.openTable("t")).countRows(), db.display());

  if (lancedb.connectNamespace !== undefined) {
    const namespace = await lancedb.connectNamespace("dir", { root: join(folder, "namespace") });
    await namespace.createTable("n", [{ id: 1 }, { id: 2 }]);
    say(await namespace.tableNames(), await (await namespace.openTable("n")).countRows());
    say(await outcome(() => lancedb.connectNamespace("no such", {})));
    const rest = await lancedb.connectNamespace("rest", { uri: "http://127.0.0.1:9" });
    say(rest.isOpen());
    say(await outcome(() => rest.tableNames()));
  }
  rmSync(folder, { recursive: true, force: true });
})();
