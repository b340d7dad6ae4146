// The stage of the demo and of the UI tests: an authorization server, a LanceDB server that wants its tokens, a workspace with
// the scripts, the environment for its terminals, and what a person has to answer to connect.
import { cp, rm } from "node:fs/promises";
import { delimiter, dirname, join } from "node:path";
import { clients, startAuthorizationServer, type AuthorizationServer } from "../servers/authorizationServer.ts";
import type { ConnectionAnswers } from "./journey.ts";
import { startLanceDbServer, type LanceDbServer } from "../servers/lancedbServer.ts";
import { ensurePython, root } from "../runner/tools.ts";

export type Stage = {
  readonly authorization: AuthorizationServer;
  readonly lancedb: LanceDbServer;
  /** A copy that may be written to; inside the repository, so that its scripts find the packages of the root. */
  readonly workspace: string;
  /** For VS Code's process: Python and Node of the tests first on the PATH. */
  readonly env: Readonly<Record<string, string>>;
  /** For VS Code: terminals that keep that PATH. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** A Python with the LanceDB client, where the machine can have one. */
  readonly python: string | undefined;
  readonly answers: ConnectionAnswers;
  /** Stops the servers; the workspace stays. */
  close(): Promise<void>;
};

export type StageOptions = {
  /** The name of the workspace's folder inside .demo/. */
  readonly name?: string;
  readonly accessTokenSeconds?: number;
  /** Taken by the LanceDB server in x-api-key. */
  readonly apiKey?: string;
};

export async function setStage(options: StageOptions = {}): Promise<Stage> {
  await using started = new AsyncDisposableStack();
  const python = await ensurePython();
  const { accessTokenSeconds = 600 } = options;
  const authorization = await startAuthorizationServer({ accessTokenSeconds });
  started.defer(() => authorization.close());
  const lancedb = await startLanceDbServer({
    ...authorization,
    ...(options.apiKey === undefined ? {} : { apiKey: options.apiKey }),
  });
  started.defer(() => lancedb.close());
  const workspace = join(root, ".demo", options.name ?? "penguins");
  await rm(workspace, { recursive: true, force: true });
  await cp(join(root, "test", "demo", "workspace"), workspace, { recursive: true });
  const all = started.move();
  return {
    authorization,
    lancedb,
    workspace,
    env: terminalEnvironment(python),
    settings: terminalSettings,
    python,
    answers: {
      name: "demo",
      uri: "db://demo",
      host: lancedb.host,
      signIn: "Client secret",
      issuer: authorization.issuerUrl,
      clientId: clients.demo.id,
      clientSecret: clients.demo.secret,
    },
    close: () => all.disposeAsync(),
  };
}

/** Shells that read no start-up files, for those may put another Python or Node first. */
const terminalSettings = {
  "terminal.integrated.profiles.linux": { demo: { path: "bash", args: ["--noprofile", "--norc"] } },
  "terminal.integrated.profiles.osx": { demo: { path: "zsh", args: ["-f"] } },
  "terminal.integrated.profiles.windows": { demo: { source: "PowerShell", args: ["-NoProfile"] } },
  "terminal.integrated.defaultProfile.linux": "demo",
  "terminal.integrated.defaultProfile.osx": "demo",
  "terminal.integrated.defaultProfile.windows": "demo",
} as const;

function terminalEnvironment(python: string | undefined): Readonly<Record<string, string>> {
  const first = [...(python === undefined ? [] : [dirname(python)]), dirname(process.execPath)];
  // A proxy of the machine would be asked for the loopback servers as well.
  const noProxy = [process.env["NO_PROXY"] ?? process.env["no_proxy"] ?? "", "127.0.0.1,localhost"];
  const direct = noProxy.filter((part) => part !== "").join(",");
  return {
    PATH: [...first, process.env["PATH"] ?? ""].join(delimiter),
    NO_PROXY: direct,
    no_proxy: direct,
    // As when started by its command line tool: VS Code's server takes the environment as it is and asks no login shell.
    VSCODE_CLI: "1",
  };
}
