// The same unchanged programs in every version of LanceDB's clients, on every interpreter at hand, against one real server with
// tokens of 15 s. By itself the oldest and the newest of each; with CLIENT_MATRIX=all every cell.
import assert from "node:assert/strict";
import { cp, mkdir, symlink } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test, type TestContext } from "node:test";
import { build } from "esbuild";
import {
  ensureNode,
  ensureNodeClient,
  ensurePythonCell,
  findPythons,
  nodeClients,
  nodeVersions,
  NotServed,
  pythonClients,
} from "../support/runner/clientMatrix.ts";
import { stretched } from "../support/runner/patience.ts";
import { startSession, type Ended, type Session } from "../support/session.ts";
import { root } from "../support/runner/tools.ts";

const isWhole = process.env["CLIENT_MATRIX"] === "all";
const sources = join(import.meta.dirname, "programs");
const results: { readonly runtime: string; readonly client: string; readonly result: string }[] = [];

let session: Session;
before(async () => {
  session = await startSession({ accessTokenSeconds: 15 });
  await mkdir(join(session.folder, "python"));
  for (const name of ["connect.py", "connect_async.py", "threads.py"])
    await cp(join(sources, name), join(session.folder, "python", name));
});
after(async () => {
  await session[Symbol.asyncDispose]();
  showTable();
});

type Pair<One, Other> = readonly [One, Other];

/** All pairs, or the oldest with the oldest and the newest with the newest. */
function cells<One, Other>(ones: readonly One[], others: readonly Other[]): readonly Pair<One, Other>[] {
  if (isWhole) return ones.flatMap((one) => others.map((other): Pair<One, Other> => [one, other]));
  const ends = [0, -1].flatMap((at): Pair<One, Other>[] => {
    const [one, other] = [ones.at(at), others.at(at)];
    return one === undefined || other === undefined ? [] : [[one, other]];
  });
  return ends;
}

const pythons = await findPythons();
if (pythons.length === 0) test("Python", { skip: "this machine has no Python 3.9 or newer" }, () => undefined);

for (const [interpreter, client] of cells(pythons, pythonClients)) {
  const runtime = `Python ${interpreter.version}`;
  test(`${runtime} with lancedb ${client} connects unchanged`, (context) =>
    inCell(context, { runtime, client }, async () => {
      const python = await ensurePythonCell(interpreter, client);
      for (const name of ["connect.py", "connect_async.py", "threads.py"]) {
        await listsSearchesAndCounts(python, join(session.folder, "python", name), ["['penguins'] 3 342"]);
      }
    }));
}

for (const [major, client] of cells(nodeVersions, nodeClients)) {
  const runtime = `Node ${major}`;
  test(`${runtime} with @lancedb/lancedb ${client} connects unchanged, and ends`, (context) =>
    inCell(context, { runtime, client }, async () => {
      const [node, folder] = [await ensureNode(major), await nodePrograms(client)];
      const all = ["commonjs.cjs", "static.mjs", "dynamic.mjs", "bundle.cjs"];
      // Node 20 strips no types.
      for (const name of major === "20" ? all : [...all, "stripped.mts"]) {
        const afterLastLineMs = await listsSearchesAndCounts(node, join(folder, name), ["[ 'penguins' ] 3 342"]);
        assert.ok(
          afterLastLineMs < stretched(500),
          `${name} ended ${afterLastLineMs.toFixed(0)} ms after its last line`,
        );
      }
    }));
}

for (const [major, client] of cells(nodeVersions, nodeClients)) {
  const runtime = `Node ${major}`;
  test(`every export of @lancedb/lancedb ${client} behaves on ${runtime} as without us`, (context) =>
    inCell(context, { runtime, client: `${client} (exports)` }, async () => {
      const [node, folder] = [await ensureNode(major), await nodePrograms(client)];
      const script = join(folder, "everyExport.cjs");
      const [ours, plain] = [
        await session.run(node, [script]),
        await session.run(node, [script], { env: { NODE_OPTIONS: undefined } }),
      ];
      assert.deepEqual(
        { code: ours.code, stdout: ours.stdout, stderr: ours.stderr },
        { code: 0, stdout: plain.stdout, stderr: plain.stderr },
      );
    }));
}

