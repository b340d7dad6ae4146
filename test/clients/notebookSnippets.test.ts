// The snippets that LanceDB: Connect This Notebook offers, in programs that have what a kernel of this machine has: the pointer alone, not
// the terminal's variables. Without a kernel of another language at hand, a Node child and a shell play one.
import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { hostEnvironment } from "../../src/sessions/hostEnvironment.ts";
import { snippets } from "../../src/notebooks/notebookSnippets.ts";
import { startSession, type RunOptions, type Session } from "../support/session.ts";
import { root } from "../support/runner/tools.ts";

const [python = "", javaScript = "", other = ""] = snippets.map(({ text }) => text);

let session: Session;
before(async () => {
  session = await startSession();
});
after(() => session[Symbol.asyncDispose]());

/** What a kernel inherits. */
function kernelEnvironment(): NonNullable<RunOptions["env"]> {
  const { descriptorPath, clients } = session;
  const env: NodeJS.ProcessEnv = {};
  hostEnvironment(env)({ descriptorPath, clients, autoConnect: "both" });
  const { PATH } = process.env;
  return { NODE_OPTIONS: undefined, PYTHONPATH: undefined, PATH, ...env };
}

test("the one for JavaScript and TypeScript connects a Node without our hook", async () => {
  const script = join(root, ".demo", "notebook-snippet.mjs");
  await mkdir(join(root, ".demo"), { recursive: true });
  await writeFile(script, `${javaScript}\nconsole.log((await db.tableNames()).join());\n`);
  const { code, stdout, stderr } = await session.run(process.execPath, [script], { env: kernelEnvironment() });
  assert.deepEqual({ code, stdout }, { code: 0, stdout: "penguins\n" }, stderr);
});

test("an unchanged connect of such a Node is left alone, and says that it has no key", async () => {
  const script = join(root, ".demo", "notebook-plain.mjs");
  await mkdir(join(root, ".demo"), { recursive: true });
  await writeFile(script, 'import { connect } from "@lancedb/lancedb";\nawait connect("db://demo");\n');
  const { code, stderr } = await session.run(process.execPath, [script], { env: kernelEnvironment() });
  assert.deepEqual([code, /api_?key/i.test(stderr)], [1, true], stderr);
});

test("the one for Python connects without a hook", async (context) => {
  if (session.python === undefined) {
    context.skip("this machine has no Python 3.9 or newer");
    return;
  }
  const code = `${python.replace("https://lancedb.example.com", session.lancedb.host)}\nprint(db.table_names())`;
  // What a kernel's start-up file does for it, but for the hook.
  const env = { ...kernelEnvironment(), PYTHONPATH: session.clients.pythonExplicit };
  const ended = await session.run(session.python, ["-c", code], { env });
  assert.deepEqual([ended.code, ended.stdout.trim()], [0, "['penguins']"], ended.stderr);
});

test("the one for any other language answers the headers in a kernel's shell", { skip: skipOnWindows() }, async () => {
  const last = other.trim().split("\n").at(-1) ?? "";
  const { code, stdout, stderr } = await session.run("sh", ["-c", last], { env: kernelEnvironment() });
  assert.deepEqual([code, /"authorization":\s*"Bearer /.test(stdout)], [0, true], stderr);
});

function skipOnWindows(): string | false {
  return process.platform === "win32" ? "the shell is a Unix one" : false;
}
