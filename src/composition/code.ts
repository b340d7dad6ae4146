// Composes what is said in the code and at the first steps: lens, hover and quick fix, the first prompt, the walkthrough.
import { connectionFor } from "../broker/answer.ts";
import { BrokerError } from "../broker/errorReply.ts";
import { hostOf } from "../oauth/connection.ts";
import type { Choice, Question } from "../codeMarks/callView.ts";
import { openCodeMarks, type CodeMarks } from "../codeMarks/codeMarks.ts";
import type { Configurator } from "../signIn/configure.ts";
import type { Parts } from "./parts.ts";

export function codeOf(parts: Parts, dialogue: Configurator): CodeMarks {
  const { context, accounts, isLocked, shown } = parts;
  return openCodeMarks({
    accounts: () => accounts.all(),
    choose: (question) => chosenFor(question, parts),
    add: (known) => dialogue.add(known),
    isLocked,
    memory: context.globalState,
    onDidChange: shown.event,
  });
}

/** The broker's own choice, so that the code shows what a program will get. */
function chosenFor(question: Question, { view }: Parts): Choice {
  try {
    const { connection, provider } = connectionFor(question, view);
    const { name, uri } = connection;
    return { kind: "connection", name, uri, host: hostOf(connection), state: provider.state };
  } catch (error) {
    if (!(error instanceof BrokerError)) throw error;
    return { kind: error.code === "forbidden" ? "foreignHost" : "unknown" };
  }
}
