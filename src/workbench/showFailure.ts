// One notification for a failed action, with the button that helps. Server text arrives here as plain text and stays it.
import * as vscode from "vscode";
import { commandIds } from "../ids.ts";
import type { AuthError } from "../oauth/errors.ts";
import { remedyFor, sentenceFor } from "./failure.ts";

/** The button runs the remedy for that connection. Nobody is told of what they cancelled themselves. */
export async function showFailure(error: AuthError, connection?: string): Promise<void> {
  if (error.code === "cancelled") return;
  const { button, command } = remedyFor(error);
  const showLog = "Show Log";
  const about = connection === undefined ? "" : `“${connection}”: `;
  const chosen = await vscode.window.showErrorMessage(about + sentenceFor(error), button, showLog);
  if (chosen === button) await vscode.commands.executeCommand(command, connection);
  if (chosen === showLog) await vscode.commands.executeCommand(commandIds.showLog);
}
