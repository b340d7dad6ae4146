// A person signs in without a client secret: by the browser's page and back through the editor's URI handler (the extension host
// is a remote one here), by a device code, and by what is offered when one of them fails. Cancelled sign-ins leave nothing.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { personalClient } from "../support/servers/authorizationServer.ts";
import { beginConnection, runInTerminal, signedInStatus, statusBarName } from "../support/workbench/journey.ts";
import { leaksIn } from "../support/leaks.ts";
import { until } from "../support/workbench/person.ts";
import { openUiStage, seen, type UiStage } from "../support/workbench/uiStage.ts";

let ui: UiStage;
before(async () => {
  ui = await openUiStage({ name: "ui-sign-in", accessTokenSeconds: 30 });
});
after(() => ui.close());

/** Answers the dialogue up to its last box. */
async function fillIn(name: string, signIn: string): Promise<void> {
  const answers = { ...ui.stage.answers, name, signIn, clientId: personalClient.id };
  await beginConnection(ui.person, answers, "clientId");
  await ui.person.quickInput("Press Enter to sign in");
}

async function saved(): Promise<string> {
  const files = ["User", "Machine"].map((name) => join(ui.workbench.userDataDir, name, "settings.json"));
  return (await Promise.all(files.map((file) => readFile(file, "utf8").catch(() => "")))).join("\n");
}

const requests = () => ui.stage.authorization.tokenRequests;

/** The boxes of each way to sign in, after the choice itself. */
const boxes: Readonly<Record<string, readonly (readonly [says: string, answer: "issuer" | "clientId" | undefined])[]>> =
  {
    "Client secret": [
      ["The OAuth issuer’s URL", "issuer"],
      ["The OAuth client id", "clientId"],
      ["The client secret", undefined],
    ],
    "Sign in with the browser": [
      ["The OAuth issuer’s URL", "issuer"],
      ["The OAuth client id", "clientId"],
      ["Press Enter to sign in", undefined],
    ],
    "Device code": [
      ["The OAuth issuer’s URL", "issuer"],
      ["The OAuth client id", "clientId"],
      ["Press Enter to sign in", undefined],
    ],
    "API key": [["The API key", undefined]],
    "Command that prints a token": [["A program that prints a token", undefined]],
    "Azure managed identity": [["The scope of your LanceDB server", undefined]],
  };

