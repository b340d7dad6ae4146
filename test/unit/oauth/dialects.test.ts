// Every service as it is documented, by the same steps: a machine's token, a person's sign-in, its renewal, the same after the server's
// restart, the sign-out, and one misconfiguration with the sentence for it. Printed as one table.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { systemClock } from "../../../src/oauth/clock.ts";
import { parseConnection, type Connection } from "../../../src/oauth/connection.ts";
import { asAuthError, type AuthError } from "../../../src/oauth/errors.ts";
import { signInWithBrowser } from "../../../src/oauth/grants/authorizationCode.ts";
import type { Granted, GrantRequest } from "../../../src/oauth/grants/clientConfiguration.ts";
import { clientCredentials, renew, revoke } from "../../../src/oauth/grants/grants.ts";
import { Secret } from "../../../src/oauth/secret.ts";
import { tokenFrom } from "../../../src/oauth/token.ts";
import { redirectOf } from "../../../src/providers/providers.ts";
import { sentenceFor } from "../../../src/messages/failure.ts";
import { openLoopback } from "../../../src/signIn/redirect/loopback.ts";
import type { Dialect } from "../../support/servers/dialects/dialect.ts";
import { dialects } from "../../support/servers/dialects/dialects.ts";
import { dialectClient, startDialectServer, type DialectServer } from "../../support/servers/dialects/dialectServer.ts";
import { httpBrowser } from "../../support/servers/httpBrowser.ts";
import { listenOnLoopback } from "../../support/servers/loopback.ts";

const titles = ["service", "machine", "person", "renewal", "after restart", "sign-out", "wrong"] as const;
const rows: (readonly string[])[] = [];
after(() => {
  const lines = [titles, ...rows];
  const widths = titles.map((_, column) => Math.max(...lines.map((row) => row[column]?.length ?? 0)));
  console.log(lines.map((row) => row.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join("  ")).join("\n"));
});

function connectionOf(
  { id, document }: Dialect,
  server: DialectServer,
  fields: Readonly<Record<string, unknown>>,
): Connection {
  const where = document === "none" ? { tokenUrl: server.tokenUrl } : { issuerUrl: server.issuerUrl };
  const tokenFile =
    fields["flow"] === "token_exchange" ? { tokenFile: "/token", ...{ tokenUrl: server.tokenUrl } } : {};
  const base = { name: "demo", uri: "db://demo", provider: id, clientId: dialectClient.id };
  return parseConnection({ ...base, ...where, ...tokenFile, ...fields });
}

function requestOf(connection: Connection, secret: string = dialectClient.secret): GrantRequest {
  const clientSecret = () => Promise.resolve(new Secret(secret));
  return { connection, clientSecret, fetch: (url, init) => fetch(url, init), signal: AbortSignal.timeout(20_000) };
}

async function machineToken(connection: Connection, secret?: string): Promise<Granted> {
  const { clientSecret, fetch: ask } = requestOf(connection, secret);
  const subject = () => Promise.resolve(new Secret("a-token-of-the-workload\n"));
  const reply = await clientCredentials(connection, clientSecret, ask, subject)();
  // What the provider makes of it.
  tokenFrom(reply, Date.now());
  return reply;
}

/** A browser that stays on the service's own page fails the sign-in with what that page says. */
async function personToken(connection: Connection, secret?: string): Promise<Granted> {
  const browse = async (url: string): Promise<void> => {
    const { status, text, url: end } = await httpBrowser().visit(url);
    if (!/^http:\/\/(localhost|127\.0\.0\.1):\d+\/(callback)?\?/.test(end))
      throw new Error(`${String(status)}: ${text}`);
  };
  const openPlace = () => openLoopback(redirectOf(connection));
  return signInWithBrowser(requestOf(connection, secret), { openPlace, browse, clock: systemClock });
}

async function freePort(): Promise<number> {
  const loopback = await listenOnLoopback();
  await loopback.close();
  return loopback.port;
}