/** Notes the cell's result for the table; a cell whose packages are not served is skipped, by name. */
async function inCell(
  context: TestContext,
  cell: { readonly runtime: string; readonly client: string },
  check: () => Promise<void>,
): Promise<void> {
  try {
    await check();
    results.push({ ...cell, result: "✔" });
  } catch (error) {
    results.push({ ...cell, result: error instanceof NotServed ? "not served" : "✖" });
    if (!(error instanceof NotServed)) throw error;
    context.skip(`${cell.runtime} with ${cell.client}: ${error.message}`);
  }
}

/**
 * lancedb up to 0.34 now and then dies after the program's last line, while the interpreter finalizes; without us and with a static
 * header as well (3 of 30 runs of 0.25 on Python 3.13, against 1 of 30 with us). Only such a run is repeated.
 */
const attempts = 4;

/** Runs the program; answers how long after its last line it ended (milliseconds). */
async function listsSearchesAndCounts(program: string, script: string, expected: readonly string[]): Promise<number> {
  const from = session.lancedb.requests.length;
  let lastLineAt = NaN;
  const onLine = (): void => {
    lastLineAt = performance.now();
  };
  let ended = await session.run(program, [script], { onLine });
  for (let attempt = 1; attempt < attempts && diedAtItsEnd(script, ended, expected); attempt++) {
    console.log(`${script} was ended by a signal after its last line: once more`);
    ended = await session.run(program, [script], { onLine });
  }
  const endedAt = performance.now();
  const requests = session.lancedb.requests.slice(from);
  const { code, stderr } = ended;
  assert.deepEqual(
    {
      script,
      code,
      lines: linesOf(ended),
      refused: requests.filter(({ status }) => status !== 200),
      requests: requests.length > 2,
      ...(code === 0 ? {} : { stderr }),
    },
    { script, code: 0, lines: expected, refused: [], requests: true },
  );
  return endedAt - lastLineAt;
}

/** By a signal of its own making; one that hangs is ended by the test, after 45 s or more. */
function diedAtItsEnd(script: string, ended: Ended, expected: readonly string[]): boolean {
  const diedSoon = ended.code === null && ended.ms < 44_000;
  return script.endsWith(".py") && diedSoon && linesOf(ended).join("\n") === expected.join("\n");
}

function linesOf({ stdout }: Ended): readonly string[] {
  return stdout.trim().split(/\r?\n/);
}

/** A folder in which the programs find this version of the client. */
async function nodePrograms(client: string): Promise<string> {
  const installed = await ensureNodeClient(client);
  const folder = join(session.folder, `node ${client}`);
  const isNew = (await mkdir(folder, { recursive: true })) !== undefined;
  if (!isNew) return folder;
  await symlink(join(installed, "node_modules"), join(folder, "node_modules"), "junction");
  for (const name of ["commonjs.cjs", "static.mjs", "dynamic.mjs", "stripped.mts", "everyExport.cjs"])
    await cp(join(sources, name), join(folder, name));
  await build({
    absWorkingDir: root,
    entryPoints: [join(folder, "commonjs.cjs")],
    outfile: join(folder, "bundle.cjs"),
    bundle: true,
    platform: "node",
    format: "cjs",
    external: ["@lancedb/lancedb-*"],
    logLevel: "error",
  });
  return folder;
}

function showTable(): void {
  const width = Math.max(...results.map(({ runtime }) => runtime.length));
  const lines = results.map(
    ({ runtime, client, result }) => `${runtime.padEnd(width)}  ${client.padEnd(16)}  ${result}`,
  );
  console.log(lines.join("\n"));
}
