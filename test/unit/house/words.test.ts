// Everything that a person reads goes through l10n, and is there in every language: the bundles of the code and of package.json.
import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import manifest from "../../../package.json" with { type: "json" };
import { bundlesFolder, readBundle, spoken, type Bundle } from "../../support/runner/bundles.ts";
import { readSources } from "../../support/house/sourceFile.ts";
import { stayEnglish, type English } from "../../support/house/stayEnglish.ts";
import { root } from "../../support/runner/tools.ts";
import { messagesOf, untranslatableCalls, wordsOutside } from "../../support/house/words.ts";

const sources = await readSources(join(root, "src"));
const outside = sources.flatMap((file) => wordsOutside(file));
const english = await readBundle("l10n/bundle.l10n.json");
const manifestWords = await readBundle("package.nls.json");

/** Words that a language shares with English. */
const sameWords: Readonly<Record<string, readonly string[]>> = {
  de: [
    ...["Audience", "Broker", "Client", "Notebook", "Problem", "Proxy", "Resource", "Schema", "Scopes", "Server"],
    ...["Terminals", "Token", "Version", "Parameters", "Flow", "Claim", "Claims", "Token: {0}", "{0}, “{1}”"],
    ...["Diagnose", "LanceDB Cloud", "“{0}”", "{0} (in {1})", "{0}; {1}.", "“{0}”: {1}", "{0} Token"],
  ],
};

function isEnglish(at: string, text: string): boolean {
  return stayEnglish.some((each) => covers(each, at, text));
}

function covers({ where, texts }: English, at: string, text: string): boolean {
  return at.startsWith(where) && (texts?.test(text) ?? true);
}

/** "{0}", "{name}": each as often as it occurs. */
function placeholders(text: string): readonly string[] {
  return (text.match(/\{[^}]*\}/g) ?? []).sort();
}

test("no text for people is outside of l10n", () => {
  assert.deepEqual(
    outside.filter(({ at, text }) => !isEnglish(at, text)),
    [],
  );
});

test("what stays English is still there", () => {
  const idle = stayEnglish.filter((each) => !outside.some(({ at, text }) => covers(each, at, text)));
  assert.deepEqual(idle, []);
});

test("every message is one literal text, and is asked for when it is needed", () => {
  assert.deepEqual(untranslatableCalls(sources), []);
});

test("the English bundle is what the code says; npm run l10n writes it", () => {
  const said = messagesOf(sources);
  assert.deepEqual(
    {
      missing: said.filter((message) => english[message] !== message),
      leftOver: Object.keys(english).filter((message) => !said.includes(message)),
    },
    { missing: [], leftOver: [] },
  );
});

const languages = (await readdir(bundlesFolder)).flatMap((name) => /^bundle\.l10n\.(.+)\.json$/.exec(name)?.[1] ?? []);

test("German is there", () => {
  assert.equal(languages.includes("de"), true);
});

