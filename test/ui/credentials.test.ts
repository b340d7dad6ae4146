// A person connects with a LanceDB API key: a wrong one is refused in the box, the right one serves programs, Diagnose knows what it
// is, and a sign-out forgets it; or with a private key, pasted or in a file. No key is found anywhere but in the secret storage.
import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { addConnection, beginConnection, runInTerminal, statusBarName } from "../support/workbench/journey.ts";
import { leaksIn } from "../support/leaks.ts";
import { until } from "../support/workbench/person.ts";
import { openUiStage, seen, type UiStage } from "../support/workbench/uiStage.ts";

const apiKey = "sk_ui_penguin_key_8812==";

let ui: UiStage;
let keys = "";
before(async () => {
  keys = await mkdtemp(join(tmpdir(), "la-keys-"));
  ui = await openUiStage({ name: "ui-credentials", apiKey });
});
after(async () => {
  await ui.close();
  await rm(keys, { recursive: true });
});

const shown = (): Promise<string> => ui.person.statusBar(statusBarName("keyed"));

describe("credentials", () => {
  test("a wrong key is refused in its box, with what the server answered", () =>
    seen(ui.person, "api-key-1-refused", async () => {
      const answers = { ...ui.stage.answers, name: "keyed", signIn: "API key" };
      await beginConnection(ui.person, answers);
      await ui.person.answer("The API key.", "sk_wrong");
      const { message, severity, password } = await ui.person.quickInput("does not accept this API key");
      assert.deepEqual(
        [message.includes("answered 401"), severity, password, await ui.person.hasStatusBar(/LanceDB/)],
        [true, "error", true, false],
      );
    }));

  test("the right key is taken, and the status bar says what it is", () =>
    seen(ui.person, "api-key-2-taken", async () => {
      await ui.person.answer("does not accept this API key", apiKey);
      await ui.person.notification("“keyed” is signed in");
      await until(
        "the key in the status bar",
        async () => (await shown()) === "keyed API key",
        () => "",
      );
    }));

  test("an unchanged program connects with it, also after a reload", () =>
    seen(ui.person, "api-key-3-terminal", async () => {
      await ui.person.reload();
      await until("the key after the reload", async () => (await shown()) === "keyed API key");
      await ui.person.openTerminal();
      const { exitCode, output } = await runInTerminal(ui.person, "node search.mjs");
      const { sentApiKey, authorization } = ui.stage.lancedb.requests.at(-1) ?? {};
      assert.deepEqual([exitCode, sentApiKey, authorization], [0, true, ""], output);
    }));

  test("Diagnose finds everything well, and names the kind of credential alone", () =>
    seen(ui.person, "api-key-4-diagnosis", async () => {
      await ui.person.runCommand("LanceDB: Diagnose");
      const text = await ui.person.copyEditor("LanceDB Diagnosis.md");
      assert.deepEqual(
        [text.includes("Everything that was checked works"), text.includes(apiKey)],
        [true, false],
        text,
      );
    }));

  test("after a sign-out programs get nothing, and a click asks for a key again", () =>
    seen(ui.person, "api-key-5-signed-out", async () => {
      await ui.person.runCommand("LanceDB: Sign Out");
      await ui.person.dialog("Sign out of “keyed”?");
      await ui.person.pressDialogButton("Sign Out");
      await until("signed out", async () => (await shown()).includes("signed out"));
      await ui.person.openTerminal();
      const { exitCode } = await runInTerminal(ui.person, "lancedb-auth token");
      await ui.person.clickStatusBar(statusBarName("keyed"));
      const { message } = await ui.person.quickInput("The API key for db://demo");
      await ui.person.escape();
      await ui.person.quickInputGone();
      assert.deepEqual([exitCode, message.includes(new URL(ui.stage.lancedb.host).host)], [4, true]);
    }));

  for (const [how, name] of [
    ["pasted", "pasted"],
    ["in a file", "filed"],
  ] as const) {
    test(`a private key that is ${how} signs in where a secret is asked for`, () =>
      seen(ui.person, `credentials-6-${name}`, async () => {
        const [{ id, pem }] = ui.stage.authorization.signingClients;
        const file = join(keys, "client.pem");
        await writeFile(file, pem);
        const clientSecret = name === "filed" ? file : pem.replaceAll("\n", "");
        const count = ui.stage.authorization.tokenRequests.length;
        await addConnection(ui.person, { ...ui.stage.answers, name, clientId: id, clientSecret });
        await ui.person.runCommand("LanceDB: Refresh Token");
        await ui.person.pick(name);
        const requests = (): number => ui.stage.authorization.tokenRequests.length - count;
        await until("the first token and another", () => Promise.resolve(requests() >= 2));
        const seenBy = ui.stage.authorization.tokenRequests.slice(count);
        assert.deepEqual(
          seenBy.map(({ authentication, status }) => [authentication, status]),
          seenBy.map(() => ["jwt", 200]),
        );
      }));
  }

  test("the key is in no setting, log, storage or workspace", async () => {
    const [{ pem }] = ui.stage.authorization.signingClients;
    const secrets = [apiKey, "sk_wrong", pem.split("\n")[2] ?? ""];
    assert.deepEqual(await leaksIn([ui.stateFolder, ui.stage.workspace], secrets), []);
  });
});
