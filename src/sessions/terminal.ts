// The integrated terminal's environment: one constant pointer to the broker, and the folders of the client files.
// Values are the same at every start, so that open terminals keep working and no relaunch warning appears. Never a secret.
import { delimiter } from "node:path";
import * as vscode from "vscode";
import { environmentNames } from "../ids.ts";
import type { ClientFolders } from "./clientFiles.ts";

export interface TerminalSession {
  readonly descriptorPath: string;
  readonly clients: ClientFolders;
  readonly autoConnect: "both" | "python" | "node" | "off";
}

/** Makes the collection say this and nothing else; an unchanged value is left alone, since every write counts as a change. */
export function provideToTerminals(
  collection: vscode.EnvironmentVariableCollection,
  session: TerminalSession | undefined,
): void {
  if (session === undefined) {
    collection.clear();
    return;
  }
  collection.persistent = true;
  collection.description =
    "Lets LanceDB programs connect with this window's token. The values point to it; none is a secret.";
  const wanted = mutatorsFor(session);
  for (const [name] of collection) if (!wanted.has(name)) collection.delete(name);
  for (const [name, { value, type, options }] of wanted) {
    const present = collection.get(name);
    if (present?.value === value && present.type === type) continue;
    if (type === vscode.EnvironmentVariableMutatorType.Replace) collection.replace(name, value, options);
    else collection.prepend(name, value, options);
  }
}

function mutatorsFor({
  descriptorPath,
  clients,
  autoConnect,
}: TerminalSession): Map<string, vscode.EnvironmentVariableMutator> {
  const { Prepend, Replace } = vscode.EnvironmentVariableMutatorType;
  const options = { applyAtProcessCreation: true };
  const python = autoConnect === "both" || autoConnect === "python";
  const node = autoConnect === "both" || autoConnect === "node";
  const pythonFolders = python ? [clients.pythonAutoConnect, clients.pythonExplicit] : [clients.pythonExplicit];
  const found = new Map<string, vscode.EnvironmentVariableMutator>([
    [environmentNames.session, { type: Replace, value: descriptorPath, options }],
    // A login shell may rebuild PATH: it is put in front once more when the shell is ready.
    ["PATH", { type: Prepend, value: clients.bin + delimiter, options: { ...options, applyAtShellIntegration: true } }],
    ["PYTHONPATH", { type: Prepend, value: pythonFolders.map((folder) => folder + delimiter).join(""), options }],
  ]);
  if (node) found.set("NODE_OPTIONS", { type: Prepend, value: `${clients.nodeOption} `, options });
  return found;
}
