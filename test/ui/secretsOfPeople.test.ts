// Nothing secret gets out, whoever signs in and by whatever: device code, browser, API key, private key, command. Each is used and made to
// fail, also by another extension; then everything is searched for refresh, access and ID tokens, keys, device code and broker's bearer.
import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { personalClient } from "../support/servers/authorizationServer.ts";
import { healthyCredentials, startFaultyServer, type FaultyServer } from "../support/servers/faultyServer.ts";
import { beginConnection, runInTerminal, signedInStatus, statusBarName } from "../support/workbench/journey.ts";
import { bearersNow, leaksOf, noLeaks } from "../support/leakSearch.ts";
import { unhandledIn } from "../support/leaks.ts";
import { until } from "../support/workbench/person.ts";
import { root } from "../support/runner/tools.ts";
import { openUiStage, seen, type UiStage } from "../support/workbench/uiStage.ts";
import { watchProcesses, watchScreen, type ProcessWatch } from "../support/workbench/watches.ts";

const planted = {
  ...healthyCredentials,
  apiKey: "sk_planted_key_of_a_person_7741",
  wrongKey: "sk_planted_key_that_is_wrong",
  guestSecret: "planted-secret-that-a-guest-asked-for",
  printed: "a-token-that-a-command-has-printed",
} as const;

let faulty: FaultyServer;
let ui: UiStage;
let shown: ReadonlySet<string>;
let processes: ProcessWatch;
/** Outside of what is searched: a program that prints a token. */
let elsewhere = "";
const copied: string[] = [];
const bearers: string[] = [];

before(async () => {
  elsewhere = await mkdtemp(join(tmpdir(), "la-elsewhere-"));
  await writeFile(join(elsewhere, "print.mjs"), `console.log("${planted.printed}");`);
  faulty = await startFaultyServer();
  const { issuerUrl, tokenUrl } = faulty;
  const at = { issuerUrl, hostOverride: issuerUrl, clientId: "f", timeoutSeconds: 20, clientAuthentication: "none" };
  const person = { name: "person", uri: "db://person", ...at, flow: "device_code" };
  const refused = { name: "refused", uri: "db://refused", ...at, tokenUrl, clientAuthentication: "post" };
  const commands = ["refreshToken", "testConnection"].map((name) => `lancedbAuth.${name}`);
  ui = await openUiStage({
    ...{ name: "ui-secrets-people", inOneFolder: true, logLevel: "trace", apiKey: planted.apiKey },
    moreExtensions: [join(root, "test", "support", "workbench", "guest")],
    settings: {
      "lancedbAuth.connections": [person, refused],
      "testGuest.wanted": { uri: "db://demo", failing: "refused", commands },
    },
    workspaceSettings: () => ({
      "lancedbAuth.suggestedConnections": [{ ...person, name: "suggested", clientAuthentication: undefined }],
    }),
  });
  processes = watchProcesses(ui.workbench.pid);
  shown = await watchScreen(ui.person.page);
});
after(async () => {
  await processes[Symbol.asyncDispose]();
  await ui.close();
  await faulty.close();
  await rm(elsewhere, { recursive: true });
});

/** Does what makes the workbench open a page, which does its work and is closed. */
async function opensPage(act: () => Promise<void>): Promise<void> {
  const page = await ui.person.opensPage(act);
  await page.waitForLoadState();
  await page.close();
  await ui.person.page.bringToFront();
}

/** Answers the dialogue up to what each way to sign in asks of its own. */
async function begin(name: string, signIn: string): Promise<void> {
  await ui.person.clearNotifications();
  await beginConnection(ui.person, { ...ui.stage.answers, name, signIn });
}

async function signedIn(name: string): Promise<void> {
  await ui.person.quickInputGone();
  await ui.person.notification(`“${name}” is signed in`);
}

/** Runs a command for a connection, and answers the notification that it ends with. */
async function runFor(title: string, name: string, says: string): Promise<string> {
  await ui.person.clearNotifications();
  await ui.person.runCommand(title);
  await ui.person.pick(name);
  return (await ui.person.notification(says)).message;
}

