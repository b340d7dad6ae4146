// What is outside of the editor's module speaks the language that it was given, and English where it was given none.
import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { language, numberText, useLanguage } from "../../../src/language.ts";
import { AuthError } from "../../../src/oauth/errors.ts";
import { sentenceFor } from "../../../src/messages/failure.ts";
import { durationText, shortDuration } from "../../../src/messages/durations.ts";
import { readBundle } from "../../support/runner/bundles.ts";

const german = await readBundle("l10n/bundle.l10n.de.json");
const minuteMs = 60_000;

function said(): readonly string[] {
  const failure = new AuthError("timeout", { detail: "login.example.com" });
  return [
    ...[language(), numberText(5_000), shortDuration(125 * minuteMs), durationText(61 * minuteMs)],
    sentenceFor(failure),
  ];
}

afterEach(() => {
  useLanguage(undefined);
});

test("in German words, numbers, durations and errors are German", () => {
  useLanguage(german);
  assert.deepEqual(said(), [
    ...["de", "5.000", "2 Std. 5 Min.", "1 Stunde 1 Minute"],
    "Der Autorisierungsserver antwortet nicht rechtzeitig: login.example.com. Das Netzwerk prüfen oder später erneut versuchen.",
  ]);
});

test("without a bundle all of it is English", () => {
  useLanguage(german);
  useLanguage(undefined);
  assert.deepEqual(said(), [
    ...["en", "5,000", "2h 5m", "1 hour 1 minute"],
    "The authorization server does not answer in time: login.example.com. Check your network, or try again later.",
  ]);
});

test("a text with braces in it is put in as it is", () => {
  useLanguage(german);
  const { message } = new AuthError("unreachable", { detail: "{0} {name}" });
  assert.equal(message, "Der Autorisierungsserver ist nicht erreichbar: {0} {name}");
});
