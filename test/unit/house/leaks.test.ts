// The search for secrets finds them however they are spelt, and that for unhandled errors knows them: what is blind finds nothing.
import assert from "node:assert/strict";
import { test } from "node:test";
import { leaksInText, unhandledInLog } from "../../support/leaks.ts";

const secret = "s3cret/of-the+test?";

test("a secret is found as it is, in a URL, a form, JSON and a Basic header, wherever it stands there", () => {
  const basic = (before: string): string => btoa(`${before}:${encodeURIComponent(secret)}&more`);
  const texts = [
    `before ${secret} after`,
    `?token=${encodeURIComponent(secret)}&x`,
    `a=b&${new URLSearchParams({ secret }).toString()}`,
    JSON.stringify({ secret }),
    ...["", "a", "ab", "abc"].map((before) => btoa(before + secret)),
    Buffer.from(`ab${secret}xyz`).toString("base64url"),
    btoa(`client:${secret}`),
    "c:s3cret%2Fof%2Dthe%2Btest%3F",
  ];
  assert.deepEqual(
    [texts.map((text) => leaksInText(text, [secret]).length), leaksInText(basic("c"), ["another secret"])],
    [texts.map(() => 1), []],
  );
});

test("a JWT is found without being known", () => {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");
  const token = `${part({ alg: "ES256", typ: "JWT" })}.${part({ sub: "ada", exp: 1 })}.${"s".repeat(40)}`;
  assert.deepEqual([leaksInText(`x ${token} y`, []), leaksInText("eyJust a word", [])], [["a token"], []]);
});

test("an unhandled rejection is found in the extension host's log, with its stack, and what is no error is not", () => {
  const lines = [
    "2026-11-24T18:24:54.285Z [trace] candidate port scan took 89 ms. [error] Error: in the text",
    "2026-11-24T18:24:54.300Z [error] Error: Cannot find module './build/Release/watchdog'",
    "Require stack:",
    "2026-11-24T18:24:54.589Z [error] Error: nobody handled this",
    "\tat $a (extension.cjs:48:18465)",
    "2026-11-24T18:24:54.600Z [error] Error: Channel has been closed",
    "\tat NT.error (/code-server/lib/vscode/extensions/json-language-features/client.js:14:276)",
    "2026-11-24T18:24:54.601Z [error] Error: ENOENT: no such file or directory",
  ];
  assert.deepEqual(unhandledInLog(lines.join("\n")), [lines.slice(3, 5).join("\n"), lines[7]]);
});
