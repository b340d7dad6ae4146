// Two Python and two Node programs, with two connections each, outlive token after token. SOAK_LIFETIMES makes it longer (npm run
// test:soak -- lifetimes).
import assert from "node:assert/strict";
import { cp, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { until } from "../support/workbench/person.ts";
import { startSession, type Ended, type Session } from "../support/session.ts";
import { root } from "../support/runner/tools.ts";

const lifetimes = Number(process.env["SOAK_LIFETIMES"] ?? 16);

/**
 * Time is compressed by the life of the tokens alone: six seconds in place of an hour. Everything else is as it is shipped. The
 * broker hands out no token with less than five seconds left, so each is handed out for its first second and then replaced by the
 * next; that second is the lifetime that is counted. A client goes on with a token that it has until two seconds before its end,
 * and the token requests are those that the eight connections cause by asking at moments of their own.
 */
const lifeSeconds = 6;
const handedOutMs = 1_000;

/**
 * What the server forgives, compressed as well: gateways usually forgive half a minute or more. The token's end is in whole seconds,
 * and this machine may stand still for one.
 */
const leewaySeconds = 3;

/** Long enough for the first call of a client, which can take four seconds. */
const firstLifeSeconds = 12;

type Told = { readonly requests: number; readonly failures: readonly string[] };

type Program = { readonly ready: Promise<void>; readonly ended: Promise<Ended> };

async function startPrograms(session: Session, stop: string): Promise<readonly Program[]> {
  await cp(join(import.meta.dirname, "programs"), session.folder, { recursive: true });
  await symlink(join(root, "node_modules"), join(session.folder, "node_modules"), "junction");
  const node = [process.execPath, "lifetimes.mjs"] as const;
  const python = session.python === undefined ? [] : [[session.python, "lifetimes.py"] as const];
  return [node, node, ...python, ...python].map(([program, script]) => {
    const ready = Promise.withResolvers<undefined>();
    const ended = session.run(program, [script, stop], {
      timeoutMs: (lifetimes * lifeSeconds + 180) * 1_000,
      onLine: (line) => {
        if (line === "ready") ready.resolve(undefined);
      },
    });
    const early = ended.then(({ stderr }) => Promise.reject(new Error(`${script} ended early: ${stderr}`)));
    return { ready: Promise.race([ready.promise, early]), ended };
  });
}

function parseTold({ stdout }: Ended): Told {
  return JSON.parse(stdout.trimEnd().split("\n").at(-1) ?? "") as Told;
}

test(`in ${lifetimes} lifetimes of a token no request of eight connections fails, and each costs one token request`, async (t) => {
  let late = 0;
  const leeway = { seconds: leewaySeconds, onUse: () => (late += 1) };
  await using session = await startSession({ accessTokenSeconds: firstLifeSeconds, leeway });
  const { authorization, lancedb, connections, answers } = session;
  const stop = join(session.folder, "stop");
  const programs = await startPrograms(session, stop);
  let first = 0;
  const startedAt = Date.now();
  try {
    await Promise.all(programs.map(({ ready }) => ready));
    authorization.accessTokenSeconds = lifeSeconds;
    first = authorization.tokenRequests.length;
    await Promise.all(connections.map(({ provider }) => provider.refreshToken()));
    const seen = (): number => authorization.tokenRequests.length - first - 1;
    const enough = (): Promise<boolean> => Promise.resolve(seen() >= lifetimes);
    await until(`${lifetimes} lifetimes`, enough, () => `${seen()}`, (lifetimes * lifeSeconds + 60) * 1_000);
  } finally {
    await writeFile(stop, "");
  }
  const ended = await Promise.all(programs.map(async (program) => program.ended));
  const told = ended.map(parseTold);
  const asked = authorization.tokenRequests.slice(first);
  const requests = told.reduce((sum, each) => sum + each.requests, 0);
  t.diagnostic(
    `${asked.length - 1} lifetimes in ${Math.round((Date.now() - startedAt) / 1000)} s: ${requests} requests, ${answers.length} questions to the broker, ${asked.length} token requests, ${late} requests after the token's end`,
  );
  const gaps = asked.slice(1).map(({ at }, index) => at - (asked[index]?.at ?? 0));
  assert.deepEqual(
    {
      failures: told.flatMap(({ failures }) => failures),
      ended: ended.map(({ code }) => code),
      refused: lancedb.requests.filter(({ status }) => status !== 200),
      unanswered: answers.filter(({ outcome }) => outcome !== "ok"),
      failedTokenRequests: asked.filter(({ status }) => status !== 200),
      withinOneLifetime: gaps.filter((gap) => gap < handedOutMs),
    },
    {
      ...{ failures: [], ended: programs.map(() => 0), refused: [], unanswered: [] },
      ...{ failedTokenRequests: [], withinOneLifetime: [] },
    },
  );
});
