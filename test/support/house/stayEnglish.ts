// The texts of src that stay English though they look like words for people, each with the reason. CONTRIBUTING tells the rule.

export type English = {
  /** A file or folder of src. */
  readonly where: string;
  /** Which of its texts; all where it is left out. What is put in is shown as {}. */
  readonly texts?: RegExp;
  readonly because: string;
};

export const stayEnglish: readonly English[] = [
  { where: "clients/", because: "programs of the terminal speak English, as terminals do" },
  { where: "broker/protocol.ts", because: "names of the protocol" },
  { where: "broker/requestCheck.ts", because: "told to whoever writes a client, not to its user" },
  { where: "broker/server.ts", texts: /^LanceDB Auth does not understand|^HTTP\/1\.1|^\{\}\r\n/, because: "HTTP" },
  { where: "broker/keptDescriptor.ts", because: "a line of the log" },
  { where: "oauth/", texts: /^(Bearer|Basic)( \{\})?$|^consent$|^ \(HTTP \{\}\)$/, because: "HTTP and OAuth" },
  { where: "providers/", because: "names of services, and what they answer" },
  { where: "signIn/redirect/", texts: /^text\/html|^default-src|^<!doctype/, because: "HTTP and HTML" },
  { where: "sessions/clientFiles.ts", because: "scripts and their options" },
  { where: "notebooks/kernelCode.ts", because: "Python" },
  { where: "environments/packageInstaller.ts", because: "Python" },
  {
    where: "environments/installCommand.ts",
    texts: /^(Python|lancedb-auth in) \{\}/,
    because: "a name, and lines of the log",
  },
  {
    where: "sessions/inspect.ts",
    texts: /^Bearer|^LanceDB: Diagnose, |^import sys|^it does not/,
    because: "a program",
  },
  { where: "tables/snippets.ts", because: "code that is inserted" },
  { where: "notebooks/notebookSnippets.ts", texts: /\n/, because: "code that is inserted" },
  { where: "agents/guidanceText.ts", because: "read by a language model" },
  { where: "agents/connectionReport.ts", because: "read by a language model" },
  { where: "sharing/extensionApi.ts", because: "read by whoever writes another extension" },
  { where: "commands/registerCommands.ts", texts: /^no command/, because: "a fault of the code" },
  { where: "databases/databaseItems.ts", texts: /^(connection|table|column|more|problem|empty) \{\}/, because: "ids" },
  { where: "accounts/keyFile.ts", because: "a cause, of which only the log of a debugger tells" },
  { where: "accounts/secrets.ts", texts: /^no files/, because: "a cause, of which only the log of a debugger tells" },
  { where: "accounts/renewal.ts", texts: /^signed in$/, because: "stored where a refresh token would be" },
  { where: "accounts/renewal.ts", texts: /^expiry unknown$|^valid for/, because: "a line of the log" },
  { where: "settings/savedConnections.ts", texts: /has a field that nobody knows/, because: "a line of the log" },
  { where: "settings/settings.ts", texts: /is used$/, because: "a line of the log" },
  { where: "firstSteps/suggestion.ts", texts: /^(names|would|has|the suggested) /, because: "a line of the log" },
  { where: "diagnosis/showDiagnosis.ts", texts: /^VS Code$/, because: "a name" },
  { where: "accounts/tokenSources.ts", texts: /^Microsoft$/, because: "a name" },
  { where: "pages/page.ts", texts: /^\nbody|^<!DOCTYPE/, because: "HTML and CSS" },
  { where: "diagnosis/activityPage.ts", texts: /^\ntd /, because: "CSS" },
  { where: "tokenDetails/tokenPage.ts", texts: /^\nsvg/, because: "CSS" },
  {
    where: "signIn/services/",
    texts: /^(example|lancedb|com|default)$|^[\w-]+(\.[\w-]+)*\.(com|cloud)$|^\w+([-_/]\w+)+$/,
    because: "examples of what to type",
  },
  { where: "signIn/", texts: /^(https|db|api):\/\/|^production$|^az /, because: "examples of what to type" },
  { where: "composition/window.ts", texts: /^no folder$/, because: "hashed, not shown" },
];
