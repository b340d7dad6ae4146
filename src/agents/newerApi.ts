// The parts of VS Code's API that are newer than the oldest VS Code that is supported, in the shape that is used here; each is looked for
// at run time. Tools came with 1.95, MCP servers with 1.101.
import type * as vscode from "vscode";

export interface Tool {
  prepareInvocation(): { readonly invocationMessage: string };
  invoke(): unknown;
}

export interface ToolsApi {
  registerTool(name: string, tool: Tool): vscode.Disposable;
  textResult(text: string): unknown;
}

/** Nothing where this VS Code has no tools. */
export function parseTools(editor: unknown): ToolsApi | undefined {
  const { lm, LanguageModelToolResult, LanguageModelTextPart } = editor as {
    readonly lm?: { registerTool?: ToolsApi["registerTool"] };
    readonly LanguageModelToolResult?: new (parts: readonly unknown[]) => unknown;
    readonly LanguageModelTextPart?: new (text: string) => unknown;
  };
  const register = lm?.registerTool;
  if (register === undefined || LanguageModelToolResult === undefined || LanguageModelTextPart === undefined) {
    return undefined;
  }
  return {
    registerTool: (name, tool) => register(name, tool),
    textResult: (text) => new LanguageModelToolResult([new LanguageModelTextPart(text)]),
  };
}

export interface McpDefinition {
  readonly label: string;
}

export interface McpProvider {
  readonly onDidChangeMcpServerDefinitions: vscode.Event<void>;
  provideMcpServerDefinitions(): readonly McpDefinition[];
  /** Called when the server is about to start. */
  resolveMcpServerDefinition(definition: McpDefinition): Promise<McpDefinition | undefined>;
}

type Headers = Readonly<Record<string, string>>;

export interface McpApi {
  register(id: string, provider: McpProvider): vscode.Disposable;
  /** @param version a changed one tells VS Code to ask again */
  definition(label: string, uri: vscode.Uri, headers: Headers, version: string): McpDefinition;
}

/** Nothing where this VS Code has no MCP servers. */
export function parseMcp(editor: unknown): McpApi | undefined {
  const { lm, McpHttpServerDefinition } = editor as {
    readonly lm?: { registerMcpServerDefinitionProvider?: McpApi["register"] };
    readonly McpHttpServerDefinition?: new (
      label: string,
      uri: vscode.Uri,
      headers: Headers,
      version: string,
    ) => McpDefinition;
  };
  const register = lm?.registerMcpServerDefinitionProvider;
  if (register === undefined || McpHttpServerDefinition === undefined) return undefined;
  return {
    register: (id, provider) => register(id, provider),
    definition: (label, uri, headers, version) => new McpHttpServerDefinition(label, uri, headers, version),
  };
}
