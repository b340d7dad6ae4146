// The commands by which a person finds out what is the matter: Diagnose, Show Activity, Show Log.
import * as vscode from "vscode";
import { registerCommands, type Handlers } from "../commands/registerCommands.ts";
import type { Log } from "../messages/log.ts";
import type { Activity } from "./activity.ts";
import { showDiagnosis, type DiagnosisParts } from "./showDiagnosis.ts";

export interface DiagnosisCommandParts extends DiagnosisParts {
  readonly activity: Activity;
  readonly log: Log;
}

export function registerDiagnosisCommands(parts: DiagnosisCommandParts): vscode.Disposable {
  const { activity, log, texts } = parts;
  const handlers: Handlers<"diagnose" | "showActivity" | "showLog"> = {
    diagnose: () => showDiagnosis(parts),
    showActivity: () => texts.show(vscode.l10n.t("LanceDB Activity.log"), activity.text()),
    showLog: () => {
      log.show();
    },
  };
  return registerCommands(handlers, log);
}
