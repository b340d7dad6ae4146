// Ticks off the walkthrough's steps when they have really happened: context keys that package.json's completion events wait for.
import * as vscode from "vscode";
import { walkthroughKeys } from "../ids.ts";
import type { Account } from "../accounts/accounts.ts";
import { callsOf } from "../scanner/connectDocuments.ts";

type Step = keyof typeof walkthroughKeys;

export interface WalkthroughParts {
  readonly accounts: () => readonly Account[];
  /** A connection or its state has changed. */
  readonly onDidChange: vscode.Event<void>;
}

export interface Walkthrough {
  /** A program has been given headers. */
  answered(): void;
  dispose(): void;
}

export function openWalkthrough({ accounts, onDidChange }: WalkthroughParts): Walkthrough {
  const told = new Map<Step, boolean>();
  const tell = (step: Step, has: boolean): void => {
    if ((told.get(step) ?? false) === has) return;
    told.set(step, has);
    void vscode.commands.executeCommand("setContext", walkthroughKeys[step], has);
  };
  const follow = (): void => {
    tell("hasConnections", accounts().length > 0);
  };
  follow();
  const listeners = vscode.Disposable.from(
    onDidChange(follow),
    vscode.workspace.onDidChangeNotebookDocument(({ cellChanges }) => {
      const hasConnected = cellChanges.some(
        ({ cell, executionSummary }) => executionSummary?.success === true && callsOf(cell.document).length > 0,
      );
      if (hasConnected && accounts().length > 0) tell("notebookConnected", true);
    }),
  );
  return {
    answered: () => {
      tell("answered", true);
    },
    dispose: () => {
      listeners.dispose();
    },
  };
}
