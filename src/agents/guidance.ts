// LanceDB: Add Guidance for Agents: shows what would change in a file that agents read, and writes it after a yes.
import * as vscode from "vscode";
import type { ReadOnlyTexts } from "../messages/readOnlyText.ts";
import { guidanceFiles, withGuidance, type GuidanceFile } from "./guidanceText.ts";

interface Row extends vscode.QuickPickItem {
  readonly file: GuidanceFile;
}

export async function addGuidance(texts: Pick<ReadOnlyTexts, "keep">): Promise<void> {
  const folder = vscode.workspace.workspaceFolders?.[0];
  if (folder === undefined) {
    void vscode.window.showInformationMessage(vscode.l10n.t("Open a folder first: the guidance is a file in it."));
    return;
  }
  const rows = guidanceFiles.map((file): Row => ({ label: file.path, description: file.readBy, file }));
  const chosen = await vscode.window.showQuickPick(rows, {
    title: vscode.l10n.t("LanceDB: Add Guidance for Agents"),
    placeHolder: vscode.l10n.t("Which file do your agents read? You see the change before it is written."),
  });
  if (chosen !== undefined) await propose(vscode.Uri.joinPath(folder.uri, chosen.file.path), chosen.file, texts);
}

async function propose(target: vscode.Uri, file: GuidanceFile, texts: Pick<ReadOnlyTexts, "keep">): Promise<void> {
  const present = await read(target);
  const proposed = withGuidance(present, file);
  if (proposed === present) {
    void vscode.window.showInformationMessage(vscode.l10n.t("{0} has the guidance already.", file.path));
    return;
  }
  const name = file.path.replaceAll("/", "-");
  const [left, right] = [texts.keep(`now-${name}`, present ?? ""), texts.keep(`proposed-${name}`, proposed)];
  await vscode.commands.executeCommand(
    "vscode.diff",
    left,
    right,
    vscode.l10n.t("{0}: guidance for agents", file.path),
  );
  const write = vscode.l10n.t("Write");
  const asked = vscode.l10n.t("Write this guidance into {0}?", file.path);
  if ((await vscode.window.showInformationMessage(asked, write)) !== write) return;
  // Somebody may have edited it while the change was looked at.
  await vscode.workspace.fs.writeFile(target, new TextEncoder().encode(withGuidance(await read(target), file)));
  await vscode.window.showTextDocument(target);
}

async function read(file: vscode.Uri): Promise<string | undefined> {
  return vscode.workspace.fs.readFile(file).then(
    (bytes) => new TextDecoder().decode(bytes),
    () => undefined,
  );
}
