// Composes what agents are given: the broker's own answers, so that an agent gets no more than a program.
import * as vscode from "vscode";
import { hostOf } from "../oauth/connection.ts";
import { mcpServersOf, openAgents } from "../agents/agents.ts";
import { connectionReport } from "../agents/connectionReport.ts";
import type { Parts } from "./parts.ts";

export function agentsOf({ accounts, active, isLocked, source, shown }: Parts): vscode.Disposable {
  return openAgents({
    report: () => connectionReport(accounts.all(), active(), hostOf, isLocked(), Date.now()),
    mcpServers: () => (vscode.workspace.isTrusted ? mcpServersOf(accounts.all()) : []),
    headers: async (connection) => (await source.headers({ connection })).headers,
    onDidChange: shown.event,
  });
}
