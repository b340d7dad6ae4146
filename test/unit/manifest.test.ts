// package.json and the code name the same things.
import assert from "node:assert/strict";
import { test } from "node:test";
import manifest from "../../package.json" with { type: "json" };
import { commandIds, settingIds, settingsSection } from "../../src/ids.ts";
import { clientAuthentications, flows, problemWithName, problemWithUri } from "../../src/oauth/connection.ts";

const { commands, configuration } = manifest.contributes;
const entry = configuration.properties["lancedbAuth.connections"].items.properties;

test("every command of the code is in the manifest, and the other way round", () => {
  assert.deepEqual(commands.map(({ command }) => command).sort(), Object.values(commandIds).sort());
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
