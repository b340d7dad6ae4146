// What is said in the code and at the first steps, as one part: lens, hover and quick fix on connect calls, the first prompt and the
// walkthrough. All of them know a connect call when they see one.
import * as vscode from "vscode";
import type { Account } from "../accounts/accounts.ts";
import type { Known } from "../signIn/configure.ts";
import { openFirstPrompt } from "../firstSteps/firstPrompt.ts";
import { marksCode } from "../settings/settings.ts";
import { openWalkthrough } from "../firstSteps/walkthrough.ts";
import type { Choice, Question } from "./callView.ts";
import { openConnectLens } from "./connectLens.ts";
import { openHardCodedKeys, type StoreKey } from "./hardCodedKeys.ts";

export interface CodeMarksParts {
  readonly accounts: () => readonly Account[];
  /** What a program that asks this would get now. */
  readonly choose: (question: Question) => Choice;
  /** The dialogue that adds a connection; answers whether there is a new one. */
  readonly add: (known: Known) => Promise<boolean>;
  readonly isLocked: () => boolean;
  readonly memory: vscode.Memento;
  readonly onDidChange: vscode.Event<void>;
}

export interface CodeMarks {
  moveKey(target?: unknown): Promise<void>;
  /** A program has been given headers. */
  answered(): void;
  dispose(): void;
}

export function openCodeMarks({ accounts, choose, add, isLocked, memory, onDidChange }: CodeMarksParts): CodeMarks {
  const isOn = (): boolean => marksCode() && vscode.workspace.isTrusted;
  // A connection that serves this call already takes the key's place; else there has to be one first.
  // An API key becomes the connection's own; a token ends within the hour, so that its connection signs in some other way.
  const storeKey: StoreKey = async ({ what, value, question, known }) =>
    choose(question).kind === "connection" || (await add(what === "key" ? { ...known, apiKey: value } : known));
  const keys = openHardCodedKeys({ isOn, onDidChange, storeKey });
  const walkthrough = openWalkthrough({ accounts, onDidChange });
  const lens = openConnectLens({ choose, isLocked, isOn, onDidChange });
  const prompt = openFirstPrompt({ hasConnections: () => accounts().length > 0, memory });
  return {
    moveKey: (target) => keys.move(target),
    answered: () => {
      walkthrough.answered();
    },
    dispose: () => {
      for (const part of [keys, walkthrough, lens, prompt]) part.dispose();
    },
  };
}
