// The composition root: constructs the parts and connects them. Nothing else does, and nobody imports it.
import * as vscode from "vscode";
import type { LanceDBAuthApi } from "./api/lancedb-auth.d.ts";
import { paths } from "./broker/protocol.ts";
import type { BrokerAnswer } from "./broker/exchange.ts";
import { agentsOf } from "./composition/agents.ts";
import { codeOf } from "./composition/code.ts";
import { commandPartsOf } from "./composition/commands.ts";
import { databasesOf } from "./composition/databases.ts";
import { dialogueOf } from "./composition/dialogue.ts";
import { construct } from "./composition/parts.ts";
import { sharingOf } from "./composition/sharing.ts";
import { lockedKey } from "./ids.ts";
import { useLanguage } from "./language.ts";
import { reachSessions, type Wishes } from "./sessions/sessionProvider.ts";
import { announceFailures } from "./statusBar/announcements.ts";
import { registerCommands } from "./commands/commands.ts";
import { openNotebookStatus } from "./notebooks/notebooks.ts";
import type { Log } from "./messages/log.ts";
import type { SavedConnections } from "./settings/savedConnections.ts";
import * as settings from "./settings/settings.ts";
import { openStatusBar } from "./statusBar/statusBar.ts";
import { notifySessionFailure, notifyStorageTrouble } from "./messages/notifications.ts";

export function activate(context: vscode.ExtensionContext): LanceDBAuthApi {
  // Before anything is said: what is outside the editor's module has its words from here.
  useLanguage(vscode.l10n.bundle);
  const parts = construct(context);
  const { log, storage, accounts, uris, texts, suggested, source, activity, shown } = parts;
  const dialogue = dialogueOf(parts);
  const code = codeOf(parts, dialogue);
  const onAnswer = (answer: BrokerAnswer): void => {
    activity.record(answer, Date.now());
    if (answer.path === paths.headers && answer.outcome === "ok") code.answered();
  };
  const onRepair = (what: string): void => log.warn(`sessions: ${what}`);
  const reach = reachSessions({ context, workspace: workspaceName(), source, onAnswer, onRepair });
  const databases = databasesOf(parts);
  const sharing = sharingOf(parts);
  const statusBar = openStatusBar();
  const showStatus = (): void => {
    statusBar.show(parts.active(), { locked: parts.isLocked(), inMemory: storage.trouble !== undefined });
  };
  const tellSessionFailure = notifySessionFailure(log);
  const followSettings = (): void => {
    const { connections, problems } = usableConnections(log);
    accounts.use(connections);
    databases.say(problems[0]?.message);
    void suggested.offer();
    reach.follow(wishesFor(connections.length)).catch(tellSessionFailure);
  };
  context.subscriptions.push(
    ...[log, sharing, agentsOf(parts), accounts, storage, uris, texts, statusBar, databases, code, shown],
    { dispose: () => reach.dispose() },
    shown.event(showStatus),
    shown.event(() => databases.redraw()),
    storage.onDidChangeTrouble(notifyStorageTrouble(log)),
    storage.onDidChangeTrouble(() => shown.fire()),
    accounts.onDidChange(() => shown.fire()),
    accounts.onDidChange(() => reach.kernels.renew()),
    announceFailures(accounts),
    openNotebookStatus(reach.kernels),
    settings.onDidChangeSettings(followSettings),
    vscode.authentication.onDidChangeSessions(({ provider }) => void accounts.followEditorAccounts(provider.id)),
    vscode.workspace.onDidGrantWorkspaceTrust(followSettings),
    // Another folder may have selected another connection.
    vscode.window.onDidChangeActiveTextEditor(showStatus),
    vscode.window.onDidChangeWindowState(({ focused }) => {
      if (focused) void reach.restore();
    }),
    registerCommands(commandPartsOf(parts, dialogue, reach, code)),
  );
  void vscode.commands.executeCommand("setContext", lockedKey, parts.isLocked());
  followSettings();
  return sharing.api;
}

/** What tells this workspace from others, the same after a reload. */
function workspaceName(): string {
  const { workspaceFile, workspaceFolders } = vscode.workspace;
  return (workspaceFile ?? workspaceFolders?.[0]?.uri ?? "no folder").toString();
}

function wishesFor(connections: number): Wishes {
  const { isTrusted } = vscode.workspace;
  const closedBecause = isTrusted
    ? vscode.l10n.t("there is no connection")
    : vscode.l10n.t("the workspace is not trusted");
  return { open: connections > 0 && isTrusted, closedBecause, ...settings.readPlaces() };
}

/** What is wrong in settings.json stays there, and is told. */
function usableConnections(log: Log): SavedConnections {
  const read = settings.readConnections();
  for (const problem of read.problems) log.failure("settings.json", problem);
  for (const remark of read.remarks) log.warn(`settings.json: ${remark}`);
  return read;
}
