// The composition root: constructs the parts and connects them. Nothing else does, and nobody imports it.
import { join } from "node:path";
import * as vscode from "vscode";
import type { LanceDBAuthApi } from "./api/lancedb-auth.d.ts";
import { answerFrom } from "./broker/answer.ts";
import type { HeadersSource } from "./broker/server.ts";
import { commandIds, lockedKey } from "./ids.ts";
import { hostOf } from "./oauth/connection.ts";
import type { Fetch } from "./oauth/http.ts";
import type { Secret } from "./oauth/secret.ts";
import { openLoopback } from "./redirect/loopback.ts";
import { runTokenCommand } from "./sources/commandToken.ts";
import { reachSessions, type Reach, type Wishes } from "./sessions/reach.ts";
import { exclusivelyIn, type Exclusively } from "./windows/exclusively.ts";
import { Accounts, type Account } from "./workbench/accounts.ts";
import { openActivity } from "./workbench/activity.ts";
import { openSessions } from "./workbench/authenticationProvider.ts";
import { authorizationServers } from "./workbench/authorizationServers.ts";
import { openInBrowser } from "./workbench/browser.ts";
import { registerCommands, type CommandParts } from "./workbench/commands.ts";
import { configurator, type ConfigureParts } from "./workbench/configure.ts";
import { extensionApi, type ApiParts } from "./workbench/extensionApi.ts";
import { readKeyFile } from "./workbench/keyFile.ts";
import { showDiagnosis } from "./workbench/showDiagnosis.ts";
import { openLog, type Log } from "./workbench/log.ts";
import { connectNotebook, openNotebookStatus } from "./workbench/notebooks.ts";
import { personalSignIn } from "./workbench/personalSignIn.ts";
import { openReadOnlyTexts } from "./workbench/readOnlyText.ts";
import { secretsIn } from "./workbench/secrets.ts";
import * as settings from "./workbench/settings.ts";
import { signInAgain } from "./workbench/signInAgain.ts";
import { openStatusBar } from "./workbench/statusBar.ts";
import { SturdyStorage } from "./workbench/sturdyStorage.ts";
import { suggestions } from "./workbench/suggestions.ts";
import { sessionFailureTeller, storageTroubleTeller } from "./workbench/tellers.ts";
import { accountProviders, tokenSources } from "./workbench/tokenSources.ts";
import { receiveUris } from "./workbench/uriRedirect.ts";

export function activate(context: vscode.ExtensionContext): LanceDBAuthApi {
  const parts = construct(context);
  const reach = openReach(parts);
  const { log, storage, accounts, uris, texts, suggested } = parts;
  const statusBar = openStatusBar();
  const showStatus = (): void => {
    statusBar.show(parts.active(), { locked: parts.isLocked(), inMemory: storage.trouble !== undefined });
  };
  const tellSessionFailure = sessionFailureTeller(log);
  const sessions = openSessions({ accounts, isLocked: parts.isLocked, signIn: signInByCommand });
  const followSettings = (): void => {
    const { connections, problems } = settings.readConnections();
    for (const problem of problems) log.failure("settings.json", problem);
    accounts.use(connections);
    void suggested.offer();
    reach.follow(wishesFor(connections.length)).catch(tellSessionFailure);
  };
  context.subscriptions.push(
    ...[log, sessions, accounts, storage, uris, texts, statusBar],
    { dispose: () => reach.dispose() },
    storage.onDidChangeTrouble(storageTroubleTeller(log)),
    storage.onDidChangeTrouble(showStatus),
    accounts.onDidChange(showStatus),
    accounts.onDidChange(() => reach.kernels.renew()),
    openNotebookStatus(reach.kernels),
    settings.onDidChangeSettings(followSettings),
    vscode.authentication.onDidChangeSessions(({ provider }) => void accounts.followEditorAccounts(provider.id)),
    vscode.workspace.onDidGrantWorkspaceTrust(followSettings),
    vscode.window.onDidChangeActiveTextEditor(showStatus),
    vscode.window.onDidChangeWindowState(({ focused }) => {
      if (focused) void reach.restore();
    }),
    registerCommands(commandParts(parts, reach, showStatus)),
  );
  void vscode.commands.executeCommand("setContext", lockedKey, parts.isLocked());
  followSettings();
  return extensionApi({ sessions, headers: headersForExtensions(parts.source) });
}

type Parts = ReturnType<typeof construct>;

/** What is there once in a window, whoever uses it. */
function construct(context: vscode.ExtensionContext) {
  const log = openLog();
  const storage = new SturdyStorage(context.secrets);
  const secrets = secretsIn(storage, readKeyFile);
  const servers = authorizationServers(currentFetch);
  const sources = tokenSources({ fetch: currentFetch, run: runTokenCommand, env: process.env });
  const accounts = new Accounts({
    secrets,
    servers,
    sources,
    exclusively: amongWindows(context, log),
    browse: openInBrowser,
    log,
  });
  const uris = receiveUris(context.extension.id);
  const isLocked = (): boolean => context.workspaceState.get<boolean>(lockedKey) === true;
  return {
    source: answerFrom({
      connections: () => accounts.all(),
      active: (folder) => activeAccount(accounts, folder)?.connection.name,
      isLocked,
    }),
    ...{ context, log, storage, secrets, servers, accounts, uris },
    person: personalSignIn({ servers, openLoopback, openUri: () => uris.open() }),
    suggested: suggestions({
      connections: () => settings.readConnections().connections,
      add: (entry) => settings.saveEntry(entry, undefined),
      memory: context.globalState,
      log,
    }),
    texts: openReadOnlyTexts(),
    activity: openActivity(),
    active: (): Account | undefined => activeAccount(accounts, settings.currentFolder()),
    isLocked,
  };
}

