// The variables of places where user code runs, and how a debug configuration gets them beside what the user has there.
import assert from "node:assert/strict";
import { test } from "node:test";
import { clientFoldersIn } from "../../../src/sessions/clientFiles.ts";
import { changedVariables, environmentChanges, type SessionPointer } from "../../../src/sessions/environment.ts";
import { completedEnv, launchOf } from "../../../src/sessions/launchConfiguration.ts";

const clients = {
  ...clientFoldersIn("/c"),
  bin: "/c/bin",
  pythonAutoConnect: "/c/auto",
  pythonExplicit: "/c/explicit",
  nodeOption: '--require "/c/register.cjs"',
  nodeExplicitOption: '--require "/c/resolve.cjs"',
};
const pointer: SessionPointer = { descriptorPath: "/s/descriptor.json", clients, autoConnect: "both" };
const changes = environmentChanges(pointer, "linux");

test("the environment points to the descriptor and goes in front of the paths", () => {
  assert.deepEqual(Object.fromEntries(changes), {
    LANCEDB_AUTH_SESSION: { how: "replace", value: "/s/descriptor.json" },
    PATH: { how: "prepend", value: "/c/bin:" },
    PYTHONPATH: { how: "prepend", value: "/c/auto:/c/explicit:" },
    NODE_OPTIONS: { how: "prepend", value: '--require "/c/register.cjs" ' },
  });
});

for (const [autoConnect, python, node] of [
  ["both", "/c/auto:/c/explicit:", "register"],
  ["python", "/c/auto:/c/explicit:", "resolve"],
  ["node", "/c/explicit:", "register"],
  ["off", "/c/explicit:", "resolve"],
] as const) {
  test(`autoConnect ${autoConnect} loads the hooks that it names, and the modules in any case`, () => {
    const found = environmentChanges({ ...pointer, autoConnect }, "linux");
    assert.deepEqual(
      [found.get("PYTHONPATH")?.value, found.get("NODE_OPTIONS")?.value],
      [python, `--require "/c/${node}.cjs" `],
    );
  });
}

test("Windows separates the entries of its paths with semicolons", () => {
  assert.equal(environmentChanges(pointer, "win32").get("PYTHONPATH")?.value, "/c/auto;/c/explicit;");
});

test("the user's own values stay behind ours, and those of the process where the user says nothing", () => {
  const own = { PYTHONPATH: "/mine:/too", OTHER: "1" };
  const inherited = { PATH: "/usr/bin", PYTHONPATH: "/not this", NODE_OPTIONS: "--max-old-space-size=100" };
  assert.deepEqual(changedVariables(changes, own, inherited, "linux"), {
    LANCEDB_AUTH_SESSION: "/s/descriptor.json",
    PATH: "/c/bin:/usr/bin",
    PYTHONPATH: "/c/auto:/c/explicit:/mine:/too",
    NODE_OPTIONS: '--require "/c/register.cjs" --max-old-space-size=100',
  });
});

test("where there was nothing no empty entry is left, which would mean the current folder", () => {
  const { PYTHONPATH, NODE_OPTIONS } = changedVariables(changes, { NODE_OPTIONS: null }, {}, "linux");
  assert.deepEqual([PYTHONPATH, NODE_OPTIONS], ["/c/auto:/c/explicit", '--require "/c/register.cjs"']);
});

test("a configuration that is resolved twice says nothing twice", () => {
  const once = changedVariables(changes, {}, { PATH: "/usr/bin" }, "linux");
  assert.deepEqual(changedVariables(changes, once, { PATH: "/usr/bin" }, "linux"), once);
});

test("Windows tells no case apart, and the spelling that is there stays", () => {
  const windows = environmentChanges(pointer, "win32");
  const { Path, PATH, pythonpath, PYTHONPATH } = changedVariables(
    windows,
    { pythonpath: "C:\\mine" },
    { Path: "C:\\Windows" },
    "win32",
  );
  assert.deepEqual(
    [Path, PATH, pythonpath, PYTHONPATH],
    ["/c/bin;C:\\Windows", undefined, "/c/auto;/c/explicit;C:\\mine", undefined],
  );
});

for (const [what, configuration, expected] of [
  ["Node by default", { type: "pwa-node", request: "launch" }, "everything"],
  ["Node in the terminal", { type: "node", request: "launch", console: "integratedTerminal" }, "NODE_OPTIONS"],
  ["Node in another window", { type: "node", request: "launch", console: "externalTerminal" }, "everything"],
  ["an attachment", { type: "node", request: "attach" }, "nothing"],
  ["Python by default", { type: "debugpy", request: "launch" }, ""],
  ["Python in the debug console", { type: "python", request: "launch", console: "internalConsole" }, "everything"],
] as const) {
  test(`${what} needs ${expected || "no variable"} in its launch configuration`, () => {
    const launch = launchOf(configuration);
    assert.equal(launch === undefined ? "nothing" : [...(launch.lacks ?? ["everything"])].join(), expected);
  });
}

test("Node in the terminal gets the variable that its debugger writes over, and no other", () => {
  const launch = { env: { A: "b" }, lacks: new Set(["NODE_OPTIONS"]) };
  const env = completedEnv(launch, "", changes, { PATH: "/usr/bin", NODE_OPTIONS: "--inherited" }, "linux");
  assert.deepEqual(env, { A: "b", NODE_OPTIONS: '--require "/c/register.cjs" --inherited' });
});

test("a variable of the file is kept, and env wins over it", () => {
  const text = 'export PYTHONPATH="/file"\nNODE_OPTIONS=--file\n';
  const env = completedEnv({ env: { NODE_OPTIONS: "--own", A: "b" } }, text, changes, { PATH: "/usr/bin" }, "linux");
  assert.deepEqual(env, {
    A: "b",
    LANCEDB_AUTH_SESSION: "/s/descriptor.json",
    PATH: "/c/bin:/usr/bin",
    PYTHONPATH: "/c/auto:/c/explicit:/file",
    NODE_OPTIONS: '--require "/c/register.cjs" --own',
  });
});

test("a variable of the file that is not plain text is left alone", () => {
  const env = completedEnv({ env: {} }, "PYTHONPATH=${HOME}/lib\n", changes, { PATH: "/usr/bin" }, "linux");
  assert.equal("PYTHONPATH" in env, false);
});

for (const [where, env, file] of [
  ["env", { PYTHONPATH: "/mine" }, ""],
  ["its file", {}, "PYTHONPATH=/mine"],
] as const) {
  test(`Python in the terminal keeps both PYTHONPATHs where ${where} has one, and gets no other variable`, () => {
    const launch = launchOf({ type: "debugpy", request: "launch", env });
    assert.ok(launch);
    const completed = completedEnv(launch, file, changes, { PYTHONPATH: "/not this" }, "linux");
    assert.deepEqual(completed, { PYTHONPATH: "/c/auto:/c/explicit:/mine" });
  });
}
