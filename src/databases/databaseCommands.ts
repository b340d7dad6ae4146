// What the rows of the view "LanceDB" and their commands in the palette do. Every failure of a server ends here, as one notification.
import * as vscode from "vscode";
import { commandIds, previewLanguage } from "../ids.ts";
import { numberText } from "../language.ts";
import { snippetFor, type SnippetLanguage } from "../tables/snippets.ts";
import { tableNames } from "../tables/tableNames.ts";
import type { ServerAccess } from "../tables/tableServer.ts";
import type { Account, Accounts } from "../accounts/accounts.ts";
import { chooseAccount } from "../commands/chooseAccount.ts";
import { connectionNameIn, tableNameIn } from "../commands/commandArguments.ts";
import { registerCommands, type Handler, type Handlers } from "../commands/registerCommands.ts";
import type { Log } from "../messages/log.ts";
import type { ReadOnlyTexts } from "../messages/readOnlyText.ts";
import { showServerFailure } from "./serverFailure.ts";
import { selectConnection } from "../settings/settings.ts";
import { serverErrorOf } from "./tableAccess.ts";
import { chooseTable, previewName, readPreview } from "./tablePreview.ts";

export interface DatabaseCommandParts {
  readonly accounts: Accounts;
  readonly active: () => Account | undefined;
  readonly accessFor: (account: Account) => ServerAccess;
  readonly tree: { refresh(connectionName?: string): void; readMore(connectionName: string): Promise<void> };
  readonly texts: ReadOnlyTexts;
  readonly log: Log;
}

type DatabaseCommand =
  | ("testConnection" | "refreshTables" | "loadMoreTables" | "previewTable" | "openTerminal")
  | ("copyUri" | "copyPythonSnippet" | "copyTypeScriptSnippet");

export function registerDatabaseCommands(parts: DatabaseCommandParts): vscode.Disposable {
  const { tree, log } = parts;
  const about = (question: string, act: (account: Account, argument: unknown) => Promise<void>): Handler => {
    return async (argument) => {
      const account = await chooseAccount(parts, question, argument);
      if (account !== undefined) await act(account, argument);
    };
  };
  const copySnippet = (language: SnippetLanguage): Handler =>
    about(vscode.l10n.t("Which connection is the snippet for?"), async ({ connection }, argument) => {
      await copy(snippetFor(language, connection.uri, tableNameIn(argument)), vscode.l10n.t("the snippet"));
    });
  const handlers: Handlers<DatabaseCommand> = {
    testConnection: about(vscode.l10n.t("Which connection do you want to test?"), (account) =>
      testConnection(parts, account),
    ),
    refreshTables: (argument) => {
      tree.refresh(connectionNameIn(argument));
    },
    loadMoreTables: async (argument) => {
      const name = connectionNameIn(argument);
      if (name !== undefined) await tree.readMore(name);
    },
    previewTable: about(vscode.l10n.t("Which connection has the table?"), (account, argument) =>
      preview(parts, account, argument),
    ),
    copyUri: about(vscode.l10n.t("Which connection’s URI do you want to copy?"), ({ connection }) =>
      copy(connection.uri, connection.uri),
    ),
    copyPythonSnippet: copySnippet("python"),
    copyTypeScriptSnippet: copySnippet("typescript"),
    openTerminal: about(vscode.l10n.t("Which connection is the terminal for?"), (account) =>
      openTerminal(parts, account),
    ),
  };
  return registerCommands(handlers, log);
}

async function copy(text: string, what: string): Promise<void> {
  await vscode.env.clipboard.writeText(text);
  vscode.window.setStatusBarMessage(`$(check) ${vscode.l10n.t("Copied {0}", what)}`, 3_000);
}

async function testConnection({ accessFor, log }: DatabaseCommandParts, account: Account): Promise<void> {
  const { name } = account.connection;
  const access = accessFor(account);
  try {
    const startedAt = Date.now();
    const { names, isCut } = await withProgress(vscode.l10n.t("Testing “{0}”", name), (signal) =>
      tableNames(access, signal),
    );
    const count = countText(names.length, isCut);
    const ms = String(Date.now() - startedAt);
    // Not awaited: the command has ended when its answer is there to read.
    void vscode.window.showInformationMessage(
      vscode.l10n.t(
        "“{0}” works: {1} accepted the token and has {2} ({3} ms).",
        name,
        new URL(access.host).host,
        count,
        ms,
      ),
    );
  } catch (thrown) {
    fail(thrown, name, commandIds.testConnection, log);
  }
}

async function preview(
  { accessFor, texts, log }: DatabaseCommandParts,
  account: Account,
  argument: unknown,
): Promise<void> {
  const { name, uri } = account.connection;
  const access = accessFor(account);
  try {
    const table = tableNameIn(argument) ?? (await chooseTable(access, name));
    if (table === undefined) return;
    const text = await withProgress(vscode.l10n.t("Reading “{0}”", table), (signal) =>
      readPreview(access, { table, uri }, signal),
    );
    await texts.show(previewName(table, name), text, previewLanguage);
  } catch (thrown) {
    fail(thrown, name, commandIds.previewTable, log);
  }
}

function fail(thrown: unknown, connection: string, command: string, log: Log): void {
  const error = serverErrorOf(thrown);
  log.warn(`"${connection}": ${error.message}${error.detail === "" ? "" : `: ${error.detail}`} [${error.code}]`);
  void showServerFailure(error, connection, command);
}

function countText(tables: number, isCut: boolean): string {
  if (tables === 1) return vscode.l10n.t("1 table");
  const shown = numberText(tables);
  return isCut ? vscode.l10n.t("{0} tables or more", shown) : vscode.l10n.t("{0} tables", shown);
}

/** What takes no second shows nothing; what does can be cancelled. */
async function withProgress<Result>(title: string, work: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
  const abort = new AbortController();
  const working = work(abort.signal);
  const settled = working.then(
    () => "settled",
    () => "settled",
  );
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise((resolve) => (timer = setTimeout(resolve, 1_000, "late")));
  if ((await Promise.race([settled, late])) === "late") {
    const location = vscode.ProgressLocation.Notification;
    void vscode.window.withProgress({ location, title, cancellable: true }, (_, token) => {
      token.onCancellationRequested(() => {
        abort.abort();
      });
      return settled;
    });
  }
  clearTimeout(timer);
  return working;
}

/** What runs there and names no database gets this connection's headers. */
async function openTerminal({ active }: DatabaseCommandParts, account: Account): Promise<void> {
  const { name } = account.connection;
  if (active()?.connection.name !== name) await selectConnection(name);
  vscode.window.createTerminal({ name: `LanceDB ${name}` }).show();
}
