// package.json and the code name the same things.
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import {
  agentIds,
  authenticationProvider,
  commandIds,
  settingIds,
  settingsSection,
  walkthroughKeys,
} from "../../../src/ids.ts";
import {
  clientAuthentications,
  flows,
  parseConnection,
  problemWithName,
  problemWithUri,
} from "../../../src/oauth/connection.ts";
import { assertionAudiences } from "../../../src/oauth/serviceFields.ts";
import { providerIds } from "../../../src/providers/traits.ts";
import { spokenManifest as manifest } from "../../support/runner/bundles.ts";
import { readSources } from "../../support/house/sourceFile.ts";
import { root } from "../../support/runner/tools.ts";

const { commands, configuration } = manifest.contributes;
const entry = configuration.properties["lancedbAuth.connections"].items.properties;

test("every command of the code is in the manifest, and the other way round", () => {
  assert.deepEqual(commands.map(({ command }) => command).sort(), Object.values(commandIds).sort());
});

test("the badges say the oldest VS Code that the manifest allows, and its licence", () => {
  const oldest = manifest.engines.vscode.replace(/^\^|\.0$/g, "");
  const said = manifest.badges.map(({ url, description }) => [decodeURIComponent(url).includes(oldest), description]);
  assert.deepEqual(said, [
    [true, `VS Code ${oldest} or newer`],
    [false, "Apache License 2.0"],
  ]);
});

test("every setting of the code is in the manifest, and the other way round", () => {
  const named = Object.values(settingIds).map((name) => `${settingsSection}.${name}`);
  assert.deepEqual(Object.keys(configuration.properties).sort(), named.sort());
});

test("every command has a title and stands under LanceDB", () => {
  assert.deepEqual(
    commands.filter(({ title, category }) => title === "" || category !== "LanceDB"),
    [],
  );
});

test("the schema offers the flows and client authentications that the code has", () => {
  assert.deepEqual([entry.flow.enum, entry.clientAuthentication.enum], [[...flows], [...clientAuthentications]]);
});

test("the schema offers the services and the assertion audiences that the code has", () => {
  assert.deepEqual([entry.provider.enum, entry.assertionAudience.enum], [[...providerIds], [...assertionAudiences]]);
});

test("the setting autoConnect offers the choices that the code has", async () => {
  // Read, not imported: the module needs an editor.
  const code = await readFile(join(root, "src", "settings", "settings.ts"), "utf8");
  const choices: unknown = JSON.parse(/autoConnectChoices = (\[[^\]]*\])/.exec(code)?.[1] ?? "null");
  assert.deepEqual(configuration.properties["lancedbAuth.autoConnect"].enum, choices);
});

test("the schema knows every field that the code reads, and no other", () => {
  const parsed = parseConnection({
    ...{ name: "demo", uri: "db://demo", hostOverride: "https://a.example", region: "us-east-1" },
    ...{ sqlHostOverride: "https://g.example:10025" },
    ...{ issuerUrl: "https://b.example", tokenUrl: "https://b.example/token", clientId: "c" },
    ...{ audience: "d", resource: "https://e.example", clientKeyFile: "/key.pem", mcpUrl: "https://f.example/mcp" },
    ...{
      redirectPort: 4711,
      endSession: true,
      environment: "production",
      color: "red",
      consent: "once",
      agentScopes: ["read"],
    },
    ...{ redirectUri: "http://localhost/callback", provider: "entra", assertionAudience: "issuer" },
    ...{ tokenFile: "/token", allowInsecureHost: true },
  });
  const command = parseConnection({ name: "demo", uri: "db://demo", flow: "command", command: "az" });
  const account = parseConnection({ name: "demo", uri: "db://demo", flow: "vscode" });
  const known = new Set([parsed, command, account].flatMap((each) => Object.keys(each)));
  assert.deepEqual(Object.keys(entry).sort(), [...known].sort());
});

test("the account provider of the code is in the manifest", () => {
  assert.deepEqual(manifest.contributes.authentication, [authenticationProvider]);
});

test("a workspace may suggest what the machine's settings take", () => {
  const suggested = configuration.properties["lancedbAuth.suggestedConnections"];
  assert.deepEqual(
    [suggested.items, suggested.scope],
    [configuration.properties["lancedbAuth.connections"].items, "resource"],
  );
});