for (const language of languages) {
  const bundle = await readBundle(`l10n/bundle.l10n.${language}.json`);
  const ofManifest = await readBundle(`package.nls.${language}.json`);

  test(`${language} has every message of the code and of package.json, and no other`, () => {
    assert.deepEqual(
      [difference(english, bundle), difference(manifestWords, ofManifest)],
      [
        [[], []],
        [[], []],
      ],
    );
  });

  test(`${language} puts in what English puts in`, () => {
    const differing = Object.entries(bundle).filter(
      ([message, text]) => placeholders(message).join() !== placeholders(text).join(),
    );
    assert.deepEqual(differing, []);
  });

  test(`${language} keeps the commands and the code that package.json's words lead to`, () => {
    const targets = (words: Bundle): readonly (readonly string[])[] =>
      Object.values(words).map((text) => (text.match(/\]\([^)]*\)|`[a-z][^`]*`/g) ?? []).sort());
    assert.deepEqual(targets(ofManifest), targets(manifestWords));
  });

  test(`${language} leaves nothing untranslated`, () => {
    const left = [...Object.entries(bundle), ...Object.keys(ofManifest).map((key) => pair(key, ofManifest))].filter(
      ([message, text]) => text.trim() === "" || (text === message && !(sameWords[language] ?? []).includes(message)),
    );
    assert.deepEqual(left, []);
  });

  test(`${language} calls the commands what package.json calls them`, () => {
    assert.deepEqual(unknownCommands([bundle, ofManifest], ofManifest), []);
  });
}

test("English calls the commands what package.json calls them", () => {
  assert.deepEqual(unknownCommands([english, manifestWords], manifestWords), []);
});

/** What one has and the other has not. */
function difference(one: Bundle, other: Bundle): readonly (readonly string[])[] {
  const [ours, theirs] = [Object.keys(one), Object.keys(other)];
  return [ours.filter((key) => !theirs.includes(key)), theirs.filter((key) => !ours.includes(key))];
}

/** Commands that are named in quotation marks, as in “LanceDB: Sign In”, and that nobody has. */
function unknownCommands(bundles: readonly Bundle[], ofManifest: Bundle): readonly string[] {
  const titles = spoken(manifest, ofManifest).contributes.commands.map(({ title }) => title);
  const texts = bundles.flatMap((bundle) => Object.values(bundle)).join("\n");
  return [...texts.matchAll(/["`“„]LanceDB: ([^"`”“]+)["`”“]/g)]
    .map(([, title = ""]) => title)
    .filter((title) => !titles.includes(title));
}

function pair(key: string, words: Bundle): readonly [string, string] {
  return [manifestWords[key] ?? "", words[key] ?? ""];
}

test("nobody is shouted at", async () => {
  const paths = languages.flatMap((each) => [`package.nls.${each}.json`, `l10n/bundle.l10n.${each}.json`]);
  const bundles = [english, manifestWords, ...(await Promise.all(paths.map(readBundle)))];
  const all = bundles.flatMap((bundle) => Object.values(bundle));
  assert.deepEqual(
    all.filter((text) => text.includes("!")),
    [],
  );
});

test("package.json says nothing itself but names, and every key of it has its word", async () => {
  const text = await readFile(join(root, "package.json"), "utf8");
  const shown =
    /"(title|shortTitle|description|markdownDescription|label|altText|contents|category|displayName|userDescription)": "(.*)"/g;
  const said = [...text.matchAll(shown)].map(([, , value = ""]) => value);
  const keys = [...text.matchAll(/"%(.+)%"/g)].map(([, key = ""]) => key);
  assert.deepEqual(
    [[...new Set(said.filter((value) => !/^%.*%$/.test(value)))].sort(), [...new Set(keys)].sort()],
    [["LanceDB", "LanceDB Auth"], Object.keys(manifestWords).sort()],
  );
});

for (const [what, code, found] of [
  ["a sentence", 'show("Nobody is here.");', true],
  ["a template", "show(`${name} is here`);", true],
  ["a title of one word", 'const a = ["Server", url];', true],
  ["a label of one small word", 'const a = { label: "failed" };', true],
  ["a button", 'void vscode.window.showInformationMessage(text, "no");', true],
  ["a word in a message's place", 'l10n.t("{0}", isOne ? "one table" : "");', true],
  ["a message", 'l10n.t("Nobody is here.");', false],
  ["a line of the log", 'log.info("the storage answers again");', false],
  ["an icon with a name", "const a = `$(key) ${name}`;", false],
  ["a name in the code", 'if (kind === "failed") go("failed");', false],
] as const) {
  test(`${what} is ${found ? "found" : "let through"}`, () => {
    assert.equal(wordsOutside({ path: "statusBar/a.ts", text: code }).length > 0, found);
  });
}

for (const [what, code] of [
  ["a message that is put together", "const a = (b: string) => l10n.t(`No ${b}`);"],
  ["a message that is asked for too early", 'const a = l10n.t("No");'],
] as const) {
  test(`${what} is found`, () => {
    assert.equal(untranslatableCalls([{ path: "statusBar/a.ts", text: code }]).length, 1);
  });
}
