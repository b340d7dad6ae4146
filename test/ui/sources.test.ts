// Tokens that something else on the machine has: an account of the editor, a command that prints one, Azure's managed identity. Each is
// added in the dialogue, serves an unchanged program, and is given up at a sign-out.
import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { clients } from "../support/servers/authorizationServer.ts";
import { startIdentityEndpoint, type IdentityEndpoint } from "../support/servers/identityEndpoint.ts";
import { beginConnection, runInTerminal, signedInStatus, statusBarName } from "../support/workbench/journey.ts";
import { leaksIn } from "../support/leaks.ts";
import { until } from "../support/workbench/person.ts";
import { root } from "../support/runner/tools.ts";
import { openUiStage, ownLog, seen, type UiStage } from "../support/workbench/uiStage.ts";

let ui: UiStage;
let azure: IdentityEndpoint;

/** As the authorization server hands it to the tests' first client. */
async function freshToken(): Promise<string> {
  const { tokenUrl } = ui.stage.authorization;
  const authorization = `Basic ${btoa(`${clients.demo.id}:${clients.demo.secret}`)}`;
  const body = new URLSearchParams({ grant_type: "client_credentials" });
  const reply = await fetch(tokenUrl, { method: "POST", headers: { authorization }, body });
  return ((await reply.json()) as { readonly access_token: string }).access_token;
}

before(async () => {
  azure = await startIdentityEndpoint(freshToken);
  ui = await openUiStage({
    name: "ui-sources",
    moreExtensions: [join(root, "test", "support", "workbench", "accountProvider")],
    env: ({ authorization }) => ({
      ...azure.env,
      TEST_ACCOUNTS: JSON.stringify({ tokenUrl: authorization.tokenUrl, ...clients.demo }),
    }),
  });
});
after(async () => {
  await ui.close();
  await azure.close();
});

/** Answers the dialogue up to the choice of how to sign in. */
function begin(name: string, signIn: string): Promise<void> {
  return beginConnection(ui.person, { ...ui.stage.answers, name, signIn });
}

async function select(name: string): Promise<void> {
  await ui.person.runCommand("LanceDB: Select Connection");
  await ui.person.pick(name);
  await signedInStatus(ui.person, name);
}

async function searches(): Promise<void> {
  await ui.person.openTerminal();
  const { exitCode, output } = await runInTerminal(ui.person, "node search.mjs");
  assert.deepEqual([exitCode, output.includes("Gentoo")], [0, true], output);
}

describe("other sources of a token", () => {
  test("a no to VS Code's question saves nothing", () =>
    seen(ui.person, "sources-0-refused", async () => {
      await begin("editor", "VS Code account");
      await ui.person.answer("Which kind of account?", "Test Accounts");
      await ui.person.answer("The scopes of your LanceDB server", "api://lancedb/.default");
      await ui.person.dialog("wants to sign in using Test Accounts");
      await ui.person.pressDialogButton("Cancel");
      const { message } = await ui.person.quickInput(/Cancelled/);
      await ui.person.escape();
      await ui.person.quickInputGone();
      const { tokenRequests } = ui.stage.authorization;
      assert.deepEqual(
        [message.includes("save without a first token"), tokenRequests.length, await ui.person.hasStatusBar(/LanceDB/)],
        [true, 0, false],
      );
    }));

  test("an account of the editor is used after VS Code's own question", () =>
    seen(ui.person, "sources-1-account", async () => {
      await begin("editor", "VS Code account");
      await ui.person.answer("Which kind of account?", "Test Accounts");
      await ui.person.answer("The scopes of your LanceDB server", "api://lancedb/.default");
      await ui.person.dialog("wants to sign in using Test Accounts");
      await ui.person.screenshot("sources-1-consent");
      await ui.person.pressDialogButton("Allow");
      await ui.person.notification("“editor” is signed in");
      await signedInStatus(ui.person, "editor");
      await searches();
    }));

  test("after a reload the account is asked for a token without a question", () =>
    seen(ui.person, "sources-2-reloaded", async () => {
      await ui.person.reload();
      await signedInStatus(ui.person, "editor");
    }));

  test("an account that is signed out elsewhere in the editor is not used any more", () =>
    seen(ui.person, "sources-3-account-gone", async () => {
      await ui.person.runCommand("Test Accounts: Sign Out");
      await until("signed out", async () =>
        (await ui.person.statusBar(statusBarName("editor"))).includes("signed out"),
      );
    }));

  test("a command that prints a token is run where it is typed, and what it complains of is said", () =>
    seen(ui.person, "sources-4-command", async () => {
      const script = join(ui.stage.workspace, "print token.mjs");
      await writeFile(script, "console.error('log in first'); process.exit(1);");
      await begin("printed", "Command that prints a token");
      await ui.person.answer("A program that prints a token", `node "${script}"`);
      await ui.person.quickInput(/node ended with 1: log in first/);
      await ui.person.screenshot("sources-4-complaint");
      const printed = JSON.stringify({ kind: "ExecCredential", status: { token: await freshToken() } });
      await writeFile(script, `console.log(${JSON.stringify(printed)});`);
      await ui.person.pressEnter();
      await ui.person.notification("“printed” is signed in");
      await writeFile(script, "");
      await select("printed");
      await searches();
    }));

  test("Azure's managed identity is asked for the scope that was typed", () =>
    seen(ui.person, "sources-5-azure", async () => {
      await begin("azure", "Azure managed identity");
      await ui.person.answer("The scope of your LanceDB server in Entra ID", "api://lancedb/.default");
      await ui.person.notification("“azure” is signed in");
      await select("azure");
      await searches();
      assert.equal(azure.requests.at(-1)?.query["resource"], "api://lancedb");
    }));

  test("a sign-out is one, also after a reload, though the source would give another token", () =>
    seen(ui.person, "sources-6-signed-out", async () => {
      await ui.person.runCommand("LanceDB: Sign Out");
      await ui.person.pick("azure");
      await ui.person.dialog("Sign out of “azure”?");
      await ui.person.pressDialogButton("Sign Out");
      const isOut = async (): Promise<boolean> =>
        (await ui.person.statusBar(statusBarName("azure"))).includes("signed out");
      await until("signed out", isOut);
      // Programs lose access first, and the status bar says so; what the reload must not overtake is the storage.
      await until("the end of the sign-out", async () => (await ownLog(ui)).includes('"azure": signed out'));
      const count = azure.requests.length;
      await ui.person.reload();
      await until("signed out after the reload", isOut);
      await ui.person.openTerminal();
      const { exitCode } = await runInTerminal(ui.person, "lancedb-auth token > /dev/null");
      assert.deepEqual([exitCode, azure.requests.length], [4, count]);
    }));

  test("no token is in settings, logs, storage or the workspace", async () => {
    assert.deepEqual(await leaksIn([ui.stateFolder, ui.stage.workspace], []), []);
  });
});
