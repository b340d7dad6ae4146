// Programs that have nothing to do with LanceDB, in whatever JavaScript runtime, with whatever flags: in a terminal of ours they print
// and end as they do outside. The outcomes are the table in CONTRIBUTING, "Where the hooks are guests".
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { ensureNode } from "../support/runner/clientMatrix.ts";
import { ensureRuntime, findOnPath } from "../support/runner/tools.ts";
import { startSession, type Ended, type Session } from "../support/session.ts";

let session: Session;
before(async () => {
  session = await startSession();
  await writeFile(join(session.folder, "hello.mjs"), 'console.log("hello");');
  await writeFile(join(session.folder, "hello.cjs"), 'console.log("hello");');
});
after(() => session[Symbol.asyncDispose]());

/** What the terminal's environment adds is taken away. */
const outside = { NODE_OPTIONS: undefined, LANCEDB_AUTH_SESSION: undefined };

async function asOutside(program: string, args: readonly string[]): Promise<Ended> {
  const [ours, theirs] = [await session.run(program, args), await session.run(program, args, { env: outside })];
  const seen = ({ code, stdout, stderr }: Ended): unknown => ({ code, stdout, stderr: withoutPid(stderr) });
  assert.deepEqual(seen(ours), seen(theirs));
  assert.equal(theirs.stdout, "hello\n");
  return ours;
}

function withoutPid(text: string): string {
  return text.replaceAll(/\(node:\d+\)/g, "(node)");
}

const denoFlags = [["--no-prompt"], ["--allow-env"], ["--allow-read"], ["--allow-all"]] as const;
for (const flags of denoFlags) {
  test(`deno run ${flags.join(" ")} prints what it prints outside`, async (context) => {
    const deno = await ensureRuntime("deno");
    if (deno === undefined) {
      context.skip("no Deno for this platform");
      return;
    }
    await asOutside(deno, ["run", ...flags, join(session.folder, "hello.mjs")]);
  });
}

test("Deno asks the person at the terminal for nothing on our behalf", async (context) => {
  const [deno, script] = [await ensureRuntime("deno"), findOnPath("script")];
  if (deno === undefined || script === undefined || process.platform !== "linux") {
    context.skip("no terminal");
    return;
  }
  const child = spawn(script, ["-qec", `'${deno}' run hello.mjs`, "/dev/null"], {
    cwd: session.folder,
    env: { ...process.env, ...session.env },
    stdio: ["ignore", "pipe", "inherit"],
    // A question would wait for its answer for ever.
    timeout: 30_000,
    killSignal: "SIGKILL",
  });
  let printed = "";
  for await (const chunk of child.stdout) printed += String(chunk);
  assert.equal(printed.trim(), "hello");
});

test("bun prints what it prints outside", async (context) => {
  const bun = await ensureRuntime("bun");
  if (bun === undefined) {
    context.skip("no Bun for this platform");
    return;
  }
  await asOutside(bun, [join(session.folder, "hello.mjs")]);
});

for (const [major, flag] of [
  ["22", "--permission"],
  ["24", "--permission"],
] as const) {
  test(`node ${flag} of Node ${major} prints what it prints outside`, async () => {
    const node = await ensureNode(major);
    for (const leave of [[], [`--allow-fs-read=${session.folder}/*`]])
      await asOutside(node, [flag, ...leave, join(session.folder, "hello.cjs")]);
  });
}
