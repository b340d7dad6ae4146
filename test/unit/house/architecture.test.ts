// The import table of the design and the style of its files, executed; and that each rule can fail.
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { breaches, featureRooms, oversizedRooms } from "../../support/house/architecture.ts";
import { readSources } from "../../support/house/sourceFile.ts";
import { root } from "../../support/runner/tools.ts";

test("src keeps the import table and its style, has no cycles, and oauth no clock, chance or network of its own", async () => {
  assert.deepEqual(breaches(await readSources(join(root, "src"))), []);
});

for (const [what, path, code, says] of [
  ["the foundation importing a room", "sessions/a.ts", 'import "../notebooks/b.ts";', "may not import notebooks/b.ts"],
  ["accounts importing commands", "accounts/a.ts", 'import "../commands/b.ts";', "may not import commands/b.ts"],
  ["oauth importing the editor", "oauth/a.ts", 'import * as vscode from "vscode";', "may not import vscode"],
  ["oauth importing Node", "oauth/a.ts", 'const fs = await import("node:fs");', "may not import node:fs"],
  ["oauth importing a type of Node", "oauth/a.ts", 'import type { X } from "node:fs";', "may not import node:fs"],
  ["ids importing anything", "ids.ts", 'import "./oauth/token.ts";', "may not import oauth/token.ts"],
  ["the broker importing the editor", "broker/a.ts", 'import "vscode";', "may not import vscode"],
  ["somebody importing the root", "sessions/a.ts", 'import "../extension.ts";', "may not import extension.ts"],
  ["a client importing more of the broker", "clients/a.ts", 'import "../broker/server.ts";', "may not import"],
  ["a package that no part has", "sessions/a.ts", 'import "left-pad";', "may not import left-pad"],
  ["a file of no part", "misc/a.ts", "", "belongs to no part"],
  ["a file named helpers", "oauth/helpers.ts", "", "a name that says nothing"],
  ["a file named service", "statusBar/service.ts", "", "a name that says nothing"],
  ["an interface with the prefix I", "oauth/a.ts", "export interface IToken {}", "the prefix I: IToken"],
  ["a default export", "oauth/a.ts", "export default 1;", "a default export"],
  ["a default function", "oauth/a.ts", "export default function a() {}", "a default export"],
  ["a barrel", "oauth/a.ts", 'export * from "./token.ts";', "exports what another file holds"],
  ["a re-export by name", "oauth/a.ts", 'export { a } from "./token.ts";', "exports what another file holds"],
  ["subscriptions outside the root", "sessions/a.ts", "context.subscriptions.push(a);", "context.subscriptions"],
  ["logic in the protocol", "broker/protocol.ts", "export const a = () => 1;", "holds logic"],
  ["oauth asking the clock", "oauth/a.ts", "export const at = Date.now();", "Date.now"],
  ["oauth asking for today", "oauth/a.ts", "export const at = new Date();", "new Date()"],
  ["oauth handing the clock on", "oauth/a.ts", "export const now = Date.now;", "Date.now"],
  ["oauth setting a timer", "oauth/a.ts", "setTimeout(a, 1);", "setTimeout"],
  ["oauth fetching", "oauth/a.ts", 'await fetch("https://a");', "fetch"],
  ["oauth defaulting to fetch", "oauth/a.ts", "export function a(ask = fetch) {}", "fetch"],
  ["oauth asking for chance", "oauth/a.ts", "export const a = Math.random();", "Math.random"],
  ["oauth reading the environment", "oauth/a.ts", "export const a = process.env;", "process"],
] as const) {
  test(`${what} is found`, () => {
    const found = breaches([{ path, text: `// What it is.\n${code}` }]).filter((breach) => breach.includes(says));
    assert.equal(found.length, 1);
  });
}

for (const [what, code] of [
  ["a fetch that was handed in", "export function a(fetch: Fetch) { return () => fetch(1); }"],
  ["a fetch out of an option", "export function a({ fetch }: Options) { return fetch(1); }"],
  ["the type of fetch", "export type Fetch = typeof fetch;"],
  ["a moment that was handed in", "export const a = (at: number): string => new Date(at).toISOString();"],
  ["a comment about Date.now()", "// Date.now() is not used: `setTimeout`.\nexport const a = 'Date.now()';"],
] as const) {
  test(`oauth may use ${what}`, () => {
    assert.deepEqual(breaches([{ path: "oauth/a.ts", text: `// What it is.\n${code}` }]), []);
  });
}

for (const [what, text] of [
  ["without an opening", "export {};"],
  ["with an opening of five lines", "// 1\n// 2\n// 3\n// 4\n// 5\nexport {};"],
] as const) {
  test(`a file ${what} is found`, () => {
    assert.match(breaches([{ path: "oauth/a.ts", text }]).join("\n"), /does not open/);
  });
}

for (const room of Object.keys(featureRooms)) {
  test(`${room} importing another feature room is found, whichever it is`, () => {
    const others = Object.keys(featureRooms).filter((other) => other !== room);
    const text = ["// What it is.", ...others.map((other) => `import "../${other}/b.ts";`)].join("\n");
    assert.equal(breaches([{ path: `${room}/a.ts`, text }]).length, others.length);
  });
}

test("a folder of more than twenty files is found", () => {
  const files = Array.from({ length: 21 }, (_, index) => ({ path: `oauth/a${index}.ts`, text: "// What it is.\n" }));
  assert.deepEqual(breaches(files), ["oauth holds 21 files; 20 are the most"]);
});

test("no room holds a fifth of the lines of src, and one that does is found", async () => {
  const sources = await readSources(join(root, "src"));
  const large = { path: "oauth/large.ts", text: "\n".repeat(100_000) };
  assert.deepEqual([oversizedRooms(sources), oversizedRooms([...sources, large]).length], [[], 1]);
});

test("an import cycle is found", () => {
  const files = [
    { path: "oauth/a.ts", text: '// x\nimport "./b.ts";' },
    { path: "oauth/b.ts", text: '// x\nimport "./a.ts";' },
  ];
  assert.match(breaches(files).join("\n"), /import cycle: oauth\/a\.ts → oauth\/b\.ts → oauth\/a\.ts/);
});
