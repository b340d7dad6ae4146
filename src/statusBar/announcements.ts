// What everybody else sees in the status bar, for those who hear the editor: a sign-in, and a failure that no command has asked for. The
// editor speaks its notifications, so that these are shown, but only to those who have said that they use a screen reader.
import * as vscode from "vscode";
import type { AuthErrorCode } from "../oauth/errors.ts";
import type { Account, Accounts } from "../accounts/accounts.ts";
import { connectionWords } from "../messages/connectionWords.ts";
import { showFailure } from "../messages/showFailure.ts";

/** What the editor's own setting says; with "auto" it tells extensions nothing of the screen reader that it has found. */
function isHeard(): boolean {
  return vscode.workspace.getConfiguration("editor").get<unknown>("accessibilitySupport") === "on";
}

/** After a sign-in or a refresh that a person has asked for. */
export function announceSignIn({ connection, provider }: Account): void {
  if (!isHeard()) return;
  const { sentence } = connectionWords(provider.state, false, Date.now());
  void vscode.window.showInformationMessage(vscode.l10n.t("“{0}”: {1}.", connection.name, sentence));
}

/** Each failure once, until its connection works again. */
export function announceFailures(accounts: Pick<Accounts, "all" | "onDidChange">): vscode.Disposable {
  const told = new Map<string, AuthErrorCode>();
  return accounts.onDidChange(() => {
    for (const { connection, provider } of accounts.all()) {
      const [{ name }, { state }] = [connection, provider];
      if (state.status === "fetching") continue;
      const failure = "failure" in state ? state.failure : undefined;
      if (failure === undefined) told.delete(name);
      else if (isHeard() && told.get(name) !== failure.code) {
        told.set(name, failure.code);
        showFailure(failure, name);
      }
    }
  });
}
