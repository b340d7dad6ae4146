// Which connection this window works with: the folder's selection, else the window's, else the first connection.
import * as vscode from "vscode";
import type { Account, Accounts } from "../accounts/accounts.ts";
import { currentFolder, selectedConnection } from "../settings/settings.ts";

/** @param folder its path; undefined: the window as a whole */
export function activeAccountIn(accounts: Accounts, folder: string | undefined): Account | undefined {
  const selected = selectedConnection(folder === undefined ? undefined : vscode.Uri.file(folder));
  const found = selected === undefined ? undefined : accounts.find(selected);
  return found ?? accounts.all()[0];
}

/** For the folder that is worked in. */
export function activeAccount(accounts: Accounts): Account | undefined {
  return activeAccountIn(accounts, currentFolder());
}
