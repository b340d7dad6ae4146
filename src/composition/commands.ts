// Composes what the commands need of all the parts.
import * as vscode from "vscode";
import { lockedKey } from "../ids.ts";
import type { Reach } from "../sessions/sessionProvider.ts";
import type { CodeMarks } from "../codeMarks/codeMarks.ts";
import type { CommandParts } from "../commands/commands.ts";
import type { Configurator } from "../signIn/configure.ts";
import { connectNotebook } from "../notebooks/notebooks.ts";
import { showDiagnosis } from "../diagnosis/showDiagnosis.ts";
import { signInAgain } from "../signIn/signInAgain.ts";
import { currentFetch, type Parts } from "./parts.ts";

export function commandPartsOf(parts: Parts, dialogue: Configurator, reach: Reach, code: CodeMarks): CommandParts {
  const { accounts, secrets, servers, person, log, active, texts, activity, suggested } = parts;
  const diagnosis = { active, servers, fetch: currentFetch, secrets, sessions: () => reach.inspect(), texts };
  return {
    ...{ accounts, secrets, log, active, configurator: dialogue },
    signInAsPerson: (account) => signInAgain({ accounts, secrets, person, log }, account),
    // Right after a setting was changed it would say what was so before.
    connectNotebook: () => reach.settled().then(() => connectNotebook(reach.kernels)),
    diagnose: () => showDiagnosis(diagnosis),
    setLocked: (locked) => rememberLocked(locked, parts, reach),
    reviewSuggestions: () => suggested.review(),
    showActivity: () => texts.show(vscode.l10n.t("LanceDB Activity.log"), activity.text()),
    moveKey: (target) => code.moveKey(target),
  };
}

async function rememberLocked(locked: boolean, { context, log, shown }: Parts, { kernels }: Reach): Promise<void> {
  await context.workspaceState.update(lockedKey, locked);
  await vscode.commands.executeCommand("setContext", lockedKey, locked);
  log.info(locked ? "locked: programs get no headers" : "unlocked");
  // What was pushed into a kernel elsewhere is taken back.
  kernels.renew();
  shown.fire();
}