function openReach({ context, source, activity }: Parts): Reach {
  return reachSessions({
    context,
    workspace: workspaceName(),
    source,
    onAnswer: (answer) => activity.record(answer, Date.now()),
  });
}

function commandParts(parts: Parts, reach: Reach, showStatus: () => void): CommandParts {
  const { context, accounts, secrets, servers, person, log, active, texts, activity, suggested } = parts;
  const diagnosis = { active, servers, fetch: currentFetch, secrets, sessions: () => reach.inspect(), texts };
  return {
    ...{ accounts, secrets, log, active },
    configurator: configurator(dialogueParts(parts)),
    signInAsPerson: (account) => signInAgain({ accounts, secrets, person, log }, account),
    connectNotebook: () => connectNotebook(reach.kernels),
    diagnose: () => showDiagnosis(diagnosis),
    setLocked: (locked) => rememberLocked(context, locked, log).then(showStatus),
    reviewSuggestions: () => suggested.review(),
    showActivity: () => texts.show("LanceDB Activity.log", activity.text()),
  };
}

function amongWindows(context: vscode.ExtensionContext, log: Log): Exclusively {
  const locks = join(context.globalStorageUri.fsPath, "locks");
  return exclusivelyIn(locks, (error) => log.warn(`no lock among windows: ${String(error)}`));
}

/** For the Accounts menu. */
async function signInByCommand(name: string | undefined): Promise<void> {
  await vscode.commands.executeCommand(name === undefined ? commandIds.addConnection : commandIds.signIn, name);
}

function headersForExtensions(source: HeadersSource): ApiParts["headers"] {
  return async (uri, name) => {
    const reply = await source.headers({ uri, connection: name }, new AbortController().signal);
    const { hostOverride, region } = reply.connection;
    const host = hostOf({
      uri,
      ...(hostOverride === undefined ? {} : { hostOverride }),
      ...(region === undefined ? {} : { region }),
    });
    return { headers: reply.headers, host, ...(reply.expiresAt === undefined ? {} : { expiresAt: reply.expiresAt }) };
  };
}

/** What tells this workspace from others, the same after a reload. */
function workspaceName(): string {
  const { workspaceFile, workspaceFolders } = vscode.workspace;
  return (workspaceFile ?? workspaceFolders?.[0]?.uri ?? "no folder").toString();
}

function wishesFor(connections: number): Wishes {
  return { open: connections > 0 && vscode.workspace.isTrusted, ...settings.readPlaces() };
}

/** The folder's selection, else the window's, else the first connection. */
function activeAccount(accounts: Accounts, folder: string | undefined): Account | undefined {
  const selected = settings.selectedConnection(folder === undefined ? undefined : vscode.Uri.file(folder));
  const found = selected === undefined ? undefined : accounts.find(selected);
  return found ?? accounts.all()[0];
}

function dialogueParts({ accounts, secrets, servers, person }: Parts): ConfigureParts {
  return {
    names: () => accounts.all().map(({ connection }) => connection.name),
    discover: (issuerUrl, signal) => servers.discover(issuerUrl, signal),
    hasSecret: (connection) => secrets.has(connection),
    signIn: (connection, secret, signal) => accounts.signIn(connection, secret, signal),
    storeSecret: (connection, secret) => accounts.storeUntried(connection, secret),
    signInBySource: (connection, signal) => accounts.signInBySource(connection, signal),
    accountProviders,
    isSignedIn: async (connection) => (await secrets.refreshToken(connection)) !== undefined,
    ways: (connection, signal) => person.ways(connection, signal),
    signInAsPerson: async (connection, way, secret, signal) => {
      const held = async (): Promise<Secret | undefined> => secret ?? secrets.clientSecret(connection);
      return accounts.keep(connection, await person.run(connection, way, held, signal), secret);
    },
    save: async (entry, replaces) => {
      const before = replaces === undefined ? undefined : accounts.find(replaces)?.connection;
      await settings.saveEntry(entry, replaces);
      if (before !== undefined) await accounts.release(before, settings.readConnections().connections);
    },
  };
}

async function rememberLocked(context: vscode.ExtensionContext, locked: boolean, log: Log): Promise<void> {
  await context.workspaceState.update(lockedKey, locked);
  await vscode.commands.executeCommand("setContext", lockedKey, locked);
  log.info(locked ? "locked: programs get no headers" : "unlocked");
}

/** VS Code may exchange the global fetch for one that knows its proxy: it is looked up at each call. */
const currentFetch: Fetch = (url, init) => fetch(url, init);
