// README and docs: every link leads somewhere, every command and setting that is named exists, every recipe is a connection.
import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { parseConnection } from "../../../src/oauth/connection.ts";
import { spokenManifest as manifest } from "../../support/runner/bundles.ts";
import { deadLinks, jsonBlocks, unknownNames, type Page } from "../../support/workbench/pages.ts";
import { root } from "../../support/runner/tools.ts";

const docs = (await readdir(join(root, "docs"))).filter((name) => name.endsWith(".md")).map((name) => `docs/${name}`);
const pages = await Promise.all(
  ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", ...docs].map(async (path): Promise<Page> => {
    return { path, text: await readFile(join(root, path), "utf8") };
  }),
);

const { commands, configuration } = manifest.contributes;
const names = {
  commands: commands.map(({ title, category }) => `${category}: ${title}`),
  settings: Object.keys(configuration.properties),
};
const fields = Object.keys(configuration.properties["lancedbAuth.connections"].items.properties);

test("every relative link and anchor leads somewhere", () => {
  assert.deepEqual(
    pages.flatMap((page) => deadLinks(page, pages, root)),
    [],
  );
});

test("every command and setting that is named exists", () => {
  assert.deepEqual(
    pages.flatMap((page) => unknownNames(page, names)),
    [],
  );
});

test("every recipe is a connection of fields that exist", () => {
  const recipes = pages.filter(({ path }) => path === "docs/recipes.md").flatMap((page) => jsonBlocks(page));
  const entries = recipes.filter(
    (entry): entry is object => typeof entry === "object" && entry !== null && "uri" in entry,
  );
  const read = entries.map((entry) => [
    parseConnection(entry).uri,
    Object.keys(entry).filter((field) => !fields.includes(field)),
  ]);
  assert.deepEqual(
    read,
    entries.map(() => ["db://production", []]),
  );
  assert.equal(entries.length >= 4, true);
});

test("the recipes are the promised ones", () => {
  const text = pages.find(({ path }) => path === "docs/recipes.md")?.text ?? "";
  const wanted = [
    ...["Entra ID", "Okta", "Auth0", "Keycloak", "A LanceDB Cloud API key", "Codespaces", "Dev containers", "WSL"],
    ...["Remote SSH", "Proxies and private certificate authorities"],
  ];
  assert.deepEqual(
    wanted.filter((title) => !text.includes(`\n## ${title}\n`)),
    [],
  );
});

/** Lines of prose, without code, tables and links' addresses. */
function proseOf(text: string): readonly string[] {
  const plain = text.replaceAll(/```[\s\S]*?```|`[^`]*`|<!--[\s\S]*?-->/g, "x").replaceAll(/\]\([^)]*\)/g, "]");
  return plain
    .replaceAll(/^\d+\. /gm, "")
    .split(/\n\s*\n|\n(?=- |> - |[A-Z])/)
    .filter((block) => !block.trim().startsWith("|"));
}

test("README has at most 150 lines, no passage of over two sentences, and the words that people search for", () => {
  const text = pages.find(({ path }) => path === "README.md")?.text ?? "";
  const long = proseOf(text).filter((passage) => (passage.match(/[.!?](\*\*)?(\s|$)/g) ?? []).length > 2);
  const missing = ["token", "API key", "secrets", "vector search", "Jupyter"].filter((word) => !text.includes(word));
  assert.deepEqual([text.split("\n").length <= 150, long, missing], [true, [], []]);
});

for (const [what, text, found] of [
  ["a link to no file", "[a](docs/nowhere.md)", ["a.md: docs/nowhere.md"]],
  ["a link to no heading", "# Here\n[a](#there)", ["a.md: #there"]],
  ["a link that works", "# Here it is\n[a](#here-it-is) [b](README.md) [c](https://a.example)", []],
] as const) {
  test(`${what} is told apart`, () =>
    assert.deepEqual(deadLinks({ path: "a.md", text }, [{ path: "a.md", text }], root), found));
}

test("a command and a setting that do not exist are found", () => {
  const text = "`LanceDB: Fly` **LanceDB: Diagnose** `lancedbAuth.fly` `lancedbAuth.autoConnect`";
  assert.deepEqual(unknownNames({ path: "a.md", text }, names), ["a.md: LanceDB: Fly", "a.md: lancedbAuth.fly"]);
});
