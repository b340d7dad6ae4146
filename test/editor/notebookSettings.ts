// The settings that the notebook tests change.
import * as vscode from "vscode";

export function set(name: string, value: unknown): Thenable<void> {
  return vscode.workspace.getConfiguration("lancedbAuth").update(name, value, vscode.ConfigurationTarget.Global);
}

export function setConnections(connections: readonly object[] | undefined): Thenable<void> {
  return set("connections", connections);
}