async function personFields(dialect: Dialect, server: DialectServer): Promise<Readonly<Record<string, unknown>>> {
  if (dialect.redirect.anyPort) return { flow: "authorization_code", ...dialect.person };
  server.redirectPort = await freePort();
  return { flow: "authorization_code", redirectPort: server.redirectPort, ...dialect.person };
}

const failureOf = (asked: Promise<unknown>): Promise<AuthError | undefined> =>
  asked.then(
    () => undefined,
    (error: unknown) => asAuthError(error),
  );

/** "yes" or what went wrong; what a row shows and a test compares. */
const outcomeOf = async (asked: Promise<unknown>): Promise<string> => (await failureOf(asked))?.message ?? "yes";

async function personSteps(dialect: Dialect, server: DialectServer): Promise<readonly string[]> {
  if (dialect.person === undefined) return ["-", "-", "-", "-"];
  const connection = connectionOf(dialect, server, await personFields(dialect, server));
  const request = requestOf(connection);
  let held: Secret | undefined;
  const step = (act: () => Promise<Granted>): Promise<string> =>
    outcomeOf(
      act().then(({ refreshToken }) => {
        held = refreshToken ?? held;
      }),
    );
  const signedIn = await step(() => personToken(connection));
  const renewal = await step(() => renew(request, held ?? new Secret("none came")));
  await server.restart();
  // A connection that was kept open is found dead once; the provider then tries again, as here.
  const again = (): Promise<Granted> => renew(request, held ?? new Secret("none came"));
  const restarted = await step(() =>
    again().catch((error: unknown) => (asAuthError(error).retryHelps ? again() : Promise.reject(asAuthError(error)))),
  );
  const told = await revoke(request, held ?? new Secret(""));
  const isOver = !dialect.revokes || server.revoked.has(held?.reveal() ?? "");
  return [signedIn, renewal, restarted, told === dialect.revokes && isOver ? (told ? "yes" : "here") : "no"];
}

async function wrongly(dialect: Dialect, server: DialectServer): Promise<AuthError | undefined> {
  const { of, fields, secret, refusal } = dialect.misconfiguration;
  server.refusal = refusal;
  const base = of === "machine" ? dialect.machine : await personFields(dialect, server);
  const connection = connectionOf(dialect, server, { ...base, ...fields });
  const asked = of === "machine" ? machineToken(connection, secret) : personToken(connection, secret);
  const failure = await failureOf(asked);
  server.refusal = undefined;
  return failure;
}

for (const dialect of dialects) {
  test(`${dialect.name}: machine, person, renewal, restart and sign-out work, and ${dialect.misconfiguration.what} is said`, async () => {
    const server = await startDialectServer(dialect);
    try {
      const machine =
        dialect.machine === undefined
          ? "-"
          : await outcomeOf(machineToken(connectionOf(dialect, server, dialect.machine)));
      const [person = "", renewal = "", restarted = "", signedOut = ""] = await personSteps(dialect, server);
      const failure = await wrongly(dialect, server);
      const wrong = failure === undefined ? "nothing" : sentenceFor(failure).slice(-90);
      rows.push([dialect.name, machine, person, renewal, restarted, signedOut, wrong]);
      const expected =
        dialect.person === undefined ? ["-", "-", "-", "-"] : ["yes", "yes", "yes", dialect.revokes ? "yes" : "here"];
      assert.deepEqual(
        { machine, person: [person, renewal, restarted, signedOut], wrong: [failure?.code, failure?.reason] },
        {
          machine: dialect.machine === undefined ? "-" : "yes",
          person: expected,
          wrong: [dialect.misconfiguration.code, dialect.misconfiguration.reason],
        },
      );
    } finally {
      await server.close();
    }
  });
}

test("at least twelve services are driven as a machine, as a person, through a renewal and a misconfiguration", () => {
  const whole = dialects.filter(({ machine, person }) => machine !== undefined && person !== undefined);
  assert.ok(new Set(whole.map(({ id }) => id)).size >= 12);
});
