// Ten windows over one storage and one lock, with a refresh token that rotates and may be used once: what one window does serves
// all, and no session is lost. SOAK_SECONDS makes it longer (npm run test:soak).
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import type { Connection } from "../../../src/oauth/connection.ts";
import { AuthError } from "../../../src/oauth/errors.ts";
import { OAuthHeaderProvider } from "../../../src/oauth/provider.ts";
import { Secret } from "../../../src/oauth/secret.ts";
import { tokenFrom } from "../../../src/oauth/token.ts";
import { windowLockIn } from "../../../src/accounts/windowLock.ts";
import { authorizationServers } from "../../../src/accounts/authorizationServers.ts";
import { sharedFetcher, type RenewalParts } from "../../../src/accounts/renewal.ts";
import { secretsIn, type Secrets } from "../../../src/accounts/secrets.ts";
import { ResilientStorage } from "../../../src/accounts/resilientStorage.ts";
import { startAuthorizationServer, type AuthorizationServer } from "../../support/servers/authorizationServer.ts";
import { until } from "../../support/workbench/person.ts";
import { startKeyring } from "../../support/workbench/keyring.ts";
import { personalRequest, signInAsPerson } from "../../support/workbench/signIn.ts";

const soakSeconds = Number(process.env["SOAK_SECONDS"] ?? 0);
const [lifeSeconds, runSeconds] = soakSeconds > 0 ? [10, soakSeconds] : [2, 10];