describe("secrets of people", () => {
  test("a person signs in by a device code, after a server that quotes the request, and renews the session", () =>
    seen(ui.person, "people-1-device", async () => {
      const { person } = ui;
      Object.assign(faulty, { token: "none", device: "echoesRequest" });
      await person.runCommand("LanceDB: Sign In");
      await person.pick("person");
      await person.notification("“person”: ");
      faulty.device = "pageWithMarkup";
      await opensPage(() => person.pressNotificationButton("“person”: ", "Try Again"));
      const { message } = await person.notification("enter the code");
      const links = await person.page.locator(".notifications-toasts .notification-list-item-message a").count();
      await until("a refresh token's use", () =>
        Promise.resolve(faulty.requests.some(({ path }) => path === "/token")),
      );
      await signedInStatus(person, "person");
      for (const fault of ["echoesRequest", "status502"] as const) {
        faulty.token = fault;
        await runFor("LanceDB: Refresh Token", "person", "“person”: ");
      }
      faulty.discovery = "echoesRequest";
      await runFor("LanceDB: Test Connection", "person", "“person”");
      Object.assign(faulty, { token: "none", discovery: "none", device: "none" });
      assert.deepEqual([message.includes("[enter] (command:"), links], [true, 0], message);
    }));

  test("others sign in by the browser, a key, a private key and a command", () =>
    seen(ui.person, "people-2-others", async () => {
      const { person, stage } = ui;
      const [signer] = stage.authorization.signingClients;
      await begin("mine", "Sign in with the browser");
      await person.answer("The OAuth issuer’s URL", stage.answers.issuer);
      await person.answer("The OAuth client id", personalClient.id);
      await person.quickInput("Press Enter to sign in");
      await opensPage(() => person.pressEnter());
      await signedIn("mine");
      await begin("keyed", "API key");
      await person.answer("The API key.", planted.wrongKey);
      await person.answer("does not accept this API key", planted.apiKey);
      await signedIn("keyed");
      await begin("signer", "Client secret");
      await person.answer("The OAuth issuer’s URL", stage.answers.issuer);
      await person.answer("The OAuth client id", signer.id);
      await person.answer("The client secret", signer.pem.replaceAll("\n", ""));
      await signedIn("signer");
      await begin("printed", "Command that prints a token");
      await person.answer("A program that prints a token", `node "${join(elsewhere, "print.mjs")}"`);
      await signedIn("printed");
    }));

  test("token page, suggestion, report and programs are used", () =>
    seen(ui.person, "people-3-used", async () => {
      const { person } = ui;
      bearers.push(...(await bearersNow(ui)));
      await person.runCommand("LanceDB: Show Token Details");
      await person.pick("mine");
      const page = person.webview();
      await page.getByRole("heading", { name: "Token of mine" }).waitFor();
      copied.push(await page.locator("main").innerText());
      await person.runCommand("LanceDB: Copy Access Token");
      await person.pick("mine");
      await person.dialog("Copy the access token of “mine”?");
      await person.pressDialogButton("Copy Token");
      await person.runCommand("LanceDB: Review Suggested Connections");
      await person.dialog("Add the connection “suggested”");
      await person.pressDialogButton("Add Connection");
      for (const name of ["keyed", "printed", "mine"]) {
        await person.runCommand("LanceDB: Select Connection");
        await person.pick(name);
        await until(`“${name}” in the status bar`, () => person.hasStatusBar(statusBarName(name)));
      }
      await person.openTerminal();
      const names = ["person", "mine", "keyed", "signer", "printed"];
      const asks = names.map((name) => `lancedb-auth headers --connection ${name} > /dev/null`).join(" && ");
      const { exitCode, output } = await runInTerminal(person, `${asks} && node search.mjs && env > told.txt`);
      await person.runCommand("LanceDB: Diagnose");
      copied.push(await person.copyEditor("LanceDB Diagnosis.md"));
      assert.deepEqual([exitCode, output.includes("Gentoo")], [0, true], output);
    }));

  test("another extension gets what it may, and errors that hold nothing of it", () =>
    seen(ui.person, "people-4-guest", async () => {
      const { person } = ui;
      await person.clearNotifications();
      faulty.token = "echoesRequest";
      await person.runCommand("Test Guest: Use Everything");
      await person.dialog("wants to");
      await person.pressDialogButton("Allow");
      await person.answer("wants to access a LanceDB account", "mine");
      await person.dialog("wants to");
      await person.pressDialogButton("Allow");
      await person.answer("The client secret of f", planted.guestSecret);
      await person.quickInput(/does not accept this client/);
      await person.escape();
      await person.notification("The guest has used everything.");
      faulty.token = "none";
      const told = await readFile(join(ui.stage.workspace, "guest.txt"), "utf8");
      const threw = [...told.matchAll(/^(.*) threw: /gm)].map(([, what]) => what);
      assert.deepEqual(
        [told.includes("headers: "), told.includes('"connections"'), threw],
        [
          true,
          true,
          [
            "headers for a forged session",
            "headers of another database",
            "headers of nothing",
            "a session for refused",
          ],
        ],
        told,
      );
    }));

  test("after a reload a sign-out that the server answers with the token says so, and all are signed out", () =>
    seen(ui.person, "people-5-end", async () => {
      const { person } = ui;
      await person.reload();
      await signedInStatus(person, "mine");
      await until("the new window's bearer", async () => {
        const fresh = (await bearersNow(ui)).filter((bearer) => !bearers.includes(bearer));
        bearers.push(...fresh);
        return fresh.length > 0;
      });
      faulty.revocation = "echoesRequest";
      for (const name of ["person", "mine", "keyed", "signer", "printed"]) {
        await person.runCommand("LanceDB: Sign Out");
        await person.pick(name);
        await person.dialog(`Sign out of “${name}”?`);
        await person.pressDialogButton("Sign Out");
        if (name === "person")
          await person.notification("“person” is signed out here, but the server could not be told");
      }
      await until("the revocation of the other", () => Promise.resolve(ui.stage.authorization.revocations.length > 0));
    }));

  test("then no secret of a person is in any file, log, environment, command line, notification, report or clipboard", async () => {
    const { handedOut, signingClients } = ui.stage.authorization;
    const key = signingClients[0].pem.split("\n").filter((line) => line.length > 40);
    const secrets = [...Object.values(planted), ...handedOut, ...key];
    assert.deepEqual(
      {
        // What is searched for, for a search for nothing finds nothing.
        ...{ bearers: new Set(bearers).size, copied: copied.length, key: key.length > 10 },
        handedOut: [true, false].map((isJwt) => handedOut.some((token) => token.startsWith("eyJ") === isJwt)),
        leaks: await leaksOf(ui, { processes, shown, copied, bearers }, secrets),
        unhandled: await unhandledIn(ui.workbench.logsDir),
      },
      { bearers: 2, copied: 2, key: true, handedOut: [true, true], leaks: noLeaks, unhandled: [] },
    );
  });
});
