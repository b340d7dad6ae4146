// LanceDB: Manage Access: lists what was granted to programs, and takes back what the person chooses.
import * as vscode from "vscode";
import type { Grant, Grants } from "./grants.ts";

interface Row extends vscode.QuickPickItem {
  readonly grant: Grant;
}

/** Answers whether something was taken back. */
export async function manageAccess(grants: Grants): Promise<boolean> {
  const rows = [
    ...rowsOf(grants.ofWorkspace, vscode.l10n.t("in this workspace, until it is taken back")),
    ...rowsOf(grants.ofSession, vscode.l10n.t("until this window is closed or reloaded")),
  ];
  if (rows.length === 0) {
    void vscode.window.showInformationMessage(
      vscode.l10n.t("Nothing is granted to a program in this workspace. You are asked when one needs it."),
    );
    return false;
  }
  const chosen = await vscode.window.showQuickPick(rows, {
    title: vscode.l10n.t("LanceDB: Manage Access"),
    placeHolder: vscode.l10n.t("Choose what to take back; a running program loses access within 15 seconds."),
    canPickMany: true,
  });
  if (chosen === undefined || chosen.length === 0) return false;
  await grants.revoke(chosen.map(({ grant }) => grant));
  return true;
}

function rowsOf(grants: readonly Grant[], lasts: string): readonly Row[] {
  return grants.toReversed().map((grant) => ({
    label: grant.name.replaceAll("$(", "$ ("),
    description: `${grant.connection}, ${grant.host}`,
    detail: vscode.l10n.t("granted {0}, {1}", new Date(grant.grantedAt).toLocaleString(vscode.env.language), lasts),
    grant,
  }));
}
