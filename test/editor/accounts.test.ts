// The live side of the connections over one keyring, as several windows have it: who shares a token, what a sign-out in another window
// does here, and that no secret follows a connection to another endpoint. Real editor, real HTTP.
import { deepEqual } from "node:assert/strict";
import type { Connection } from "../../src/oauth/connection.ts";
import { parseConnection } from "../../src/oauth/connection.ts";
import { Secret } from "../../src/oauth/secret.ts";
import { Accounts } from "../../src/accounts/accounts.ts";
import { authorizationServers } from "../../src/accounts/authorizationServers.ts";
import { secretsIn } from "../../src/accounts/secrets.ts";
import { runTokenCommand } from "../../src/accounts/commandToken.ts";
import { tokenSources } from "../../src/accounts/tokenSources.ts";
import { ResilientStorage } from "../../src/accounts/resilientStorage.ts";
import { startFaultyServer, type FaultyServer } from "../support/servers/faultyServer.ts";
import { startKeyring, type Keyring } from "../support/workbench/keyring.ts";

const quiet = { info: () => undefined, warn: () => undefined, failure: () => undefined };

suite("accounts", () => {
  let [server, other]: [FaultyServer?, FaultyServer?] = [];
  let keyring: Keyring;
  const browsed: string[] = [];
  /** What was told of sign-outs that a server did not hear of. */
  let unrevoked: string[] = [];
  let windows: Accounts[] = [];

  setup(async () => {
    [server, other] = await Promise.all([startFaultyServer(), startFaultyServer()]);
    keyring = startKeyring();
  });
  teardown(async () => {
    for (const accounts of windows) accounts.dispose();
    windows = [];
    unrevoked = [];
    await Promise.all([server?.close(), other?.close()]);
  });

  const connection = (name: string, fields: Readonly<Record<string, unknown>> = {}): Connection =>
    parseConnection({ name, uri: `db://${name}`, clientId: "shared", tokenUrl: server?.tokenUrl, ...fields });

  function openWindow(...connections: readonly Connection[]): Accounts {
    const last = { done: Promise.resolve() };
    const accounts = new Accounts({
      secrets: secretsIn(new ResilientStorage(keyring)),
      servers: authorizationServers((url, init) => fetch(url, init)),
      sources: tokenSources({
        fetch: (url, init) => fetch(url, init),
        run: runTokenCommand,
        env: {},
        readFile: () => Promise.reject(new Error("none")),
      }),
      browse: (url) => {
        browsed.push(url);
        return Promise.resolve();
      },
      notifyUnrevoked: (name, { code }) => unrevoked.push(`${name}: ${code}`),
      withLock: async (_, work) => {
        const before = last.done;
        const mine = before.then(work);
        last.done = mine.then(
          () => undefined,
          () => undefined,
        );
        return mine;
      },
      log: { ...quiet, show: () => undefined, dispose: () => undefined },
    });
    accounts.use(connections);
    windows.push(accounts);
    return accounts;
  }

  const statuses = (accounts: Accounts): readonly string[] =>
    accounts.all().map(({ provider }) => provider.state.status);

  /** Resolves when the accounts are in these states; mocha's deadline ends the wait. */
  function become(accounts: Accounts, wanted: readonly string[]): Promise<void> {
    return new Promise((resolve) => {
      const look = (): void => {
        if (statuses(accounts).join() !== wanted.join()) return;
        subscription.dispose();
        resolve();
      };
      const subscription = accounts.onDidChange(look);
      look();
    });
  }

  const tokenRequests = (asked: FaultyServer | undefined): number =>
    (asked?.requests ?? []).filter(({ path }) => path === "/token").length;

  test("two connections of one client and issuer share one token request", async () => {
    await secretsIn(new ResilientStorage(keyring)).storeClientSecret(connection("one"), new Secret("s"));
    const accounts = openWindow(connection("one"), connection("two"));
    await become(accounts, ["ready", "ready"]);
    deepEqual(tokenRequests(server), 1);
  });

  test("connections of one client that ask for different scopes do not", async () => {
    await secretsIn(new ResilientStorage(keyring)).storeClientSecret(connection("one"), new Secret("s"));
    const accounts = openWindow(connection("one", { scopes: ["read"] }), connection("two", { scopes: ["write"] }));
    await become(accounts, ["ready", "ready"]);
    deepEqual(tokenRequests(server), 2);
  });

  test("several are live at once, each with its own state", async () => {
    if (other !== undefined) other.token = "invalid_client";
    const [good, bad, none] = [
      connection("good"),
      connection("bad", { tokenUrl: other?.tokenUrl }),
      connection("none", { clientId: "another" }),
    ];
    const secrets = secretsIn(new ResilientStorage(keyring));
    await secrets.storeClientSecret(good, new Secret("s"));
    await secrets.storeClientSecret(bad, new Secret("s"));
    await become(openWindow(good, bad, none), ["ready", "failed", "signedOut"]);
  });

  test("a connection that is renamed keeps its token, without a request", async () => {
    const accounts = openWindow(connection("one"));
    await accounts.signIn(connection("one"), new Secret("s"));
    accounts.use([connection("one", { name: "renamed" })]);
    await become(accounts, ["ready"]);
    deepEqual([accounts.find("renamed")?.provider.state.status, tokenRequests(server)], ["ready", 1]);
  });

  test("a connection that is pointed elsewhere sends no secret there, and gets it back when it is pointed back", async () => {
    const accounts = openWindow(connection("one"));
    await accounts.signIn(connection("one"), new Secret("s"));
    accounts.use([connection("one", { tokenUrl: other?.tokenUrl })]);
    const failure = await accounts
      .find("one")
      ?.provider.token()
      .catch((error: unknown) => error);
    accounts.use([connection("one")]);
    await become(accounts, ["ready"]);
    const code = failure instanceof Error && "code" in failure ? failure.code : "none";
    deepEqual([code, other?.requests, tokenRequests(server)], ["secret_missing", [], 1]);
  });

  test("a connection that was edited away leaves nothing, unless another one still needs it", async () => {
    const accounts = openWindow(connection("one"), connection("two"));
    await accounts.signIn(connection("one"), new Secret("s"));
    const secrets = secretsIn(new ResilientStorage(keyring));
    const held = async (): Promise<boolean> => (await secrets.clientSecret(connection("one"))) !== undefined;
    await accounts.release(connection("one"), [connection("two")]);
    const shared = await held();
    await accounts.release(connection("one"), [connection("two", { tokenUrl: other?.tokenUrl })]);
    deepEqual([shared, await held()], [true, false]);
  });

  test("a sign-in in one window is seen in the other at once", async () => {
    const [here, there] = [openWindow(connection("one")), openWindow(connection("one"))];
    await there.signIn(connection("one"), new Secret("s"));
    await become(here, ["ready"]);
    deepEqual(tokenRequests(server), 1);
  });

  test("a sign-out in one window is followed in the other at once, also by the connections that share the secret", async () => {
    const pair = [connection("one"), connection("two", { scopes: ["write"] })];
    const [here, there] = [openWindow(...pair), openWindow(...pair)];
    for (const each of pair) await there.signIn(each, new Secret("s"));
    await become(here, ["ready", "ready"]);
    await there.signOut(connection("one"));
    await become(here, ["signedOut", "signedOut"]);
    deepEqual(keyring.keys, []);
  });

  test("a sign-out ends the session at the issuer where the connection says so", async () => {
    const fields = { flow: "device_code", issuerUrl: server?.issuerUrl, tokenUrl: undefined };
    const [ending, plain] = [connection("ending", { ...fields, endSession: true }), connection("plain", fields)];
    const accounts = openWindow(ending, plain);
    for (const each of [plain, ending]) {
      await accounts.keep(each, { accessToken: "token", refreshToken: new Secret("r") });
      accounts.use([each]);
      await accounts.signOut(each);
    }
    deepEqual(browsed, [`${server?.issuerUrl ?? ""}/logout?client_id=shared`]);
  });

  test("a sign-out is one at once though the server does not answer, and the person is told that it was not", async () => {
    if (server !== undefined) server.revocation = "hang";
    const fields = { flow: "device_code", issuerUrl: server?.issuerUrl, tokenUrl: undefined, timeoutSeconds: 1 };
    const [mine, twin] = [connection("mine", fields), connection("twin", fields)];
    const accounts = openWindow(mine, twin);
    await accounts.keep(mine, { accessToken: "token", refreshToken: new Secret("r") });
    await become(accounts, ["ready", "ready"]);
    const ending = accounts.signOut(mine);
    const atOnce = statuses(accounts);
    await ending;
    deepEqual([atOnce, keyring.keys, unrevoked], [["signedOut", "signedOut"], [], ["mine: timeout"]]);
  });

  test("an API key that another window replaces is replaced here", async () => {
    const keyed = parseConnection({
      name: "keyed",
      uri: "db://keyed",
      flow: "api_key",
      hostOverride: server?.issuerUrl,
    });
    const [here, there] = [openWindow(keyed), openWindow(keyed)];
    for (const key of ["first", "second"]) await there.storeUntried(keyed, new Secret(key));
    for (;;) {
      const token = await here.find("keyed")?.provider.token();
      if (token?.accessToken.reveal() === "second") return;
    }
  });
});
