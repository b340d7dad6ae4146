// An authentication provider as other extensions bring one to VS Code: its accounts' tokens come from the tests' authorization server,
// whose token endpoint and client TEST_ACCOUNTS names in the environment.
const vscode = require("vscode");

/** As another extension uses LanceDB Auth: VS Code asks the person, then the API gives headers. */
async function useLanceDb() {
  const { exports: api } = vscode.extensions.getExtension("lancedb-auth.lancedb-auth");
  const forged = { id: "demo", accessToken: "guessed" };
  const refused = await api.getHeaders("db://demo", { session: forged }).catch(({ code }) => code);
  const session = await vscode.authentication.getSession("lancedb", ["db://demo"], { createIfNone: true });
  const { headers, host } = await api.getHeaders("db://demo", { session });
  const { status } = await fetch(`${host}/v1/table/`, { headers });
  void vscode.window.showInformationMessage(
    `version ${api.apiVersion}, without a session ${refused}, with one ${status}`,
  );
  api.onDidChangeHeaders(({ uri }) => void vscode.window.showInformationMessage(`headers changed: ${uri}`));
}

exports.activate = function activate(context) {
  const { tokenUrl, id, secret } = JSON.parse(process.env.TEST_ACCOUNTS ?? "{}");
  const changed = new vscode.EventEmitter();
  // As real providers do, it remembers its accounts over a reload.
  const read = async () => JSON.parse((await context.secrets.get("sessions")) ?? "[]");
  const write = (sessions) => context.secrets.store("sessions", JSON.stringify(sessions));
  const provider = {
    onDidChangeSessions: changed.event,
    getSessions: async (scopes) =>
      (await read()).filter(
        (session) => scopes === undefined || scopes.every((scope) => session.scopes.includes(scope)),
      ),
    createSession: async (scopes) => {
      const authorization = `Basic ${Buffer.from(`${id}:${secret}`).toString("base64")}`;
      const body = new URLSearchParams({ grant_type: "client_credentials" });
      const reply = await fetch(tokenUrl, { method: "POST", headers: { authorization }, body });
      const { access_token: accessToken } = await reply.json();
      const session = { id: "1", accessToken, account: { id: "ada", label: "Ada Lovelace" }, scopes };
      await write([session]);
      changed.fire({ added: [session], removed: [], changed: [] });
      return session;
    },
    removeSession: async () => {
      const removed = await read();
      await write([]);
      changed.fire({ added: [], removed, changed: [] });
    },
  };
  context.subscriptions.push(
    vscode.authentication.registerAuthenticationProvider("test-accounts", "Test Accounts", provider),
    vscode.commands.registerCommand("testAccounts.useLanceDb", useLanceDb),
    vscode.commands.registerCommand("testAccounts.signOut", () => provider.removeSession("1")),
  );
};
