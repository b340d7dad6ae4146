// The MCP servers that connections name, as VS Code asks for them. Headers are made when a server starts, not before, and for the URL that
// the connection names at that moment. Pure.
import type { McpDefinition } from "./newerApi.ts";

/** A connection that names an MCP server. */
export interface McpServer {
  readonly name: string;
  readonly url: string;
  /** Another one for each token. */
  readonly version: string;
}

export interface McpParts {
  readonly mcpServers: () => readonly McpServer[];
  /** Headers for the connection of that name. Rejects with a sentence that names the remedy. */
  readonly headers: (connection: string) => Promise<Readonly<Record<string, string>>>;
}

type Define = (label: string, url: string, headers: Readonly<Record<string, string>>, version: string) => McpDefinition;

export interface McpAnswers {
  provideMcpServerDefinitions(): readonly McpDefinition[];
  resolveMcpServerDefinition(definition: McpDefinition): Promise<McpDefinition | undefined>;
}

export function mcpAnswers({ mcpServers, headers }: McpParts, define: Define): McpAnswers {
  const labelOf = (name: string): string => `LanceDB ${name}`;
  return {
    provideMcpServerDefinitions: () =>
      mcpServers().map(({ name, url, version }) => define(labelOf(name), url, {}, version)),
    resolveMcpServerDefinition: async ({ label }) => {
      // Since it was listed the connection may have been taken out or pointed elsewhere: its token belongs to it alone.
      const server = mcpServers().find(({ name }) => labelOf(name) === label);
      return server === undefined ? undefined : define(label, server.url, await headers(server.name), server.version);
    },
  };
}
