// For agents: a language-model tool that reports the connections, and the MCP servers that connections name. Both only where this VS Code
// has the API, which came after the oldest one that the extension supports. An MCP server's headers are made when it starts, and anew when the
// token is renewed.
import * as vscode from "vscode";
import { agentIds } from "../ids.ts";
import type { Account } from "../accounts/accounts.ts";
import { mcpAnswers, type McpParts, type McpServer } from "./mcpProvider.ts";
import { parseMcp, parseTools } from "./newerApi.ts";

export function mcpServersOf(accounts: readonly Account[]): readonly McpServer[] {
  return accounts.flatMap(({ connection: { name, mcpUrl }, provider: { state } }) => {
    const version = "life" in state ? String(state.life.obtainedAt) : "";
    return mcpUrl === undefined ? [] : [{ name, url: mcpUrl, version }];
  });
}

export interface AgentParts extends McpParts {
  /** What the tool answers; never a token. */
  readonly report: () => string;
  /** A connection or its state has changed. */
  readonly onDidChange: vscode.Event<void>;
}

export function openAgents(parts: AgentParts): vscode.Disposable {
  return vscode.Disposable.from(openTool(parts), openMcp(parts));
}

const nothing = vscode.Disposable.from();

function openTool({ report }: AgentParts): vscode.Disposable {
  const api = parseTools(vscode);
  if (api === undefined) return nothing;
  return api.registerTool(agentIds.tool, {
    prepareInvocation: () => ({ invocationMessage: vscode.l10n.t("Looking at the LanceDB connections") }),
    invoke: () => api.textResult(report()),
  });
}

function openMcp({ mcpServers, headers, onDidChange }: AgentParts): vscode.Disposable {
  const api = parseMcp(vscode);
  if (api === undefined) return nothing;
  const changed = new vscode.EventEmitter<void>();
  // A new token is a new version of the definition, for which VS Code asks for headers again; its other states are nothing new.
  let known = JSON.stringify(mcpServers());
  const follow = onDidChange(() => {
    const now = JSON.stringify(mcpServers());
    if (now === known) return;
    known = now;
    changed.fire();
  });
  const answers = mcpAnswers({ mcpServers, headers }, (label, url, made, version) =>
    api.definition(label, vscode.Uri.parse(url, true), made, version),
  );
  const provider = { onDidChangeMcpServerDefinitions: changed.event, ...answers };
  return vscode.Disposable.from(changed, follow, api.register(agentIds.mcpProvider, provider));
}
