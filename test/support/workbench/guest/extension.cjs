// Another extension, and whatever else in the extension host gets what ours gives or throws: it uses account provider, API, agents' tool
// and commands, and writes down all that it was told, errors with stack and causes, as a crash or issue report would carry them. What it
// was given on purpose (token and headers) it uses and does not write down.
const { writeFile } = require("node:fs/promises");
const { join } = require("node:path");
const { inspect } = require("node:util");
const vscode = require("vscode");

const told = [];

/** Answers what the call gives, undefined where it throws. */
async function tell(what, call, withheld) {
  try {
    const result = await call();
    told.push(`${what}: ${withheld === undefined ? inspect(result, { depth: 10 }) : withheld(result)}`);
    return result;
  } catch (error) {
    const everything = inspect(error, { depth: 10, showHidden: true });
    told.push(`${what} threw: ${everything}\n${String(error?.stack)}\n${JSON.stringify(error)}`);
    return undefined;
  }
}

/** @param {{ uri: string, failing: string, commands: readonly string[] }} wanted */
async function useEverything({ uri, failing, commands }) {
  const { exports: api } = vscode.extensions.getExtension("lancedb-auth.lancedb-auth");
  const getSession = (scope, options) => vscode.authentication.getSession("lancedb", [scope], options);
  const session = await tell(
    `a session for ${uri}`,
    () => getSession(uri, { createIfNone: true }),
    typeof uri === "string" ? () => "given" : undefined,
  );
  const headers = await tell(
    "headers",
    () => api.getHeaders(uri, { session }),
    (given) => Object.keys(given.headers).join(),
  );
  if (headers !== undefined) await fetch(`${headers.host}/v1/table/`, { headers: headers.headers });
  await tell("headers for a forged session", () =>
    api.getHeaders(uri, { session: { id: uri, accessToken: "guessed" } }),
  );
  await tell("headers of another database", () => api.getHeaders("db://unknown", { session }));
  await tell("headers of nothing", () => api.getHeaders(undefined, undefined));
  await tell("the tool", () =>
    vscode.lm.invokeTool("lancedb_connections", { input: {}, toolInvocationToken: undefined }),
  );
  for (const command of commands) await tell(command, () => vscode.commands.executeCommand(command, failing));
  await tell(
    `a session for ${failing}`,
    () => getSession(failing, { createIfNone: true }),
    () => "given",
  );
}

exports.activate = function activate(context) {
  const run = async () => {
    told.length = 0;
    const [folder] = vscode.workspace.workspaceFolders;
    const wanted = vscode.workspace.getConfiguration("testGuest").get("wanted");
    await useEverything(wanted);
    await writeFile(join(folder.uri.fsPath, "guest.txt"), told.join("\n\n"));
    void vscode.window.showInformationMessage("The guest has used everything.");
  };
  context.subscriptions.push(vscode.commands.registerCommand("testGuest.useEverything", run));
};
