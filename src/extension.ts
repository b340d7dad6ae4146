// The composition root: constructs the parts and connects them. Nothing else does, and nobody imports it.
import { join } from "node:path";
import * as vscode from "vscode";
import { answerFrom, hostOf } from "./broker/answer.ts";
import { lockedKey } from "./ids.ts";
import type { Connection } from "./oauth/connection.ts";
import { AuthError } from "./oauth/errors.ts";
import type { IssuerFacts } from "./oauth/grants.ts";
import type { Fetch } from "./oauth/http.ts";
import { reachSessions, type Reach, type Wishes } from "./sessions/reach.ts";
import { exclusivelyIn, type Exclusively } from "./windows/exclusively.ts";
import { Accounts, type Account, type Grant } from "./workbench/accounts.ts";
import { openActivity } from "./workbench/activity.ts";
import { registerCommands } from "./workbench/commands.ts";
import { configurator, type Configurator } from "./workbench/configure.ts";
import { factsOf, findings, type DiagnoseParts } from "./workbench/diagnose.ts";
import { reportFrom, type Fact } from "./workbench/diagnosis.ts";
import { openLog, type Log } from "./workbench/log.ts";
import { connectNotebook, openNotebookStatus } from "./workbench/notebooks.ts";
import { openReadOnlyTexts, type ReadOnlyTexts } from "./workbench/readOnlyText.ts";
import { secretsIn, type Secrets } from "./workbench/secrets.ts";
import * as settings from "./workbench/settings.ts";
import { showFailure } from "./workbench/showFailure.ts";
import { openStatusBar } from "./workbench/statusBar.ts";
import { SturdyStorage } from "./workbench/sturdyStorage.ts";

export function activate(context: vscode.ExtensionContext): void {
  const log = openLog();
  const storage = new SturdyStorage(context.secrets, (trouble) => {
    tellStorageTrouble(trouble, log);
    showStatus();
  });
  storage.onRepair = (what) => log.warn(`secret storage: ${what}`);
  const secrets = secretsIn(storage);
  const accounts = new Accounts({ secrets, grant, exclusively: amongWindows(context, log), log });
  const statusBar = openStatusBar();
  const active = (folder?: string): Account | undefined => activeAccount(accounts, folder);
  const texts = openReadOnlyTexts();
  const activity = openActivity();
  const isLocked = (): boolean => context.workspaceState.get<boolean>(lockedKey) === true;
  const showStatus = (): void => {
    statusBar.show(active(), { locked: isLocked(), inMemory: storage.trouble !== undefined });
  };

  const reach = reachSessions({
    context,
    workspace: workspaceName(),
    source: answerFrom({
      connections: () => accounts.all(),
      active: (folder) => active(folder)?.connection.name,
      isLocked,
    }),
    onAnswer: (answer) => activity.record(answer, Date.now()),
    onRepair: (what) => log.warn(`sessions: ${what}`),
  });
  const tellSessionFailure = sessionFailureTeller(log);
  const followSettings = (): void => {
    const connections = usableConnections(log);
    accounts.use(connections);
    reach.follow(wishesFor(connections.length)).catch(tellSessionFailure);
  };
  context.subscriptions.push(
    log,
    accounts,
    statusBar,
    { dispose: () => reach.dispose() },
    accounts.onDidChange(showStatus),
    accounts.onDidChange(() => reach.kernels.renew()),
    openNotebookStatus(reach.kernels),
    settings.onDidChangeSettings(followSettings),
    vscode.workspace.onDidGrantWorkspaceTrust(followSettings),
    vscode.window.onDidChangeWindowState(({ focused }) => {
      if (focused) void reach.restore();
    }),
    texts,
    storage,
    registerCommands({
      ...{ accounts, secrets, configurator: dialogues(accounts, secrets), log, active },
      connectNotebook: () => connectNotebook(reach.kernels),
      diagnose: () => diagnose(active, secrets, reach, texts),
      setLocked: (locked) => rememberLocked(context, locked, log).then(showStatus),
      showActivity: () => texts.show("LanceDB Activity.log", activity.text()),
    }),
  );
  void vscode.commands.executeCommand("setContext", lockedKey, isLocked());
  followSettings();
}

