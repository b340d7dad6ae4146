// The composition root: constructs the parts and connects them. Nothing else does, and nobody imports it.
import { join } from "node:path";
import * as vscode from "vscode";
import { answerFrom } from "./broker/answer.ts";
import { asAuthError } from "./oauth/errors.ts";
import type { Fetch } from "./oauth/http.ts";
import type { Secret } from "./oauth/secret.ts";
import { reachSessions } from "./sessions/reach.ts";
import { exclusivelyIn } from "./windows/exclusively.ts";
import { openLoopback } from "./redirect/loopback.ts";
import { Accounts, type Account } from "./workbench/accounts.ts";
import { authorizationServers, type AuthorizationServers } from "./workbench/authorizationServers.ts";
import { registerCommands } from "./workbench/commands.ts";
import { configurator, type ConfigureParts } from "./workbench/configure.ts";
import { openLog } from "./workbench/log.ts";
import { connectNotebook, openNotebookStatus } from "./workbench/notebooks.ts";
import { personalSignIn, type PersonalSignIn } from "./workbench/personalSignIn.ts";
import { secretsIn, type Secrets } from "./workbench/secrets.ts";
import * as settings from "./workbench/settings.ts";
import { signInAgain } from "./workbench/signInAgain.ts";
import { openStatusBar } from "./workbench/statusBar.ts";
import { receiveUris } from "./workbench/uriRedirect.ts";

export function activate(context: vscode.ExtensionContext): void {
  const log = openLog();
  const secrets = secretsIn(context.secrets);
  const locks = join(context.globalStorageUri.fsPath, "locks");
  const exclusively = exclusivelyIn(locks, (error) => log.warn(`no lock among windows: ${String(error)}`));
  const servers = authorizationServers(currentFetch);
  const accounts = new Accounts({ secrets, servers, exclusively, log });
  const uris = receiveUris(context.extension.id);
  const person = personalSignIn({ servers, openLoopback, openUri: () => uris.open() });
  const statusBar = openStatusBar();
  const active = (folder?: string): Account | undefined => activeAccount(accounts, folder);

  const reach = reachSessions({
    context,
    workspace: workspaceKey(),
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
    reach
      .follow({ open, ...settings.readPlaces() })
      .catch((error: unknown) => log.failure("terminals", asAuthError(error)));
  };
  const configure = configurator(dialogueParts(accounts, secrets, servers, person));

  context.subscriptions.push(
    log,
    accounts,
    statusBar,
    uris,
    { dispose: () => reach.dispose() },
    accounts.onDidChange(() => statusBar.show(active())),
    accounts.onDidChange(() => reach.kernels.renew()),
    openNotebookStatus(reach.kernels),
    settings.onDidChangeSettings(followSettings),
    vscode.workspace.onDidGrantWorkspaceTrust(followSettings),
    registerCommands({
      ...{ accounts, secrets, configurator: configure, log, active },
      signInAsPerson: (account) => signInAgain({ accounts, secrets, person, log }, account),
      connectNotebook: () => connectNotebook(reach.kernels),
    }),
  );
  followSettings();
}

function dialogueParts(
  accounts: Accounts,
  secrets: Secrets,
  servers: AuthorizationServers,
  person: PersonalSignIn,
): ConfigureParts {
  return {
    names: () => accounts.all().map(({ connection }) => connection.name),
    discover: (issuerUrl, signal) => servers.discover(issuerUrl, signal),
    hasSecret: async (connection) => (await secrets.clientSecret(connection)) !== undefined,
    signIn: (connection, secret, signal) => accounts.signIn(connection, secret, signal),
    storeSecret: (connection, secret) => secrets.storeClientSecret(connection, secret),
    isSignedIn: async (connection) => (await secrets.refreshToken(connection)) !== undefined,
    ways: (connection, signal) => person.ways(connection, signal),
    signInAsPerson: async (connection, way, secret, signal) => {
      const held = async (): Promise<Secret | undefined> => secret ?? secrets.clientSecret(connection);
      return accounts.keep(connection, await person.run(connection, way, held, signal), secret);
    },
    save: (entry, replaces) => settings.saveEntry(entry, replaces),
  };
}

/** The same for this workspace at every start. */
function workspaceKey(): string {
  const { workspaceFile, workspaceFolders } = vscode.workspace;
  return (workspaceFile ?? workspaceFolders?.[0]?.uri ?? "no folder").toString();
}

/** The folder's selection, else the window's, else the first connection. */
function activeAccount(accounts: Accounts, folder: string | undefined): Account | undefined {
  const selected = settings.selectedConnection(folder === undefined ? undefined : vscode.Uri.file(folder));
  const found = selected === undefined ? undefined : accounts.find(selected);
  return found ?? accounts.all()[0];
}

/** VS Code may exchange the global fetch for one that knows its proxy: it is looked up at each call. */
const currentFetch: Fetch = (url, init) => fetch(url, init);
