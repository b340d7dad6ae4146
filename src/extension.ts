// The composition root: constructs the parts and connects them, from the settings to what a person sees. Nothing else does, and nobody
// imports it.
import * as vscode from "vscode";
import type { LanceDBAuthApi } from "./api/lancedb-auth.d.ts";
import type { Account } from "./accounts/accounts.ts";
import type { BrokerAnswer } from "./broker/exchange.ts";
import { thisMachineId } from "./broker/machine.ts";
import { paths } from "./broker/protocol.ts";
import { currentFetch, openAccounts } from "./composition/accounts.ts";
import { activeAccount } from "./composition/activeAccount.ts";
import { openAnswers } from "./composition/answers.ts";
import { openAgentAccess } from "./composition/agents.ts";
import { headersAccessOf } from "./composition/brokerAnswers.ts";
import { openMarks } from "./composition/codeMarks.ts";
import { connectEvents, followEditor } from "./composition/events.ts";
import { openLock } from "./composition/lock.ts";
import { openSharing } from "./composition/sharing.ts";
import { openSignIn } from "./composition/signIn.ts";
import { sessionSettings, usableConnections, workspaceName } from "./composition/window.ts";
import { openDatabases } from "./databases/databases.ts";
import { openActivity } from "./diagnosis/activity.ts";
import { registerDiagnosisCommands } from "./diagnosis/diagnosisCommands.ts";
import { openActivityView } from "./diagnosis/showActivity.ts";
import { openEnvironments } from "./environments/installCommand.ts";
import { openFirstSteps } from "./firstSteps/firstSteps.ts";
import { useLanguage } from "./language.ts";
import { openLog } from "./messages/log.ts";
import { notifySessionFailure } from "./messages/notifications.ts";
import { openReadOnlyTexts } from "./messages/readOnlyText.ts";
import { Kernels } from "./notebooks/kernels.ts";
import { openNotebooks } from "./notebooks/notebooks.ts";
import { provideSessions } from "./sessions/sessionProvider.ts";
import { announceFailures, announceSignIn } from "./statusBar/announcements.ts";
import { openStatusBar } from "./statusBar/statusBar.ts";
import { openTokenCommands } from "./tokenDetails/tokenCommands.ts";

export function activate(context: vscode.ExtensionContext): LanceDBAuthApi {
  // Before anything is said: what is outside the editor's module has its words from here.
  useLanguage(vscode.l10n.bundle);
  const log = openLog();
  const texts = openReadOnlyTexts();

  // The accounts, one for each connection of the settings.
  const opened = openAccounts(context, log);
  const { accounts, secrets, servers, storage } = opened;
  const active = (): Account | undefined => activeAccount(accounts);
  const lock = openLock(context.workspaceState, log);
  const { isLocked } = lock;
  /** Something that a person sees of the connections may have changed. */
  const changed = new vscode.EventEmitter<void>();
  const onDidChange = changed.event;

  // The broker's answers, for programs and for our own rooms.
  const answers = openAnswers({ ...opened, isLocked, memory: context.workspaceState, log });
  const { source, view } = answers;
  const activity = openActivityView(openActivity(context.workspaceState), log);
  const onAnswer = (answer: BrokerAnswer): void => {
    activity.record(answer);
    kernels.answered(answer);
    if (answer.path === paths.headers && answer.outcome === "ok") firstSteps.answered();
  };

  // The sessions: the places where user code runs.
  const kernels = new Kernels({ source, memory: context.workspaceState });
  const sessions = provideSessions({
    ...{ context, workspace: workspaceName(), machine: thisMachineId(vscode.env.machineId), source, kernels, onAnswer },
    onRepair: (what) => log.warn(`sessions: ${what}`),
  });

  // What is seen.
  const signIn = openSignIn({ ...opened, extensionId: context.extension.id, log, active, announce: announceSignIn });
  const firstSteps = openFirstSteps({ accounts: () => accounts.all(), memory: context.globalState, log, onDidChange });
  const databases = openDatabases({ accounts, active, isLocked, texts, log, ...headersAccessOf(source) });
  const statusBar = openStatusBar();
  const showStatus = (): void => {
    statusBar.show(active(), { locked: isLocked(), inMemory: storage.trouble !== undefined });
  };
  const sharing = openSharing({ accounts, isLocked, source });

  const tellSessionFailure = notifySessionFailure(log);
  const followSettings = (): void => {
    const { connections, problems } = usableConnections(log);
    accounts.use(connections);
    databases.say(problems[0]?.message);
    void firstSteps.offerSuggestions();
    sessions.follow(sessionSettings(connections.length)).catch(tellSessionFailure);
  };
  context.subscriptions.push(
    ...[log, texts, accounts, storage, lock, changed, answers, activity],
    ...[sharing, signIn, firstSteps, databases, statusBar],
    ...[{ dispose: () => sessions.dispose() }, kernels],
    openAgentAccess({ accounts, active, isLocked, source, texts, log, onDidChange }),
    openMarks({ view, kernels, add: (known) => signIn.dialogue.add(known), isLocked, log, onDidChange }),
    openEnvironments(context.asAbsolutePath("dist/clients/packages"), log),
    openTokenCommands({ accounts, active, log }),
    registerDiagnosisCommands({ ...{ active, servers, secrets, texts, log }, fetch: currentFetch, sessions }),
    // Right after a setting was changed it would say what was so before.
    openNotebooks(kernels, () => sessions.settled(), log),
    announceFailures(accounts),
    onDidChange(showStatus),
    onDidChange(() => databases.redraw()),
    connectEvents({ accounts, lock, storage, kernels, changed, log }),
    followEditor({ accounts, sessions, followSettings, showStatus }),
  );
  followSettings();
  return sharing.api;
}
