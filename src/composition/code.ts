// Composes what is said in the code and at the first steps: lens, hover and quick fix, the first prompt, the walkthrough.
import * as vscode from "vscode";
import { connectionFor } from "../broker/answer.ts";
import { BrokerError } from "../broker/errorReply.ts";
import { hostOf } from "../oauth/connection.ts";
import type { Choice, Question } from "../workbench/code/callView.ts";
import { openConnectLens } from "../workbench/code/connectLens.ts";
import { openHardCodedKeys, type StoreKey } from "../workbench/code/hardCodedKeys.ts";
import type { Configurator } from "../workbench/configure.ts";
import { openFirstPrompt } from "../workbench/firstPrompt.ts";
import * as settings from "../workbench/settings.ts";
import { openWalkthrough } from "../workbench/walkthrough.ts";
import type { Parts } from "./parts.ts";

export interface Code {
  /** Takes a hard-coded key out of the code; what the quick fix points at. */
  move(target?: unknown): Promise<void>;
  /** A program has been given headers. */
  answered(): void;
  dispose(): void;
}

export function codeOf(parts: Parts, dialogue: Configurator): Code {
  const { context, accounts, isLocked, shown } = parts;
  const onDidChange = shown.event;
  const isOn = (): boolean => settings.marksCode() && vscode.workspace.isTrusted;
  const choose = (question: Question): Choice => chosenFor(question, parts);
  // A connection that serves this call already takes the key's place; else there has to be one first.
  const storeKey: StoreKey = async ({ known: { uri = "", host } }) =>
    choose({ uri, ...(host === undefined ? {} : { host }) }).kind === "connection" ||
    dialogue.add({ uri, ...(host === undefined ? {} : { host }) });
  const keys = openHardCodedKeys({ isOn, onDidChange, storeKey });
  const walkthrough = openWalkthrough({ accounts: () => accounts.all(), onDidChange });
  const disposables = vscode.Disposable.from(
    openConnectLens({ choose, isLocked, isOn, onDidChange }),
    openFirstPrompt({ hasConnections: () => accounts.all().length > 0, memory: context.globalState }),
    ...[keys, walkthrough],
  );
  return {
    move: (target) => keys.move(target),
    answered: () => {
      walkthrough.answered();
    },
    dispose: () => {
      disposables.dispose();
    },
  };
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
