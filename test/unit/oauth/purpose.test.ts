// What a connection says that it is for, and what follows from it.
import assert from "node:assert/strict";
import { test } from "node:test";
import { environmentName, shownName, themeColor } from "../../../src/messages/environmentWords.ts";
import { parseConnection, type Connection } from "../../../src/oauth/connection.ts";
import { consentOf, environments } from "../../../src/oauth/purpose.ts";

const entry = { name: "demo", uri: "db://demo", issuerUrl: "https://a.example", clientId: "b" };
const withFields = (fields: object): Connection => parseConnection({ ...entry, ...fields });

test("production is asked for in every session, others never, and the entry decides otherwise", () => {
  const found = [undefined, ...environments].map((environment) => consentOf(withFields({ environment })));
  const own = consentOf(withFields({ environment: "production", consent: "once" }));
  assert.deepEqual([found, own], [["never", "never", "never", "everySession"], "once"]);
});

test("the environment stands in words beside the name, production in red where no colour is chosen", () => {
  const found = [{}, { environment: "staging" }, { environment: "production" }, { color: "blue" }].map((fields) => {
    const connection = withFields(fields);
    return [shownName(connection), environmentName(connection), themeColor(connection)];
  });
  assert.deepEqual(found, [
    ["demo", undefined, undefined],
    ["demo (staging)", "staging", undefined],
    ["demo (production)", "production", "charts.red"],
    ["demo", undefined, "charts.blue"],
  ]);
});

for (const field of ["environment", "color", "consent"]) {
  test(`${field} of a kind that nobody knows is refused by its name`, () => {
    assert.throws(() => withFields({ [field]: "sometimes" }), new RegExp(`${field} of "demo" must be one of`));
  });
}