test("the schema's defaults are the code's", () => {
  const parsed = parseConnection({ name: "demo", uri: "db://demo", issuerUrl: "https://a.example", clientId: "b" });
  const { flow, clientAuthentication, refreshBufferSeconds, timeoutSeconds } = entry;
  assert.deepEqual(
    [flow, clientAuthentication, refreshBufferSeconds, timeoutSeconds].map((property) => property.default),
    [parsed.flow, parsed.clientAuthentication, parsed.refreshBufferSeconds, parsed.timeoutSeconds],
  );
});

test("the schema's patterns and the dialogue's checks agree", () => {
  const samples = [
    "demo",
    "a b-c_d.e",
    "-x",
    "",
    "x".repeat(65),
    "db://demo",
    "db://",
    "db://a b",
    "/tmp",
    "db://a.b-c_d",
  ];
  assert.deepEqual(
    samples.map((text) => [new RegExp(entry.name.pattern).test(text), new RegExp(entry.uri.pattern).test(text)]),
    samples.map((text) => [problemWithName(text) === undefined, problemWithUri(text) === undefined]),
  );
});

test("connections are of the machine: a workspace cannot define one", () => {
  assert.equal(configuration.properties["lancedbAuth.connections"].scope, "machine");
});

test("Settings Sync takes no connection along, and no key of the extension's state is registered for it", async () => {
  const synced = Object.entries(configuration.properties).filter(([, { scope }]) => !scope.startsWith("machine"));
  const sources = await readSources(join(root, "src"));
  assert.deepEqual(
    {
      settings: synced.map(([name, { type }]) => [name, type]),
      keys: sources.filter(({ text }) => text.includes("setKeysForSync")).map(({ path }) => path),
    },
    {
      settings: [
        ["lancedbAuth.activeConnection", "string"],
        ["lancedbAuth.suggestedConnections", "array"],
        ["lancedbAuth.terminal.enabled", "boolean"],
        ["lancedbAuth.notebook.enabled", "boolean"],
        ["lancedbAuth.extensionPrograms.enabled", "boolean"],
        ["lancedbAuth.findByFolder", "boolean"],
        ["lancedbAuth.autoConnect", "string"],
        ["lancedbAuth.codeLens.enabled", "boolean"],
      ],
      keys: [],
    },
  );
});

test("tool and MCP provider of the manifest are the code's", () => {
  const { languageModelTools, mcpServerDefinitionProviders } = manifest.contributes;
  assert.deepEqual(
    [languageModelTools.map(({ name }) => name), mcpServerDefinitionProviders.map(({ id }) => id)],
    [[agentIds.tool], [agentIds.mcpProvider]],
  );
});

const walkthroughSteps = manifest.contributes.walkthroughs.flatMap(({ steps }) => steps);

test("each step of the walkthrough ends with something that the code does, and offers commands that exist", () => {
  const contexts = Object.values(walkthroughKeys).map((key) => `onContext:${key}`);
  const own = Object.values(commandIds);
  const known = new Set<string>([...contexts, ...own.map((id) => `onCommand:${id}`)]);
  const offered = walkthroughSteps.flatMap(({ description }) => [...description.matchAll(/\(command:([\w.]+)\)/g)]);
  const unknown = offered.flatMap(([, id = ""]) =>
    id.startsWith(`${settingsSection}.`) && !own.some((each) => each === id) ? [id] : [],
  );
  assert.deepEqual(
    [
      walkthroughSteps.flatMap(({ completionEvents }) => completionEvents).filter((event) => !known.has(event)),
      unknown,
    ],
    [[], []],
  );
});

test("every picture of the walkthrough exists, and is described for those who do not see it", () => {
  const pictures = walkthroughSteps.flatMap(({ media }) => Object.values(media.image));
  assert.deepEqual(
    [
      pictures.filter((path) => !existsSync(join(root, path))),
      walkthroughSteps.filter(({ media }) => media.altText.length < 20).map(({ id }) => id),
      walkthroughSteps.length <= 5,
    ],
    [[], [], true],
  );
});
