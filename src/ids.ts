// Every name that package.json, the environment or SecretStorage shares with the code. No logic.
// A test compares these with package.json.

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
  reviewSuggestions: "lancedbAuth.reviewSuggestions",
} as const;

export const settingsSection = "lancedbAuth";

/** Names below {@link settingsSection}. */
export const settingIds = {
  connections: "connections",
  activeConnection: "activeConnection",
  suggestedConnections: "suggestedConnections",
  terminalEnabled: "terminal.enabled",
  autoConnect: "autoConnect",
  notebookEnabled: "notebook.enabled",
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

/** Under it LanceDB: Diagnose stores, reads and deletes a value of no meaning. */
export const probeSecretKey = "lancedbAuth.probe";

export const secretPrefixes = {
  clientSecret: "lancedbAuth.clientSecret.",
  refreshToken: "lancedbAuth.refreshToken.",
  token: "lancedbAuth.token.",
} as const;
