// Composes what agents are given: the broker's own answers, so that an agent gets no more than a program.
import * as vscode from "vscode";
import type { Account, Accounts } from "../accounts/accounts.ts";
import { mcpServersOf, openAgents } from "../agents/agents.ts";
import { connectionReport } from "../agents/connectionReport.ts";
import { addGuidance } from "../agents/guidance.ts";
import type { HeadersSource } from "../broker/exchange.ts";
import { registerCommands } from "../commands/registerCommands.ts";
import type { Log } from "../messages/log.ts";
import type { ReadOnlyTexts } from "../messages/readOnlyText.ts";
import { hostOf } from "../oauth/connection.ts";

export interface AgentsParts {
  readonly accounts: Accounts;
  readonly active: () => Account | undefined;
  readonly isLocked: () => boolean;
  readonly source: HeadersSource;
  readonly texts: ReadOnlyTexts;
  readonly log: Log;
  readonly onDidChange: vscode.Event<void>;
}

export function openAgentAccess({
  accounts,
  active,
  isLocked,
  source,
  texts,
  log,
  onDidChange,
}: AgentsParts): vscode.Disposable {
  const commands = registerCommands({ addGuidance: () => addGuidance(texts) }, log);
  const agents = openAgents({
    report: () => connectionReport(accounts.all(), active(), hostOf, isLocked(), Date.now()),
    mcpServers: () => (vscode.workspace.isTrusted ? mcpServersOf(accounts.all()) : []),
    headers: async (connection) => (await source.headers({ connection })).headers,
    onDidChange,
  });
  return vscode.Disposable.from(agents, commands);
}
