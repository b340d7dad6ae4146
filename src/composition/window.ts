// What this window is and says: its workspace, its settings as the sessions and the accounts take them.
import * as vscode from "vscode";
import type { Log } from "../messages/log.ts";
import type { SessionSettings } from "../sessions/sessionProvider.ts";
import type { SavedConnections } from "../settings/savedConnections.ts";
import { readConnections, readPlaces } from "../settings/settings.ts";

/** What tells this workspace from others, the same after a reload. */
export function workspaceName(): string {
  const { workspaceFile, workspaceFolders } = vscode.workspace;
  return (workspaceFile ?? workspaceFolders?.[0]?.uri ?? "no folder").toString();
}

/** @param connections how many there are; without one, or without trust, nothing is handed out */
export function sessionSettings(connections: number): SessionSettings {
  const { isTrusted } = vscode.workspace;
  const closedBecause = isTrusted
    ? vscode.l10n.t("there is no connection")
    : vscode.l10n.t("the workspace is not trusted");
  const { findByFolder, ...places } = readPlaces();
  const folders = findByFolder ? localFolders() : [];
  return { open: connections > 0 && isTrusted, closedBecause, folders, ...places };
}

/** Those that programs of this machine can run in. */
function localFolders(): readonly string[] {
  const uris = (vscode.workspace.workspaceFolders ?? []).map(({ uri }) => uri);
  return uris.filter(({ scheme }) => scheme === "file").map(({ fsPath }) => fsPath);
}

/** What is wrong in settings.json stays there, and is told. */
export function usableConnections(log: Log): SavedConnections {
  const read = readConnections();
  for (const problem of read.problems) log.failure("settings.json", problem);
  for (const remark of read.remarks) log.warn(`settings.json: ${remark}`);
  return read;
}
