// The integrated terminal's environment, tasks included. An unchanged value is left alone, so that open terminals keep working
// and no relaunch warning appears.
import * as vscode from "vscode";
import { environmentChanges, type SessionPointer } from "./environment.ts";

/** Makes the collection say this and nothing else; an unchanged value is left alone, since every write counts as a change. */
export function provideToTerminals(
  collection: vscode.EnvironmentVariableCollection,
  session: SessionPointer | undefined,
): void {
  if (session === undefined) {
    collection.clear();
    return;
  }
  collection.persistent = true;
  collection.description = vscode.l10n.t(
    "Lets LanceDB programs connect with this window's token. The values point to it; none is a secret.",
  );
  const { Prepend, Replace } = vscode.EnvironmentVariableMutatorType;
  const wanted = environmentChanges(session);
  for (const [name] of collection) if (!wanted.has(name)) collection.delete(name);
  for (const [name, { how, value }] of wanted) {
    const present = collection.get(name);
    if (present?.value === value && present.type === (how === "replace" ? Replace : Prepend)) continue;
    // A login shell may rebuild PATH: it is put in front once more when the shell is ready.
    const options = { applyAtProcessCreation: true, ...(name === "PATH" ? { applyAtShellIntegration: true } : {}) };
    if (how === "replace") collection.replace(name, value, options);
    else collection.prepend(name, value, options);
  }
}
