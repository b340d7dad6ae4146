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
    const isAgain = isAppliedAgain(how, value);
    const isSame = present?.value === value && present.type === (how === "replace" ? Replace : Prepend);
    if (isSame && (present.options.applyAtShellIntegration ?? false) === isAgain) continue;
    const options = { applyAtProcessCreation: true, ...(isAgain ? { applyAtShellIntegration: true } : {}) };
    if (how === "replace") collection.replace(name, value, options);
    else collection.prepend(name, value, options);
  }
}

/**
 * A shell's profile may rebuild PATH or export a NODE_OPTIONS or PYTHONPATH of its own: ours are put in front once more when the shell is
 * ready. Not where bash would take a backslash for an escape: a NODE_OPTIONS that names no file would end every Node.
 */
function isAppliedAgain(how: "replace" | "prepend", value: string): boolean {
  return how === "prepend" && !value.includes("\\");
}
