// What helps when a LanceDB server gives no answer, as a button, and the notification that offers it. Server text arrives here as plain
// text and stays it.
import * as vscode from "vscode";
import { commandIds } from "../ids.ts";
import { AuthError } from "../oauth/errors.ts";
import type { ServerError, ServerRemedy } from "../tables/serverError.ts";
import { remedyFor } from "../messages/failure.ts";

export interface ServerButton {
  readonly button: string;
  readonly command: (typeof commandIds)[keyof typeof commandIds];
}

const buttons: Readonly<Record<ServerRemedy, () => ServerButton>> = {
  signIn: () => ({ button: vscode.l10n.t("Sign In"), command: commandIds.signIn }),
  edit: () => ({ button: vscode.l10n.t("Edit Connection"), command: commandIds.editConnection }),
  unlock: () => ({ button: vscode.l10n.t("Unlock"), command: commandIds.unlock }),
  retry: () => ({ button: vscode.l10n.t("Try Again"), command: commandIds.refreshTables }),
};

/** Where the authorization server gave no token, what helps is its matter. */
export function remedyForServer(error: ServerError): ServerButton {
  return error.cause instanceof AuthError ? remedyFor(error.cause) : buttons[error.remedy]();
}

/** @param again the command that failed, for the button "Try Again" */
export async function showServerFailure(error: ServerError, connection: string, again: string): Promise<void> {
  if (error.code === "cancelled") return;
  const { button, command } = remedyForServer(error);
  const diagnose = vscode.l10n.t("Diagnose");
  const chosen = await vscode.window.showErrorMessage(
    vscode.l10n.t("“{0}”: {1}", connection, error.sentence),
    button,
    diagnose,
  );
  const wanted = error.remedy === "retry" ? again : command;
  if (chosen === button) await vscode.commands.executeCommand(wanted, connection);
  if (chosen === diagnose) await vscode.commands.executeCommand(commandIds.diagnose);
}
