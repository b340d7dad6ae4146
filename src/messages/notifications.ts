// How trouble that no command has asked for is told: each cause once in a notification, and every time in the log.
import * as vscode from "vscode";
import { commandIds } from "../ids.ts";
import { AuthError } from "../oauth/errors.ts";
import { unrevokedSentence } from "./failure.ts";
import type { Log } from "./log.ts";
import { showFailure } from "./showFailure.ts";

/** The storage says when it begins to fail and when it works again (undefined), not each failure. */
export function notifyStorageTrouble(log: Log): (trouble: AuthError | undefined) => void {
  return (trouble) => {
    if (trouble === undefined) {
      log.info("the secret storage answers again");
      return;
    }
    log.failure("secrets are kept in memory until the window closes", trouble);
    showFailure(trouble);
  };
}

/** The local socket or the client files could not be made. */
export function notifySessionFailure(log: Log): (thrown: unknown) => void {
  let said = "";
  return (thrown) => {
    const detail = thrown instanceof Error ? thrown.message : "";
    const failure = new AuthError("session_failed", { cause: thrown, detail });
    log.failure("sessions", failure);
    if (said !== detail) showFailure(failure);
    said = detail;
  };
}

/** Nobody waits for the notification to be closed. */
export function notifyUnrevoked(connection: string, failure: AuthError): void {
  const showLog = vscode.l10n.t("Show Log");
  void vscode.window.showWarningMessage(unrevokedSentence(connection, failure), showLog).then((chosen) => {
    if (chosen === showLog) void vscode.commands.executeCommand(commandIds.showLog);
  });
}
