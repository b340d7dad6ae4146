// Composes the broker's answers: the connections that it chooses among, the lock, and a person's consent.
import type * as vscode from "vscode";
import type { Accounts } from "../accounts/accounts.ts";
import { answerFrom, type ConnectionsView } from "../broker/answer.ts";
import type { HeadersSource } from "../broker/exchange.ts";
import { openConsent } from "../consent/consent.ts";
import type { Log } from "../messages/log.ts";
import { activeAccountIn } from "./activeAccount.ts";

export interface AnswerParts {
  readonly accounts: Accounts;
  readonly isLocked: () => boolean;
  /** The workspace's. */
  readonly memory: vscode.Memento;
  readonly log: Log;
}

export interface Answers {
  readonly source: HeadersSource;
  /** For those who only want to know which connection a program would get. */
  readonly view: ConnectionsView;
  dispose(): void;
}

export function openAnswers({ accounts, isLocked, memory, log }: AnswerParts): Answers {
  const consent = openConsent(memory, log);
  const view: ConnectionsView = {
    connections: () => accounts.all(),
    active: (folder?: string) => activeAccountIn(accounts, folder)?.connection.name,
  };
  return {
    source: answerFrom({ ...view, isLocked, admit: consent.admit }),
    view,
    dispose: () => {
      consent.dispose();
    },
  };
}
