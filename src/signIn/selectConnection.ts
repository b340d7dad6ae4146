// The command Select Connection: which connection this window, or one of its folders, uses.
import * as vscode from "vscode";
import { itemFor, offerToAdd, type ChoiceParts } from "../commands/chooseAccount.ts";
import { selectConnection, selectedConnection } from "../settings/settings.ts";

export async function selectActive({ accounts, active }: ChoiceParts): Promise<void> {
  const all = accounts.all();
  if (all.length === 0) return offerToAdd();
  const items = all.map((account) => itemFor(account, account === active()));
  const chosen = await vscode.window.showQuickPick(items, {
    title: vscode.l10n.t("Which connection does this window use?"),
    matchOnDescription: true,
  });
  if (chosen === undefined) return;
  const place = await chooseFolder();
  if (place !== undefined) await selectConnection(chosen.account.connection.name, place.folder);
}

interface PlaceItem extends vscode.QuickPickItem {
  readonly folder?: vscode.Uri;
}

/** Where several folders are open, each may use a connection of its own. */
async function chooseFolder(): Promise<PlaceItem | undefined> {
  const folders = vscode.workspace.workspaceFolders ?? [];
  const everywhere: PlaceItem = {
    label: vscode.l10n.t("Every folder of this workspace"),
    description: vscode.l10n.t("where a folder has no own choice"),
  };
  if (folders.length < 2 || !vscode.workspace.isTrusted) return everywhere;
  const items = folders.map(({ name, uri }): PlaceItem => {
    return { label: name, description: selectedConnection(uri) ?? "", folder: uri };
  });
  return vscode.window.showQuickPick([everywhere, ...items], { title: vscode.l10n.t("Which folder uses it?") });
}
