// The way of a token in the real extension host: from a token endpoint, through the window, to the broker that programs ask.
// The client is a public one, for nobody is here to type a secret; the way through the dialogues is walked in test/ui.
import { deepEqual, equal } from "node:assert/strict";
import { statSync } from "node:fs";
import * as vscode from "vscode";
import type { Descriptor } from "../../src/broker/protocol.ts";
import { commandIds, settingsSection } from "../../src/ids.ts";
import { pointerOfTerminals } from "./pointer.ts";
import { callBroker, descriptorAt } from "../support/broker/brokerCaller.ts";
import { startFaultyServer, type FaultyServer } from "../support/servers/faultyServer.ts";

const healthyHeaders = {
  authorization: "Bearer a-token-of-the-faulty-server",
  "x-lancedb-credential-type": "oidc",
};

suite("token", () => {
  let issuer: FaultyServer;
  let pointer: string;
  let broker: Descriptor;

  suiteSetup(async () => {
    issuer = await startFaultyServer();
    await vscode.extensions.getExtension("lancedb-auth.lancedb-auth")?.activate();
    await setConnections([
      {
        ...{ name: "public", uri: "db://public", hostOverride: "https://lancedb.example", tokenUrl: issuer.tokenUrl },
        ...{ clientId: "public-client", clientAuthentication: "none" },
      },
    ]);
    pointer = await pointerOfTerminals();
    broker = await descriptorAt(pointer);
  });
  suiteTeardown(async () => {
    await setConnections(undefined);
    await issuer.close();
  });

  const headersFor = (query: Readonly<Record<string, string>>): Promise<unknown> =>
    callBroker(broker, { query }).then(parseHeaders);

  test("a connection written into the settings fetches its token and hands out its headers", async () => {
    deepEqual(await headersFor({ uri: "db://public" }), healthyHeaders);
  });

  test("another host gets no token", async () => {
    deepEqual(await headersFor({ uri: "db://public", host: "https://evil.example" }), undefined);
  });

  test("another database gets no token", async () => {
    deepEqual(await headersFor({ uri: "db://other" }), undefined);
  });

  test("a hundred programs at once cost no token request", async () => {
    await headersFor({ uri: "db://public" });
    const before = tokenRequests(issuer);
    await Promise.all(Array.from({ length: 100 }, () => headersFor({ uri: "db://public" })));
    equal(tokenRequests(issuer) - before, 0);
  });

  test("the command Refresh Token makes one token request", async () => {
    const before = tokenRequests(issuer);
    await vscode.commands.executeCommand(commandIds.refreshToken, "public");
    equal(tokenRequests(issuer) - before, 1);
  });

  test("a refresh that fails leaves programs with the token that is still good", async () => {
    issuer.token = "status500";
    const before = tokenRequests(issuer);
    await vscode.commands.executeCommand(commandIds.refreshToken, "public");
    const served = await headersFor({ uri: "db://public" });
    issuer.token = "none";
    deepEqual([served, tokenRequests(issuer) > before], [healthyHeaders, true]);
  });

  test("the descriptor can be read by this user alone", () => {
    if (process.platform !== "win32") equal(statSync(pointer).mode & 0o777, 0o600);
  });

  test("a connection taken out of the settings hands out nothing more", async () => {
    await setConnections([]);
    // The settings reach the window a moment later; mocha's deadline ends the wait.
    while ((await headersFor({ uri: "db://public" })) !== undefined);
    deepEqual(await headersFor({ uri: "db://public" }), undefined);
  });
});

function setConnections(connections: readonly object[] | undefined): Thenable<void> {
  const settings = vscode.workspace.getConfiguration(settingsSection);
  return settings.update("connections", connections, vscode.ConfigurationTarget.Global);
}

function tokenRequests({ requests }: FaultyServer): number {
  return requests.filter(({ path }) => path === "/token").length;
}

function parseHeaders({ body }: { readonly body: unknown }): unknown {
  return (body as { readonly headers?: unknown }).headers;
}
