// Who hears of what: the parts' own events, and those of the editor.
import * as vscode from "vscode";
import type { Accounts } from "../accounts/accounts.ts";
import type { ResilientStorage } from "../accounts/resilientStorage.ts";
import type { Log } from "../messages/log.ts";
import { notifyStorageTrouble } from "../messages/notifications.ts";
import type { Kernels } from "../notebooks/kernels.ts";
import type { SessionProvider } from "../sessions/sessionProvider.ts";
import { onDidChangeSettings } from "../settings/settings.ts";
import type { Lock } from "./lock.ts";

export interface EventParts {
  readonly accounts: Accounts;
  readonly lock: Lock;
  readonly storage: ResilientStorage;
  readonly kernels: Kernels;
  /** Something that a person sees of the connections may have changed. */
  readonly changed: vscode.EventEmitter<void>;
  readonly log: Log;
}

export function connectEvents({ accounts, lock, storage, kernels, changed, log }: EventParts): vscode.Disposable {
  return vscode.Disposable.from(
    accounts.onDidChange(() => changed.fire()),
    lock.onDidChange(() => changed.fire()),
    storage.onDidChangeTrouble(() => changed.fire()),
    storage.onDidChangeTrouble(notifyStorageTrouble(log)),
    // What was pushed into a kernel elsewhere is replaced or taken back.
    accounts.onDidChange(() => kernels.renew()),
    lock.onDidChange(() => kernels.renew()),
  );
}

export interface EditorParts {
  readonly accounts: Accounts;
  readonly sessions: SessionProvider;
  readonly followSettings: () => void;
  readonly showStatus: () => void;
}

export function followEditor({ accounts, sessions, followSettings, showStatus }: EditorParts): vscode.Disposable {
  return vscode.Disposable.from(
    onDidChangeSettings(followSettings),
    vscode.workspace.onDidGrantWorkspaceTrust(followSettings),
    vscode.workspace.onDidChangeWorkspaceFolders(followSettings),
    vscode.authentication.onDidChangeSessions(({ provider }) => void accounts.followEditorAccounts(provider.id)),
    // Another folder may have selected another connection.
    vscode.window.onDidChangeActiveTextEditor(showStatus),
    vscode.window.onDidChangeWindowState(({ focused }) => {
      if (focused) void sessions.restore();
    }),
  );
}
