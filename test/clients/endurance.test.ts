// Two programs in one terminal outlive their tokens, a reload of the window and its absence, and notice a sign-out.
import assert from "node:assert/strict";
import { cp, symlink } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { stretched } from "../support/runner/patience.ts";
import { startSession, type Ended, type Session } from "../support/session.ts";
import { root } from "../support/runner/tools.ts";

const workspace = join(root, "test", "demo", "workspace");

/** The demo's unchanged scripts, each of which makes a request every second; onSecond is called with each line they print. */
async function watchers(session: Session, onSecond: (second: number) => void): Promise<readonly Promise<Ended>[]> {
  await cp(workspace, session.folder, { recursive: true });
  await symlink(join(root, "node_modules"), join(session.folder, "node_modules"));
  const [python, node] = [session.python, process.execPath];
  const programs = [[node, "watch.mjs"], ...(python === undefined ? [] : [[python, "watch.py"]])] as const;
  return programs.map(([program, script]) =>
    session.run(program, [join(session.folder, script), "200"], {
      timeoutMs: 90_000,
      onLine: (line) => {
        onSecond(Number(/^\s*(\d+) s/.exec(line)?.[1]));
      },
    }),
  );
}

test("tokens of 15 s, a window closed for some seconds and a reload cost no request; a sign-out is seen within 16 s", async () => {
  await using session = await startSession({ accessTokenSeconds: 15 });
  let signedOutAt = Infinity;
  let step = Promise.resolve();
  const at = new Map<number, () => Promise<void> | void>([
    [4, () => session.closeWindow()],
    [8, () => session.openWindow()],
    [20, () => session.closeWindow().then(() => session.openWindow())],
    [
      33,
      () => {
        signedOutAt = Date.now();
        session.signOut();
      },
    ],
  ]);
  const running = await watchers(session, (second) => {
    const action = at.get(second);
    at.delete(second);
    if (action !== undefined) step = step.then(action);
  });
  const ended = await Promise.all(running);
  const noticedAfter = (Date.now() - signedOutAt) / 1000;
  await step;
  const why = 'LanceDB connection "demo": Signed out. Run "LanceDB: Sign In" in VS Code.';
  assert.deepEqual(
    {
      refused: session.lancedb.requests.filter(({ status }) => status !== 200),
      sayWhy: ended.map(({ code, stderr }) => [code, stderr.includes(why)]),
      tokensWereReplaced: session.authorization.tokenRequests.length >= 3,
      fewTokens: session.authorization.tokenRequests.length <= 8,
      inTime: noticedAfter < stretched(17_000) / 1000,
    },
    { refused: [], sayWhy: ended.map(() => [1, true]), tokensWereReplaced: true, fewTokens: true, inTime: true },
  );
});
