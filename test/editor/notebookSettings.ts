// The settings that the notebook tests change.
import type { Context } from "mocha";
import * as vscode from "vscode";
import type { NotebookPlace } from "../support/workbench/editorSuite.ts";

export function set(name: string, value: unknown): Thenable<void> {
  return vscode.workspace.getConfiguration("lancedbAuth").update(name, value, vscode.ConfigurationTarget.Global);
}

export function setConnections(connections: readonly object[] | undefined): Thenable<void> {
  return set("connections", connections);
}

/** Of a suite's set-up: our extension runs with the place's connection; without a place the suite is skipped. */
export async function connectOrSkip(suite: Context, place: NotebookPlace | undefined): Promise<void> {
  // It throws, so that nothing of the set-up follows.
  if (place === undefined) suite.skip();
  await vscode.extensions.getExtension("lancedb-auth.lancedb-auth")?.activate();
  await setConnections([place.connection]);
}
