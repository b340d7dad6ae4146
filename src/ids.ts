// Every name that package.json, the environment or SecretStorage shares with the code. No logic.
// A test compares these with package.json.

/** Those that are about a row of the view "LanceDB", or about what its rows show. */
export const viewCommandIds = {
  testConnection: "lancedbAuth.testConnection",
  refreshTables: "lancedbAuth.refreshTables",
  loadMoreTables: "lancedbAuth.loadMoreTables",
  previewTable: "lancedbAuth.previewTable",
  copyUri: "lancedbAuth.copyUri",
  copyPythonSnippet: "lancedbAuth.copyPythonSnippet",
  copyTypeScriptSnippet: "lancedbAuth.copyTypeScriptSnippet",
  openTerminal: "lancedbAuth.openTerminal",
  showTokenDetails: "lancedbAuth.showTokenDetails",
  copyAccessToken: "lancedbAuth.copyAccessToken",
} as const;

export const commandIds = {
  addConnection: "lancedbAuth.addConnection",
  editConnection: "lancedbAuth.editConnection",
  removeConnection: "lancedbAuth.removeConnection",
  selectConnection: "lancedbAuth.selectConnection",
  signIn: "lancedbAuth.signIn",
  signOut: "lancedbAuth.signOut",
  refreshToken: "lancedbAuth.refreshToken",
  connectNotebook: "lancedbAuth.connectNotebook",
  showLog: "lancedbAuth.showLog",
  diagnose: "lancedbAuth.diagnose",
  lock: "lancedbAuth.lock",
  unlock: "lancedbAuth.unlock",
  showActivity: "lancedbAuth.showActivity",
  filterActivity: "lancedbAuth.filterActivity",
  exportActivity: "lancedbAuth.exportActivity",
  clearActivity: "lancedbAuth.clearActivity",
  reviewSuggestions: "lancedbAuth.reviewSuggestions",
  moveKey: "lancedbAuth.moveKey",
  installIntoEnvironment: "lancedbAuth.installIntoEnvironment",
  manageAccess: "lancedbAuth.manageAccess",
  answerProgram: "lancedbAuth.answerProgram",
  addGuidance: "lancedbAuth.addGuidance",
  ...viewCommandIds,
} as const;

/** The view in the side bar. */
export const viewId = "lancedbAuth.databases";

/** The language of a table's preview: a text in which the editor finds no links. */
export const previewLanguage = "lancedb-preview";

export const settingsSection = "lancedbAuth";

/** Names below {@link settingsSection}. */
export const settingIds = {
  connections: "connections",
  activeConnection: "activeConnection",
  suggestedConnections: "suggestedConnections",
  terminalEnabled: "terminal.enabled",
  autoConnect: "autoConnect",
  notebookEnabled: "notebook.enabled",
  extensionProgramsEnabled: "extensionPrograms.enabled",
  findByFolder: "findByFolder",
  codeLensEnabled: "codeLens.enabled",
  agents: "agents",
} as const;

export const environmentNames = {
  /** The path of the descriptor file; constant for the workspace, not a secret. */
  session: "LANCEDB_AUTH_SESSION",
  /** Python's own: a file that it runs before the first line of an interactive session. */
  pythonStartup: "PYTHONSTARTUP",
  /** The start-up file that the user had there; ours runs it. */
  ownPythonStartup: "LANCEDB_AUTH_PYTHONSTARTUP",
  /** "1" makes the hooks explain themselves on stderr. */
  debug: "LANCEDB_AUTH_DEBUG",
} as const;

/** Whether programs get no headers in this workspace: a context key, and where it is remembered. */
export const lockedKey = "lancedbAuth.locked";

/** The account provider that other extensions name in vscode.authentication.getSession. */
export const authenticationProvider = { id: "lancedb", label: "LanceDB" } as const;

/** Where the fingerprints of the suggestions are remembered that somebody has seen. */
export const seenSuggestionsKey = "lancedbAuth.seenSuggestions";

/** Context keys that tick off the steps of the walkthrough. */
export const walkthroughKeys = {
  hasConnections: "lancedbAuth.hasConnections",
  /** A program has been given headers. */
  answered: "lancedbAuth.answered",
  notebookConnected: "lancedbAuth.notebookConnected",
} as const;

/** What package.json contributes for agents. */
export const agentIds = {
  tool: "lancedb_connections",
  mcpProvider: "lancedbAuth.mcpServers",
} as const;

/** Where a "No" to the first prompt is remembered, for all windows. */
export const firstPromptKey = "lancedbAuth.firstPrompt";

/** Under it LanceDB: Diagnose stores, reads and deletes a value of no meaning. */
export const probeSecretKey = "lancedbAuth.probe";

export const secretPrefixes = {
  clientSecret: "lancedbAuth.clientSecret.",
  refreshToken: "lancedbAuth.refreshToken.",
  token: "lancedbAuth.token.",
} as const;
