// Composes the broker's answers: the connections that it chooses among, the lock, and a person's consent.
import * as vscode from "vscode";
import { AgentTokens } from "../accounts/agentTokens.ts";
import { answerFrom, type ConnectionsView } from "../broker/answer.ts";
import type { HeadersSource } from "../broker/exchange.ts";
import { openConsent } from "../consent/consent.ts";
import type { Log } from "../messages/log.ts";
import type { OpenAccounts } from "./accounts.ts";
import { activeAccountIn } from "./activeAccount.ts";

export interface AnswerParts extends Pick<OpenAccounts, "accounts" | "secrets" | "servers"> {
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

export function openAnswers({ accounts, secrets, servers, isLocked, memory, log }: AnswerParts): Answers {
  const consent = openConsent(memory, log);
  const agentTokens = new AgentTokens({ secrets, servers });
  const following = accounts.onDidChange(() => agentTokens.follow(accounts.all()));
  const narrowed: ConnectionsView["narrowed"] = (account) => agentTokens.narrowed(account);
  const view: ConnectionsView = {
    connections: () => accounts.all(),
    active: (folder?: string) => activeAccountIn(accounts, folder)?.connection.name,
  };
  return {
    source: answerFrom({ ...view, isLocked, narrowed, admit: consent.admit }),
    view,
    dispose: () => {
      vscode.Disposable.from(following, agentTokens, consent).dispose();
    },
  };
}
