// The composition root: constructs the parts and connects them. Nothing else does, and nobody imports it.
import { join } from "node:path";
import * as vscode from "vscode";
import { answerFrom } from "./broker/answer.ts";
import { asAuthError } from "./oauth/errors.ts";
import type { Fetch } from "./oauth/http.ts";
import { reachSessions } from "./sessions/reach.ts";
import { exclusivelyIn } from "./windows/exclusively.ts";
import { Accounts, type Account, type Grant } from "./workbench/accounts.ts";
import { registerCommands } from "./workbench/commands.ts";
import { configurator } from "./workbench/configure.ts";
import { openLog } from "./workbench/log.ts";
import { secretsIn } from "./workbench/secrets.ts";
import * as settings from "./workbench/settings.ts";
import { openStatusBar } from "./workbench/statusBar.ts";

export function activate(context: vscode.ExtensionContext): void {
  const log = openLog();
  const secrets = secretsIn(context.secrets);
  const locks = join(context.globalStorageUri.fsPath, "locks");
  const exclusively = exclusivelyIn(locks, (error) => log.warn(`no lock among windows: ${String(error)}`));
  const accounts = new Accounts({ secrets, grant, exclusively, log });
  const statusBar = openStatusBar();
  const active = (folder?: string): Account | undefined => activeAccount(accounts, folder);

  const reach = reachSessions({
    context,
    workspace: (
      vscode.workspace.workspaceFile ??
      vscode.workspace.workspaceFolders?.[0]?.uri ??
      "no folder"
    ).toString(),
    source: answerFrom({
      connections: () => accounts.all(),
      active: (folder) => active(folder)?.connection.name,
    }),
  });
  const followSettings = (): void => {
    const { connections, problems } = settings.readConnections();
    for (const problem of problems) log.failure("settings.json", problem);
    accounts.use(connections);
    const open = connections.length > 0 && vscode.workspace.isTrusted;
    const wishes = {
      open,
      terminals: settings.isTerminalEnabled(),
      notebooks: settings.isNotebookEnabled(),
      autoConnect: settings.autoConnect(),
    };
    reach.follow(wishes).catch((error: unknown) => log.failure("terminals", asAuthError(error)));
  };
  const configure = configurator({
    names: () => accounts.all().map(({ connection }) => connection.name),
    discover: async (issuerUrl, signal) =>
      (await import("./oauth/issuer.ts")).discoverIssuer({
        issuerUrl,
        timeoutSeconds: 10,
        fetch: currentFetch,
        signal,
      }),
    hasSecret: async (connection) => (await secrets.clientSecret(connection)) !== undefined,
    signIn: (connection, secret, signal) => accounts.signIn(connection, secret, signal),
    storeSecret: (connection, secret) => secrets.storeClientSecret(connection, secret),
    save: (entry, replaces) => settings.saveEntry(entry, replaces),
  });

  context.subscriptions.push(
    log,
    accounts,
    statusBar,
    { dispose: () => reach.dispose() },
    accounts.onDidChange(() => statusBar.show(active())),
    settings.onDidChangeSettings(followSettings),
    vscode.workspace.onDidGrantWorkspaceTrust(followSettings),
    registerCommands({ accounts, secrets, configurator: configure, log, active }),
  );
  followSettings();
}

/** The folder's selection, else the window's, else the first connection. */
function activeAccount(accounts: Accounts, folder: string | undefined): Account | undefined {
  const selected = settings.selectedConnection(folder === undefined ? undefined : vscode.Uri.file(folder));
  const found = selected === undefined ? undefined : accounts.find(selected);
  return found ?? accounts.all()[0];
}

/** VS Code may exchange the global fetch for one that knows its proxy: it is looked up at each call. */
const currentFetch: Fetch = (url, init) => fetch(url, init);

/** The OAuth library is loaded with the first token request, not at start-up. */
const grant: Grant = (connection, clientSecret) => {
  let fetcher: ReturnType<Grant> | undefined;
  return async (signal) => {
    const { clientCredentials } = await import("./oauth/grants.ts");
    fetcher ??= clientCredentials(connection, clientSecret, currentFetch);
    return fetcher(signal);
  };
};
