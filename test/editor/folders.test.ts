// Several folders in one window: each selects a connection of its own, which its programs get without naming one.
import { deepEqual } from "node:assert/strict";
import * as vscode from "vscode";
import { settingsSection } from "../../src/ids.ts";
import { pointerOfTerminals } from "./pointer.ts";
import { callBroker, descriptorAt } from "../support/broker/brokerCaller.ts";
import { startFaultyServer, type FaultyServer } from "../support/servers/faultyServer.ts";

suite("folders", () => {
  let issuer: FaultyServer;
  const settings = (folder?: vscode.Uri): vscode.WorkspaceConfiguration =>
    vscode.workspace.getConfiguration(settingsSection, folder);
  const folders = (): readonly vscode.Uri[] => (vscode.workspace.workspaceFolders ?? []).map(({ uri }) => uri);
  const select = (folder: vscode.Uri | undefined, name: string | undefined): Thenable<void> =>
    settings(folder).update("activeConnection", name, vscode.ConfigurationTarget.WorkspaceFolder);

  suiteSetup(async () => {
    issuer = await startFaultyServer();
    await vscode.extensions.getExtension("lancedb-auth.lancedb-auth")?.activate();
    const connections = ["one", "two"].map((name) => ({
      ...{ name, uri: `db://${name}`, hostOverride: "https://lancedb.example", tokenUrl: issuer.tokenUrl },
      ...{ clientId: name, clientAuthentication: "none" },
    }));
    await settings().update("connections", connections, vscode.ConfigurationTarget.Global);
  });
  suiteTeardown(async () => {
    for (const folder of folders()) await select(folder, undefined);
    await settings().update("connections", undefined, vscode.ConfigurationTarget.Global);
    await issuer.close();
  });

  test("each folder's programs get its own connection, in a folder below it as well", async () => {
    const [first, second] = folders();
    await select(first, "one");
    await select(second, "two");
    const broker = await descriptorAt(await pointerOfTerminals());
    const namesFor = (folder: string): Promise<unknown> => callBroker(broker, { query: { folder } }).then(parseName);
    const asked = [first, second].flatMap((uri) => [uri?.fsPath ?? "", `${uri?.fsPath ?? ""}/below`]);
    deepEqual(await Promise.all([...asked, "/elsewhere"].map(namesFor)), ["one", "one", "two", "two", "one"]);
  });
});

function parseName({ body }: { readonly body: unknown }): unknown {
  return (body as { readonly connection?: { readonly name?: unknown } }).connection?.name;
}