let server: AuthorizationServer;
let folder: string;
before(async () => {
  server = await startAuthorizationServer({ accessTokenSeconds: lifeSeconds });
  folder = await mkdtemp(join(tmpdir(), "la-windows-"));
});
after(async () => {
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

const quiet = { info: () => undefined, failure: () => undefined };

type WindowParts = RenewalParts & { readonly secrets: Secrets };

type Session = {
  readonly connection: Connection;
  readonly secrets: Secrets;
  readonly parts: WindowParts;
  /** The parts of one more window over the same keyring and lock. */
  readonly anotherWindow: () => WindowParts;
};

/** A person's connection whose session is in the storage, and the parts of a window over it. */
async function signedIn(): Promise<Session> {
  const { connection } = personalRequest(server.issuerUrl, { refreshBufferSeconds: 0 });
  const granted = await signInAsPerson(personalRequest(server.issuerUrl)).granted;
  const keyring = startKeyring();
  const anotherWindow = (): WindowParts => ({
    secrets: secretsIn(new ResilientStorage(keyring)),
    servers: authorizationServers((url, init) => fetch(url, init)),
    sources: { token: () => Promise.reject(new AuthError("signed_out")) },
    withLock: windowLockIn(folder, () => undefined),
    log: quiet,
  });
  const parts = anotherWindow();
  const { secrets } = parts;
  if (granted.refreshToken !== undefined) await secrets.storeRefreshToken(connection, granted.refreshToken);
  await secrets.storeToken(connection, tokenFrom(granted, Date.now()));
  return { connection, secrets, parts, anotherWindow };
}

/** The keyring tells of a change after it is made. */
const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

const refreshes = () => server.tokenRequests.filter(({ grant }) => grant === "refresh_token");

test(`ten windows keep one session for ${runSeconds} s of ${lifeSeconds} s tokens: at most one request per lifetime plus one`, async () => {
  const { connection, anotherWindow } = await signedIn();
  const count = refreshes().length;
  const windows = Array.from({ length: 10 }, () => {
    const provider: OAuthHeaderProvider = new OAuthHeaderProvider(
      sharedFetcher(anotherWindow(), connection, () => provider.state),
      connection.refreshBufferSeconds,
    );
    return provider;
  });
  const lost: unknown[] = [];
  for (const window of windows) {
    window.onDidChangeState((state) => {
      if ("failure" in state) lost.push(state.failure.code);
    });
  }
  await Promise.all(windows.map((window) => window.headers()));
  const startedAt = performance.now();
  const enough = (): boolean =>
    performance.now() - startedAt >= runSeconds * 1000 && refreshes().length - count >= runSeconds / lifeSeconds - 2;
  await until("so many lifetimes", () => Promise.resolve(enough()), undefined, (runSeconds + 30) * 1000);
  const seconds = (performance.now() - startedAt) / 1000;
  const served = await Promise.all(windows.map((window) => window.headers()));
  for (const window of windows) window.dispose();
  const asked = refreshes().slice(count);
  assert.deepEqual(
    {
      lost,
      ...{ refused: asked.filter(({ status }) => status !== 200).length, served: served.length },
      ...{ few: asked.length <= seconds / lifeSeconds + 1 },
    },
    { lost: [], refused: 0, served: 10, few: true },
    `${asked.length} requests`,
  );
});

test("a refused refresh token is read again: what another window stored meanwhile is adopted", async () => {
  const { connection, secrets, parts } = await signedIn();
  const stale = await secrets.refreshToken(connection);
  const fresh = (await signInAsPerson(personalRequest(server.issuerUrl)).granted).refreshToken;
  const { servers } = parts;
  const renew: typeof servers.renew = async (of, secret, token) => {
    if (token.reveal() !== stale?.reveal()) return servers.renew(of, secret, token);
    if (fresh !== undefined) await secrets.storeRefreshToken(of, fresh);
    return servers.renew(of, secret, new Secret("spent"));
  };
  const state = () => ({ status: "ready", life: { obtainedAt: 0, expiresAt: Infinity } }) as const;
  const reply = await sharedFetcher({ ...parts, servers: { ...servers, renew } }, connection, state)();
  assert.equal(tokenFrom(reply, Date.now()).accessToken.isEmpty, false);
});

test("a session that is lost for all windows asks for the person, and its token is forgotten", async () => {
  const { connection, secrets, parts } = await signedIn();
  const token = await secrets.refreshToken(connection);
  if (token !== undefined) await parts.servers.revoke(connection, () => Promise.resolve(undefined), token);
  const state = () => ({ status: "ready", life: { obtainedAt: 0, expiresAt: Infinity } }) as const;
  await assert.rejects(Promise.resolve(sharedFetcher(parts, connection, state)()), { code: "interaction_required" });
  assert.equal(await secrets.refreshToken(connection), undefined);
});

test("without a session the person is asked for, and no request is made", async () => {
  const { connection, secrets, parts } = await signedIn();
  await secrets.forget(connection);
  const count = server.tokenRequests.length;
  const fetcher = sharedFetcher(parts, connection, () => ({ status: "signedOut" }));
  await assert.rejects(Promise.resolve(fetcher()), { code: "interaction_required" });
  assert.equal(server.tokenRequests.length, count);
});

test("who signs out while a refresh is under way stays signed out, and what came is revoked", async () => {
  const { connection, secrets, parts } = await signedIn();
  const state = () => ({ status: "ready", life: { obtainedAt: 0, expiresAt: Infinity } }) as const;
  const { servers } = parts;
  const renew: typeof servers.renew = async (...asked) => {
    const granted = await servers.renew(...asked);
    await secrets.forget(connection);
    return granted;
  };
  const count = server.revocations.length;
  const fetcher = sharedFetcher({ ...parts, servers: { ...servers, renew } }, connection, state);
  await assert.rejects(Promise.resolve(fetcher()), { code: "signed_out" });
  assert.deepEqual(
    [await secrets.refreshToken(connection), await secrets.token(connection), server.revocations.slice(count)],
    [undefined, undefined, [200]],
  );
});

test("a token that one window stores or deletes is announced to the others", async () => {
  const { connection, secrets } = await signedIn();
  const [seen, other]: [Promise<boolean>[], unknown] = [[], { ...connection, clientId: "another" }];
  const listening = secrets.onDidChangeToken((isOf) => {
    seen.push(isOf(connection), isOf(other as typeof connection));
  });
  await secrets.forget(connection);
  await nextTurn();
  listening.dispose();
  await secrets.storeToken(connection, tokenFrom({ accessToken: "abc" }, 0));
  assert.deepEqual(await Promise.all(seen), [true, false]);
});
