// What the broker and its clients say to each other: HTTP over a local socket. Types and constants only.

export const protocolVersion = 1;

/** Sent with every request; a browser page cannot send it without a preflight, which is refused. */
export const requestHeader = { name: "x-lancedb-auth", value: "1" } as const;

/**
 * "python 4242 search.py": what a caller says that it is, for the activity log; percent-encoded (RFC 3986 section 2.1). The socket does
 * not tell who is at its other end, so nobody can check it. Only the name of a program's file, never what it was started with.
 */
export const clientHeader = "x-lancedb-auth-client";

/** The name of the agent that runs the caller, as {@link agentVariables} tell it; percent-encoded, and nobody can check it either. */
export const agentHeader = "x-lancedb-auth-agent";

/**
 * Environment variables by which an agent says that it runs a program, and the agent's name; AI_AGENT holds the name itself. A name that ends
 * with "*" stands for every variable that begins so. Sources: microsoft/vscode pull requests 316267 and 320129 (COPILOT_AGENT, AI_AGENT);
 * the documentation of @vercel/detect-agent (AI_AGENT, Cursor, Codex, Gemini, Augment, OpenCode, Antigravity, Replit);
 * microsoft/vscode issue 311734 (CLAUDECODE, AMP); aws/aws-cdk-cli detect-agent.ts (CODEX_*, CLINE_*).
 */
export const agentVariables: readonly (readonly [variable: string, agent: string])[] = [
  ["AI_AGENT", ""],
  ["COPILOT_AGENT", "github-copilot"],
  ["CLAUDECODE", "claude-code"],
  ["CLAUDE_CODE", "claude-code"],
  ["CURSOR_AGENT", "cursor"],
  ["CODEX_*", "codex"],
  ["GEMINI_CLI", "gemini-cli"],
  ["AUGMENT_AGENT", "augment"],
  ["OPENCODE", "opencode"],
  ["OPENCODE_CLIENT", "opencode"],
  ["AMP_CURRENT_THREAD_ID", "amp"],
  ["ANTIGRAVITY_AGENT", "antigravity"],
  ["CLINE_*", "cline"],
  ["REPL_ID", "replit"],
];

/** The only value of the Host header that is answered (against DNS rebinding). */
export const brokerHost = "lancedb-auth";

export const paths = {
  /**
   * GET, query: uri, host?, region?, sqlHost?, connection?, folder?. Without uri, connection and host: the folder's
   * active connection.
   * A 102 (Processing) comes at once where the reply does not: a caller that sees neither within {@link signOfLifeMs} talks to
   * a window that is stuck.
   */
  headers: "/v1/headers",
  /** GET, query: folder?. What the window knows, without any token. */
  status: "/v1/status",
} as const;

/**
 * How long a client waits for the 102: an extension host may be busy for some seconds. Shorter where it still holds a valid
 * token. Then for the reply: an authorization server may be slow. A window that is closed is noticed at once.
 */
export const signOfLifeMs = 10_000;
export const signOfLifeWithTokenMs = 1_500;
export const replyDeadlineMs = 30_000;

/** The 0600 JSON file that the environment points to. There is one for each workspace on each machine. */
export interface Descriptor {
  readonly version: typeof protocolVersion;
  readonly socketPath: string;
  /** Shown as `authorization: Bearer …`; new at every start of the window. */
  readonly bearer: string;
  readonly pid: number;
  /** Where the window runs, see MachineMarks: a program that cannot reach the socket tells by them why. */
  readonly host?: string;
  readonly boot?: string;
  readonly mounts?: string;
}

/**
 * Below the user's own state folder (`~/.local/state`, on Windows `%LOCALAPPDATA%`): one 0600 JSON file for each open window, by which a
 * program without LANCEDB_AUTH_SESSION finds the window that serves its folder.
 */
export const folderIndexParts = ["lancedb-auth", "windows"] as const;

export interface FolderIndexEntry {
  readonly version: typeof protocolVersion;
  /** The host's name: homes are shared among machines, sockets are not. */
  readonly machine: string;
  /** The path of the {@link Descriptor}; where no file is, no window is. */
  readonly descriptor: string;
  /** Real paths of the folders that are open and trusted. */
  readonly folders: readonly string[];
}

export interface HeadersRequest {
  readonly uri?: string;
  /** The server's URL, where the caller names one; its origin must be the connection's own. */
  readonly host?: string;
  /** LanceDB Cloud's region, where the caller names one without a host; it must be the connection's own. */
  readonly region?: string;
  /** The URL of the SQL service, where the caller names one; it must be the connection's own, see oauth/sqlHost.ts. */
  readonly sqlHost?: string;
  readonly connection?: string;
  readonly folder?: string;
}

export interface ConnectionSummary {
  readonly name: string;
  readonly uri: string;
  /** Where the caller is to go if it names no host: an Enterprise server's URL, */
  readonly hostOverride?: string;
  /** or LanceDB Cloud's region. */
  readonly region?: string;
  /** Where SQL goes, if the caller names no host for it and the connection does. */
  readonly sqlHostOverride?: string;
}

/** 200 of {@link paths.headers}. */
export interface HeadersReply {
  readonly version: typeof protocolVersion;
  readonly connection: ConnectionSummary;
  readonly headers: Readonly<Record<string, string>>;
  /** Epoch milliseconds; absent for a credential without expiry (an API key). */
  readonly expiresAt?: number;
}

export interface ConnectionStatus extends ConnectionSummary {
  readonly active: boolean;
  readonly state: "signedOut" | "fetching" | "ready" | "failed";
  readonly expiresAt?: number;
}

/** 200 of {@link paths.status}. */
export interface StatusReply {
  readonly version: typeof protocolVersion;
  readonly connections: readonly ConnectionStatus[];
}

/** HTTP status of each error code; a client needs only the code. */
export const errorStatus = {
  bad_request: 400,
  forbidden: 403,
  interaction_required: 401,
  unknown_connection: 404,
  locked: 423,
  /** A person, or a setting of theirs, has said no to this program. */
  denied: 403,
  unavailable: 503,
} as const;

export type BrokerErrorCode = keyof typeof errorStatus;

/** Every reply other than 200; message is one sentence that says what to do in VS Code. */
export interface ErrorReply {
  readonly version: typeof protocolVersion;
  readonly error: { readonly code: BrokerErrorCode; readonly message: string };
}
