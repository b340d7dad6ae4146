// One notification for a failed action, with the button that helps. Server text arrives here as plain text and stays it.
import * as vscode from "vscode";
import { commandIds } from "../ids.ts";
import type { AuthError } from "../oauth/errors.ts";
import { remedyFor, sentenceFor } from "./failure.ts";

/**
 * The button runs the remedy for that connection. Nobody is told of what they cancelled themselves, and no command waits for
 * its notification to be closed.
 */
export function showFailure(error: AuthError, connection?: string): void {
  if (error.code !== "cancelled") void offerRemedy(error, connection);
}

async function offerRemedy(error: AuthError, connection: string | undefined): Promise<void> {
  const { button, command } = remedyFor(error);
  const showLog = vscode.l10n.t("Show Log");
  const sentence = sentenceFor(error);
  const told = connection === undefined ? sentence : vscode.l10n.t("“{0}”: {1}", connection, sentence);
  const chosen = await vscode.window.showErrorMessage(told, button, showLog);
  if (chosen === button) await vscode.commands.executeCommand(command, connection);
  if (chosen === showLog) await vscode.commands.executeCommand(commandIds.showLog);
}
