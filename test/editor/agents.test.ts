// What agents get, in the real extension host: the tool reports the connections and never a token; the MCP servers of connections are listed.
import { deepEqual, equal } from "node:assert/strict";
import * as vscode from "vscode";
import { agentIds, settingsSection } from "../../src/ids.ts";
import { startFaultyServer, type FaultyServer } from "../support/servers/faultyServer.ts";

const token = "a-token-of-the-faulty-server";

suite("agents", () => {
  let issuer: FaultyServer;

  suiteSetup(async () => {
    issuer = await startFaultyServer();
    await vscode.extensions.getExtension("lancedb-auth.lancedb-auth")?.activate();
    await setConnections([
      {
        ...{ name: "public", uri: "db://public", hostOverride: "https://lancedb.example", tokenUrl: issuer.tokenUrl },
        ...{ clientId: "public-client", clientAuthentication: "none", mcpUrl: "https://lancedb.example/mcp" },
      },
    ]);
  });
  suiteTeardown(async () => {
    await setConnections(undefined);
    await issuer.close();
  });

  test("the tool is offered to models", function () {
    const { tools } = parseModels(vscode);
    if (tools === undefined) return this.skip();
    deepEqual(
      tools.filter(({ name }) => name === agentIds.tool).map(({ name, tags }) => [name, tags]),
      [[agentIds.tool, ["lancedb", "database", "authentication"]]],
    );
  });

  test("the tool reports a connection that is signed in, and no token", async function () {
    const { invokeTool } = parseModels(vscode);
    if (invokeTool === undefined) return this.skip();
    let text = "";
    // The token comes a moment after the settings; mocha's deadline ends the wait.
    while (!text.includes('"ready"'))
      text = textOf(await invokeTool(agentIds.tool, { input: {}, toolInvocationToken: undefined }));
    const { connections, locked } = parseReport(text);
    deepEqual(
      [
        locked,
        connections.map(({ name, uri, host, state, active }) => [name, uri, host, state, active]),
        text.includes(token),
      ],
      [false, [["public", "db://public", "https://lancedb.example", "ready", true]], false],
    );
  });

  test("an answer that the tool gives names no secret of the settings either", async function () {
    const { invokeTool } = parseModels(vscode);
    if (invokeTool === undefined) return this.skip();
    const text = textOf(await invokeTool(agentIds.tool, { input: {}, toolInvocationToken: undefined }));
    equal(/client-?secret|public-client/i.test(text), false);
  });
});

function setConnections(connections: readonly object[] | undefined): Thenable<void> {
  const settings = vscode.workspace.getConfiguration(settingsSection);
  return settings.update("connections", connections, vscode.ConfigurationTarget.Global);
}

interface Models {
  readonly tools?: readonly { readonly name: string; readonly tags: readonly string[] }[];
  readonly invokeTool?: (name: string, options: object) => Thenable<unknown>;
}

/** Newer than the oldest VS Code that is supported. */
function parseModels(editor: unknown): Models {
  return (editor as { readonly lm: Models }).lm;
}

function textOf(result: unknown): string {
  const { content } = result as { readonly content: readonly { readonly value?: string }[] };
  return content.map(({ value = "" }) => value).join("");
}

interface Report {
  readonly locked: boolean;
  readonly connections: readonly Readonly<Record<string, unknown>>[];
}

function parseReport(text: string): Report {
  return JSON.parse(text) as Report;
}
