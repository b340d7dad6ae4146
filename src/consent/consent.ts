// The consent of a person, as one part: the gate that programs pass, the question, and the commands about it.
import * as vscode from "vscode";
import type { ConnectionsView } from "../broker/answer.ts";
import { registerCommands } from "../commands/registerCommands.ts";
import type { Log } from "../messages/log.ts";
import { agentPolicy } from "../settings/settings.ts";
import { ConsentGate } from "./gate.ts";
import { Grants } from "./grants.ts";
import { manageAccess } from "./manageAccess.ts";
import { openQuestions } from "./question.ts";

export interface Consent {
  readonly admit: NonNullable<ConnectionsView["admit"]>;
  dispose(): void;
}

/** @param memory the workspace's */
export function openConsent(memory: vscode.Memento, log: Log): Consent {
  const grants = new Grants(memory);
  const questions = openQuestions();
  const gate = new ConsentGate({
    ...{ grants, agentPolicy, now: Date.now },
    ask: (question, signal) => questions.ask(question, signal),
    onDecision: ({ connection, program }, verdict) => {
      log.info(`"${connection.name}": ${program.name} was answered: ${verdict}`);
    },
  });
  const commands = registerCommands(
    {
      answerProgram: () => {
        questions.show();
      },
      manageAccess: async () => {
        if (await manageAccess(grants)) gate.forgetProcesses();
      },
    },
    log,
  );
  return {
    admit: (connection, request, caller, signal) => gate.admit(connection, request, caller, signal),
    dispose: () => {
      vscode.Disposable.from(commands, questions).dispose();
    },
  };
}
