// The window is out of reach for longer than the time after which programs ask it again: with a valid token nobody notices.
import assert from "node:assert/strict";
import { cp, symlink } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { startSession } from "../support/session.ts";
import { root } from "../support/runner/tools.ts";

/** Programs ask again after 15 s at the latest; these are seconds of their runs, of which each makes a request. */
const [lostAt, backAt, endAt] = [2, 21, 24];

test("a window that is lost for 19 s costs no request while the token is valid, and is asked again when it is back", async () => {
  await using session = await startSession({ accessTokenSeconds: 600 });
  await cp(join(root, "test", "demo", "workspace"), session.folder, { recursive: true });
  await symlink(join(root, "node_modules"), join(session.folder, "node_modules"), "junction");
  const programs = [
    [process.execPath, "watch.mjs"],
    ...(session.python === undefined ? [] : [[session.python, "watch.py"]]),
  ];
  const counts = programs.map(() => 0);
  let step = Promise.resolve();
  const answers = { atLoss: NaN, atReturn: NaN };
  const onSecond = (): void => {
    const second = Math.min(...counts);
    if (second === lostAt) {
      step = step.then(() => session.closeWindow());
      answers.atLoss = session.answers.length;
    }
    if (second === backAt) {
      answers.atReturn = session.answers.length;
      step = step.then(() => session.openWindow());
    }
  };
  const ended = await Promise.all(
    programs.map(([program = "", script = ""], index) =>
      session.run(program, [join(session.folder, script), String(endAt)], {
        timeoutMs: 90_000,
        onLine: () => {
          const before = Math.min(...counts);
          counts[index] = (counts[index] ?? 0) + 1;
          if (Math.min(...counts) > before) onSecond();
        },
      }),
    ),
  );
  await step;
  assert.deepEqual(
    {
      failures: ended.filter(({ code }) => code !== 0),
      refused: session.lancedb.requests.filter(({ status }) => status !== 200),
      answeredWhileLost: answers.atReturn - answers.atLoss,
      answeredAfterwards: session.answers.length > answers.atReturn,
      tokens: session.authorization.tokenRequests.length,
    },
    {
      failures: [],
      refused: [],
      answeredWhileLost: 0,
      answeredAfterwards: true,
      tokens: 1,
    },
  );
});
