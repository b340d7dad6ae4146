// The first steps of somebody new, as one part: the first prompt, the walkthrough, and the connections that a workspace suggests.
import * as vscode from "vscode";
import type { Account } from "../accounts/accounts.ts";
import { registerCommands } from "../commands/registerCommands.ts";
import type { Log } from "../messages/log.ts";
import { readConnections, saveEntry } from "../settings/settings.ts";
import { openFirstPrompt } from "./firstPrompt.ts";
import { suggestions } from "./suggestions.ts";
import { openWalkthrough } from "./walkthrough.ts";

export interface FirstStepsParts {
  readonly accounts: () => readonly Account[];
  /** What outlives the window. */
  readonly memory: vscode.Memento;
  readonly log: Log;
  /** A connection or its state has changed. */
  readonly onDidChange: vscode.Event<void>;
}

export interface FirstSteps {
  /** A program has been given headers. */
  answered(): void;
  /** Offers what the workspace suggests, where nobody has seen it. */
  offerSuggestions(): Promise<void>;
  dispose(): void;
}

export function openFirstSteps({ accounts, memory, log, onDidChange }: FirstStepsParts): FirstSteps {
  const walkthrough = openWalkthrough({ accounts, onDidChange });
  const prompt = openFirstPrompt({ hasConnections: () => accounts().length > 0, memory });
  const suggested = suggestions({
    connections: () => readConnections().connections,
    add: (entry) => saveEntry(entry, undefined),
    ...{ memory, log },
  });
  const commands = registerCommands({ reviewSuggestions: () => suggested.review() }, log);
  return {
    answered: () => {
      walkthrough.answered();
    },
    offerSuggestions: () => suggested.offer(),
    dispose: () => {
      vscode.Disposable.from(commands, prompt, walkthrough).dispose();
    },
  };
}
