// The commands by which a person finds out what is the matter: Diagnose and Show Log.
import type * as vscode from "vscode";
import { registerCommands, type Handlers } from "../commands/registerCommands.ts";
import type { Log } from "../messages/log.ts";
import { showDiagnosis, type DiagnosisParts } from "./showDiagnosis.ts";

export interface DiagnosisCommandParts extends DiagnosisParts {
  readonly log: Log;
}

export function registerDiagnosisCommands(parts: DiagnosisCommandParts): vscode.Disposable {
  const { log } = parts;
  const handlers: Handlers<"diagnose" | "showLog"> = {
    diagnose: () => showDiagnosis(parts),
    showLog: () => {
      log.show();
    },
  };
  return registerCommands(handlers, log);
}