describe("signing in as a person", () => {
  test("a cancel in any box of any way to sign in saves nothing and asks for no token", () =>
    seen(ui.person, "sign-in-0-escaped", async () => {
      const begin = async (signIn: string): Promise<void> => {
        await beginConnection(ui.person, { ...ui.stage.answers, name: "mine", signIn });
      };
      for (const [signIn, after] of Object.entries(boxes)) {
        for (let at = 0; at < after.length; at += 1) {
          await begin(signIn);
          for (const [says, answer] of after.slice(0, at))
            await ui.person.answer(says, ui.stage.answers[answer ?? "name"]);
          await ui.person.quickInput(after[at]?.[0] ?? "");
          await ui.person.escape();
          await ui.person.quickInputGone();
        }
      }
      assert.deepEqual(
        [requests().length, (await saved()).includes("db://demo"), await ui.person.hasStatusBar(/LanceDB/)],
        [0, false, false],
      );
    }));

  test("a cancel in the dialogue's last step leaves no connection and no token", () =>
    seen(ui.person, "sign-in-1-cancelled", async () => {
      const count = requests().length;
      await fillIn("mine", "Sign in with the browser");
      const context = ui.person.page.context();
      const isSignInPage = /\/auth\?/;
      await context.route(isSignInPage, (route) => route.abort());
      const page = await ui.person.opensPage(() => ui.person.pressEnter());
      await page.close();
      await context.unroute(isSignInPage);
      await ui.person.notification("go on in the browser");
      await ui.person.screenshot("sign-in-1-progress");
      await ui.person.pressNotificationButton("Signing in to", "Cancel");
      const { message, severity } = await ui.person.quickInput(/Cancelled/);
      await ui.person.escape();
      await ui.person.quickInputGone();
      assert.deepEqual(
        {
          ...{ severity, offered: message.includes("use a device code"), tokens: requests().length - count },
          ...{ saved: (await saved()).includes("db://demo"), shown: await ui.person.hasStatusBar(/LanceDB/) },
        },
        { severity: "error", offered: true, tokens: 0, saved: false, shown: false },
      );
    }));

  test("the browser opens, comes back, and the connection is signed in; the server saw PKCE and a state", () =>
    seen(ui.person, "sign-in-2-browser", async () => {
      await fillIn("mine", "Sign in with the browser");
      await ui.person.screenshot("sign-in-2-last-step");
      await ui.person.opensPage(() => ui.person.pressEnter());
      await ui.person.notification("“mine” is signed in");
      await signedInStatus(ui.person, "mine");
      const { by, challengeMethod, hasState, responseType } = ui.stage.authorization.signInRequests.at(-1) ?? {};
      const { grant, authentication, status } = requests().at(-1) ?? {};
      assert.deepEqual(
        [by, challengeMethod, hasState, responseType, grant, authentication, status],
        ["browser", "S256", true, "code", "authorization_code", "none", 200],
      );
    }));

  test("an unchanged program searches with the person's token", () =>
    seen(ui.person, "sign-in-3-terminal", async () => {
      await ui.person.openTerminal();
      const { exitCode, output } = await runInTerminal(ui.person, "node search.mjs");
      assert.deepEqual([exitCode, output.includes("Gentoo")], [0, true], output);
    }));

  test("a refresh uses the refresh token, without the person", () =>
    seen(ui.person, "sign-in-4-renewed", async () => {
      const count = requests().length;
      await ui.person.clickStatusBar(statusBarName("mine"));
      await until("another token", () => Promise.resolve(requests().length > count));
      const { grant, status } = requests().at(-1) ?? {};
      assert.deepEqual([grant, status], ["refresh_token", 200]);
    }));

  test("after a window reload the session is still there", () =>
    seen(ui.person, "sign-in-5-reloaded", async () => {
      await ui.person.reload();
      await signedInStatus(ui.person, "mine");
    }));

  test("signing out revokes the session, and signing in asks the browser again", () =>
    seen(ui.person, "sign-in-6-signed-out", async () => {
      const count = ui.stage.authorization.revocations.length;
      await ui.person.runCommand("LanceDB: Sign Out");
      await ui.person.dialog("Sign out of “mine”?");
      await ui.person.pressDialogButton("Sign Out");
      await until("signed out", async () => (await ui.person.statusBar(statusBarName("mine"))).includes("signed out"));
      await until("a revocation", () => Promise.resolve(ui.stage.authorization.revocations.length > count));
      await ui.person.opensPage(() => ui.person.clickStatusBar(statusBarName("mine")));
      await signedInStatus(ui.person, "mine");
      assert.equal(ui.stage.authorization.revocations.at(-1), 200);
    }));

  test("a device code is shown and copied, the page opens, and entering it signs in", () =>
    seen(ui.person, "sign-in-7-device", async () => {
      await fillIn("device", "Device code");
      const page = await ui.person.opensPage(() => ui.person.pressEnter());
      const { message } = await ui.person.notification("enter the code");
      await ui.person.screenshot("sign-in-7-code");
      await page.getByRole("button", { name: "Continue" }).click();
      await page.getByText("The device is signed in").waitFor();
      await page.close();
      await ui.person.page.bringToFront();
      await ui.person.notification("“device” is signed in");
      const code = /code (\S+) /.exec(message)?.[1] ?? "none";
      assert.deepEqual(
        [await ui.person.page.evaluate(() => navigator.clipboard.readText()), requests().at(-1)?.grant],
        [code, "urn:ietf:params:oauth:grant-type:device_code"],
      );
    }));

  test("neither refresh token nor access token is in settings, logs, storage or the workspace", async () => {
    assert.deepEqual(await leaksIn([ui.stateFolder, ui.stage.workspace], []), []);
  });
});
