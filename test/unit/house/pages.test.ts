// README and docs: every link leads somewhere, every command and setting that is named exists, every recipe is a connection.
import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { parseConnection } from "../../../src/oauth/connection.ts";
import { redirectToRegister } from "../../../src/providers/providers.ts";
import { oauthServices } from "../../../src/signIn/services/serviceTable.ts";
import { spokenManifest as manifest } from "../../support/runner/bundles.ts";
import { deadLinks, jsonBlocks, unknownNames, type Page } from "../../support/workbench/pages.ts";
import { root } from "../../support/runner/tools.ts";

const docs = (await readdir(join(root, "docs"), { recursive: true }))
  .filter((name) => name.endsWith(".md"))
  .map((name) => `docs/${name.replaceAll("\\", "/")}`);
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

/** The connections in a block, also those inside of a setting. */
function entriesIn(value: unknown): readonly object[] {
  if (typeof value !== "object" || value === null) return [];
  return "uri" in value ? [value] : Object.values(value).flatMap(entriesIn);
}

test("every entry of every page is a connection of fields that exist", () => {
  const read = pages.flatMap((page) =>
    jsonBlocks(page)
      .flatMap(entriesIn)
      .map((entry) => {
        const { uri } = parseConnection(entry);
        return { at: `${page.path} ${uri}`, unknown: Object.keys(entry).filter((field) => !fields.includes(field)) };
      }),
  );
  assert.deepEqual(
    read.filter(({ unknown }) => unknown.length > 0),
    [],
  );
  assert.equal(read.length >= 28, true, String(read.length));
});

test("each service of the dialogue has a page: its entry for a person and for a machine, and three errors with their cure", () => {
  const files: Readonly<Record<string, string>> = { lancedbCloud: "lancedb-cloud" };
  const services = [...oauthServices.map(({ id }) => id), "lancedbCloud"];
  const told = services.map((id) => {
    const page = pages.find(({ path }) => path === `docs/sign-in/${files[id] ?? id}.md`);
    const text = page?.text ?? "";
    const headings = [...text.matchAll(/^## (.*)$/gm)].map(([, heading]) => heading);
    const errors = text.split("## The commonest errors")[1]?.match(/^\| (?!-|what you see)/gm) ?? [];
    return [id, headings, page === undefined ? 0 : jsonBlocks(page).length, errors.length];
  });
  assert.deepEqual(
    told,
    services.map((id) => [id, ["As a person", "As a machine", "The commonest errors"], 2, 3]),
  );
});

test("a service's page names the service in its entry, and the redirect address that has to be registered", () => {
  const wrong = oauthServices.flatMap(({ id }) => {
    const page = pages.find(({ path }) => path === `docs/sign-in/${id}.md`);
    const [entry] = page === undefined ? [] : jsonBlocks(page);
    const connection = parseConnection(entry);
    const address = redirectToRegister(connection);
    // Google's desktop clients register none.
    const isSaid = id === "google" || page?.text.includes(`\`${address}\``) === true;
    return connection.provider === id && isSaid ? [] : [`${id}: ${address}`];
  });
  assert.deepEqual(wrong, []);
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