function amongWindows(context: vscode.ExtensionContext, log: Log): Exclusively {
  const locks = join(context.globalStorageUri.fsPath, "locks");
  return exclusivelyIn(locks, (error) => log.warn(`no lock among windows: ${String(error)}`));
}

/** What tells this workspace from others, the same after a reload. */
function workspaceName(): string {
  const { workspaceFile, workspaceFolders } = vscode.workspace;
  return (workspaceFile ?? workspaceFolders?.[0]?.uri ?? "no folder").toString();
}

function wishesFor(connections: number): Wishes {
  const { isTrusted } = vscode.workspace;
  const closedBecause = isTrusted ? "there is no connection" : "the workspace is not trusted";
  return { open: connections > 0 && isTrusted, closedBecause, ...settings.readPlaces() };
}

/** What is wrong in settings.json stays there, and is told. */
function usableConnections(log: Log): readonly Connection[] {
  const { connections, problems, remarks } = settings.readConnections();
  for (const problem of problems) log.failure("settings.json", problem);
  for (const remark of remarks) log.warn(`settings.json: ${remark}`);
  return connections;
}

/** The folder's selection, else the window's, else the first connection. */
function activeAccount(accounts: Accounts, folder: string | undefined): Account | undefined {
  const selected = settings.selectedConnection(folder === undefined ? undefined : vscode.Uri.file(folder));
  const found = selected === undefined ? undefined : accounts.find(selected);
  return found ?? accounts.all()[0];
}

function dialogues(accounts: Accounts, secrets: Secrets): Configurator {
  return configurator({
    names: () => accounts.all().map(({ connection }) => connection.name),
    discover,
    hasSecret: async (connection) => (await secrets.clientSecret(connection)) !== undefined,
    signIn: (connection, secret, signal) => accounts.signIn(connection, secret, signal),
    storeSecret: (connection, secret) => secrets.storeClientSecret(connection, secret),
    save: (entry, replaces) => settings.saveEntry(entry, replaces),
  });
}

/** The storage says when it begins to fail and when it works again, not each failure. */
function tellStorageTrouble(trouble: AuthError | undefined, log: Log): void {
  if (trouble === undefined) {
    log.info("the secret storage answers again");
    return;
  }
  log.failure("secrets are kept in memory until the window closes", trouble);
  showFailure(trouble);
}

async function rememberLocked(context: vscode.ExtensionContext, locked: boolean, log: Log): Promise<void> {
  await context.workspaceState.update(lockedKey, locked);
  await vscode.commands.executeCommand("setContext", lockedKey, locked);
  log.info(locked ? "locked: programs get no headers" : "unlocked");
}

/** Each cause is said once; every one is logged. */
function sessionFailureTeller(log: Log): (thrown: unknown) => void {
  let said = "";
  return (thrown) => {
    const detail = thrown instanceof Error ? thrown.message : "";
    const failure = new AuthError("session_failed", { cause: thrown, detail });
    log.failure("sessions", failure);
    if (said !== detail) showFailure(failure);
    said = detail;
  };
}

async function diagnose(
  active: () => Account | undefined,
  secrets: Secrets,
  reach: Reach,
  texts: ReadOnlyTexts,
): Promise<void> {
  const parts: DiagnoseParts = {
    active,
    problems: () => settings.readConnections().problems.map(({ message }) => message),
    discover,
    fetch: currentFetch,
    hostOf,
    probeSecretStorage: () => secrets.probe(),
    hasSecret: async (connection) => (await secrets.clientSecret(connection)) !== undefined,
    sessions: () => reach.inspect(),
    proxy: settings.proxy,
    env: process.env,
  };
  const versions: readonly Fact[] = [
    ["VS Code", `${vscode.version} on ${process.platform} ${process.arch}, Node ${process.versions.node}`],
    ["Workspace", vscode.workspace.isTrusted ? "trusted" : "not trusted"],
  ];
  const found = await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Window, title: "Diagnosing LanceDB Auth" },
    () => findings(parts),
  );
  await texts.show("LanceDB Diagnosis.md", reportFrom([...versions, ...factsOf(active())], found));
}

async function discover(issuerUrl: string, signal?: AbortSignal): Promise<IssuerFacts> {
  const { discoverIssuer } = await import("./oauth/grants.ts");
  return discoverIssuer({ issuerUrl, timeoutSeconds: 10, fetch: currentFetch, signal });
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
