// The environment that local notebook kernels inherit: what they find there, and that it is as it was when we are gone.
import assert from "node:assert/strict";
import { delimiter } from "node:path";
import { test } from "node:test";
import { clientFoldersIn } from "../../../src/sessions/clientFiles.ts";
import type { SessionPointer } from "../../../src/sessions/environment.ts";
import { hostEnvironment } from "../../../src/sessions/hostEnvironment.ts";

const clients = clientFoldersIn("/c");
const session: SessionPointer = { descriptorPath: "/s/descriptor.json", clients, autoConnect: "both" };
const ours = { LANCEDB_AUTH_SESSION: "/s/descriptor.json", PYTHONSTARTUP: clients.pythonStartup };

test("kernels find the pointer and our start-up file", () => {
  const env: NodeJS.ProcessEnv = { HOME: "/h" };
  hostEnvironment(env)(session);
  assert.deepEqual(env, { HOME: "/h", ...ours });
});

test("the user's own start-up file is remembered for ours to run", () => {
  const env: NodeJS.ProcessEnv = { PYTHONSTARTUP: "/h/own.py" };
  hostEnvironment(env)(session);
  assert.deepEqual(env, { ...ours, LANCEDB_AUTH_PYTHONSTARTUP: "/h/own.py" });
});

for (const autoConnect of ["node", "off"] as const) {
  test(`with autoConnect ${autoConnect} there is the pointer alone`, () => {
    const env: NodeJS.ProcessEnv = { PYTHONSTARTUP: "/h/own.py" };
    hostEnvironment(env)({ ...session, autoConnect });
    assert.deepEqual(env, { PYTHONSTARTUP: "/h/own.py", LANCEDB_AUTH_SESSION: "/s/descriptor.json" });
  });
}

test("programs that other extensions start find the hook before what the user has on Python's path", () => {
  const env: NodeJS.ProcessEnv = { PYTHONPATH: "/mine" };
  hostEnvironment(env)(session, { extensionPrograms: true });
  const { pythonAutoConnect, pythonExplicit } = clients;
  assert.deepEqual(env, { ...ours, PYTHONPATH: [pythonAutoConnect, pythonExplicit, "/mine"].join(delimiter) });
});

test("with the hook on Python's path and then without, the path is as it was", () => {
  const env: NodeJS.ProcessEnv = { PYTHONPATH: "/mine" };
  const provide = hostEnvironment(env);
  for (const each of [session, session, undefined]) provide(each, { extensionPrograms: true });
  assert.deepEqual(env, { PYTHONPATH: "/mine" });
});

for (const before of [{}, { PYTHONSTARTUP: "/h/own.py" }, { PYTHONSTARTUP: "" }, { LANCEDB_AUTH_SESSION: "/outer" }]) {
  test(`turned on twice and off, ${JSON.stringify(before)} is as it was`, () => {
    const env: NodeJS.ProcessEnv = { ...before };
    const provide = hostEnvironment(env);
    for (const each of [session, { ...session, autoConnect: "off" }, session, undefined] as const) provide(each);
    assert.deepEqual(env, before);
  });
}

test("what somebody else has set meanwhile stays", () => {
  const env: NodeJS.ProcessEnv = { PYTHONSTARTUP: "/h/own.py" };
  const provide = hostEnvironment(env);
  provide(session);
  env["PYTHONSTARTUP"] = "/theirs.py";
  provide(undefined);
  assert.deepEqual(env, { PYTHONSTARTUP: "/theirs.py" });
});

test("our own file that an outer window handed down is not taken for the user's", () => {
  const env: NodeJS.ProcessEnv = { ...ours };
  hostEnvironment(env)(session);
  assert.deepEqual(env, ours);
});
