// A person signs out while programs run: each is told so within 15 s, whether it connects by a token or by an API key.
// Real Python client, real LanceDB server.
import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { stretched } from "../support/runner/patience.ts";
import { startSession } from "../support/session.ts";

const program = (uri: string): string => `
import lancedb, time
table = lancedb.connect("${uri}").open_table("penguins")
print(table.count_rows(), flush=True)
try:
    while True:
        table.count_rows()
        time.sleep(0.2)
except Exception as error:
    print(time.time(), getattr(error, "code", ""), error)
`;

test("running programs are told to sign in within 15 s of a sign-out", async (context) => {
  await using session = await startSession({
    apiKey: "sk_sign_out",
    connections: (host) => [
      { name: "token", uri: "db://token", hostOverride: host },
      { name: "key", uri: "db://key", hostOverride: host, flow: "api_key" },
    ],
  });
  const { python, folder } = session;
  if (python === undefined) {
    context.skip("no Python");
    return;
  }
  let [running, signedOutAt] = [0, 0];
  const onLine = (line: string): void => {
    running += line === "342" ? 1 : 0;
    if (running < 2 || signedOutAt > 0) return;
    signedOutAt = Date.now() / 1000;
    session.signOut();
  };
  const ends = ["token", "key"].map(async (name) => {
    await writeFile(join(folder, `by_${name}.py`), program(`db://${name}`));
    const { stdout } = await session.run(python, [join(folder, `by_${name}.py`)], { onLine });
    const [, at = "", said = ""] = /^342\n([\d.]+) (.*)\n$/.exec(stdout) ?? [];
    // What this machine needs for a request comes on top of the 15 s.
    return [Number(at) - signedOutAt < stretched(20_000) / 1000, said.includes('Run "LanceDB: Sign In" in VS Code.')];
  });
  assert.deepEqual(await Promise.all(ends), [
    [true, true],
    [true, true],
  ]);
});
