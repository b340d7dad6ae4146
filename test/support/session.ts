// A session as a program in VS Code's terminal sees it, without VS Code: real authorization server, real LanceDB server, real
// provider and broker, the client files installed in a path that is hard on shells, and the environment a terminal gets.
import { spawn, type ChildProcessByStdio } from "node:child_process";
import { rmSync } from "node:fs";
import { mkdtemp, rm, utimes } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Readable } from "node:stream";
import { answerFrom, type ConnectionsView, type SignedInConnection } from "../../src/broker/answer.ts";
import { descriptorPathFor } from "../../src/broker/descriptor.ts";
import type { BrokerAnswer } from "../../src/broker/exchange.ts";
import { startBroker, type Broker } from "../../src/broker/server.ts";
import { replyReader } from "../../src/oauth/apiKey.ts";
import type { Connection } from "../../src/oauth/connection.ts";
import { AuthError } from "../../src/oauth/errors.ts";
import { clientCredentials } from "../../src/oauth/grants/grants.ts";
import type { TokenFetcher } from "../../src/oauth/headerProvider.ts";
import { OAuthHeaderProvider } from "../../src/oauth/provider.ts";
import { Secret } from "../../src/oauth/secret.ts";
import { installClientFiles, type ClientFolders } from "../../src/sessions/clientFiles.ts";
import { environmentChanges, type SessionPointer } from "../../src/sessions/environment.ts";
import { clients, startAuthorizationServer, type AuthorizationServer } from "./servers/authorizationServer.ts";
import type { GatewayOptions } from "./servers/gateway.ts";
import { startLanceDbServer, type LanceDbServer } from "./servers/lancedbServer.ts";
import { stretched } from "./runner/patience.ts";
import { ensurePython, root } from "./runner/tools.ts";

export type SessionOptions = {
  readonly accessTokenSeconds?: number;
  /** By default one connection, "demo", for db://demo on the LanceDB server. */
  readonly connections?: (
    host: string,
  ) => readonly (Partial<Connection> & { readonly name: string; readonly uri: string })[];
  /** What the LanceDB server takes in x-api-key, and connections of the flow api_key have. */
  readonly apiKey?: string;
  /** What the LanceDB server forgives a token that has ended. */
  readonly leeway?: NonNullable<GatewayOptions["leeway"]>;
  /** Asked before a program is given headers; by default everybody is. */
  readonly admit?: NonNullable<ConnectionsView["admit"]>;
  /** Which hooks the environment loads. */
  readonly autoConnect?: "both" | "python" | "node" | "off";
};

export type Ended = {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly ms: number;
};

export type RunOptions = {
  readonly cwd?: string;
  /** On top of the terminal's; undefined takes one away. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Called with each line of standard output as it comes. */
  readonly onLine?: (line: string) => void;
  /** On a quiet machine. */
  readonly timeoutMs?: number;
};

export type Session = AsyncDisposable & {
  readonly authorization: AuthorizationServer;
  readonly lancedb: LanceDbServer;
  readonly connections: readonly SignedInConnection[];
  readonly clients: ClientFolders;
  readonly descriptorPath: string;
  /** What the broker answered, oldest first. */
  readonly answers: readonly BrokerAnswer[];
  /** What a terminal gets, on top of this process's environment. */
  readonly env: Readonly<Record<string, string>>;
  /** A Python with the newest LanceDB client, where the machine can have one. */
  readonly python: string | undefined;
  /** An empty folder for the programs of a test. */
  readonly folder: string;
  run(program: string, args: readonly string[], options?: RunOptions): Promise<Ended>;
  /** From now on there is no token to be had; a person would have to sign in again. */
  signOut(): void;
  /** "LanceDB: Lock". */
  lock(): void;
  /** @param how longAgo: and it was not there a moment ago, which programs would wait for */
  closeWindow(how?: { readonly longAgo: boolean }): Promise<void>;
  /** As after a reload: another socket, another bearer. */
  openWindow(): Promise<void>;
};

export async function startSession(options: SessionOptions = {}): Promise<Session> {
  // Ended in the reverse order; also where a later part does not start.
  await using started = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'la it\'s "odd" '));
  started.defer(() => rm(folder, { recursive: true, force: true }));
  const authorization = await startAuthorizationServer({ accessTokenSeconds: options.accessTokenSeconds ?? 600 });
  started.defer(() => authorization.close());
  const lancedb = await startLanceDbServer({
    ...authorization,
    ...(options.apiKey === undefined ? {} : { apiKey: options.apiKey }),
    ...(options.leeway === undefined ? {} : { leeway: options.leeway }),
  });
  started.defer(() => lancedb.close());
  const wanted = options.connections?.(lancedb.host) ?? [
    { name: "demo", uri: "db://demo", hostOverride: lancedb.host },
  ];
  const person = { signedIn: true, locked: false };
  const connections = wanted.map((each) => signIn({ ...defaults(authorization), ...each }, person, options.apiKey));
  const installed = await installClientFiles(await builtClients(), join(folder, "clients"));
  const descriptorPath = descriptorPathFor(folder, "file:///project", "machine");
  const answers: BrokerAnswer[] = [];
  const python = await ensurePython();
  const env = terminalEnvironment({ descriptorPath, clients: installed, autoConnect: options.autoConnect ?? "both" });
  let broker: Broker | undefined;
  const session: Session = {
    ...{ authorization, lancedb, connections, clients: installed, descriptorPath, answers, env, python, folder },
    run: (program, args, how = {}) => run(program, args, { cwd: folder, ...how, env: { ...env, ...how.env } }),
    signOut: () => {
      person.signedIn = false;
      for (const { provider } of connections) provider.signOut();
    },
    lock: () => {
      person.locked = true;
    },
    closeWindow: async (how) => {
      await broker?.dispose();
      broker = undefined;
      if (how?.longAgo === true) await utimes(dirname(descriptorPath), 0, 0);
    },
    openWindow: async () => {
      const source = answerFrom({
        connections: () => connections,
        active: () => undefined,
        isLocked: () => person.locked,
        ...(options.admit === undefined ? {} : { admit: options.admit }),
      });
      broker = await startBroker({ descriptorPath }, source, { onAnswer: (answer) => answers.push(answer) });
    },
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
  for (const { provider } of connections) started.defer(() => provider.dispose());
  started.defer(() => session.closeWindow());
  await session.openWindow();
  const all = started.move();
  return session;
}

function defaults({ issuerUrl }: AuthorizationServer): Omit<Connection, "name" | "uri"> {
  return {
    flow: "client_credentials",
    issuerUrl,
    clientId: clients.demo.id,
    clientAuthentication: "basic",
    scopes: [],
    extraParameters: {},
    refreshBufferSeconds: 300,
    timeoutSeconds: 30,
  };
}

function signIn(
  connection: Connection,
  person: { readonly signedIn: boolean },
  apiKey: string | undefined,
): SignedInConnection {
  const secret = (): Promise<Secret> => Promise.resolve(new Secret(clients.demo.secret));
  const fetcher = clientCredentials(connection, secret, (url, init) => fetch(url, init));
  const whileSignedIn: TokenFetcher = (signal) => {
    if (!person.signedIn) throw new AuthError("signed_out");
    return connection.flow === "api_key" ? { accessToken: apiKey ?? "" } : fetcher(signal);
  };
  const options = { readReply: replyReader(connection) };
  return { connection, provider: new OAuthHeaderProvider(whileSignedIn, connection.refreshBufferSeconds, options) };
}

/** What src/sessions/terminal.ts tells VS Code, applied to this process's environment as VS Code does. */
function terminalEnvironment(pointer: SessionPointer): Record<string, string> {
  const changed = [...environmentChanges(pointer)].map(([name, { how, value }]) => {
    return [name, how === "prepend" ? value + (process.env[name] ?? "") : value];
  });
  return {
    // A proxy of the machine would be asked for the loopback servers as well.
    ...{ NO_PROXY: "127.0.0.1,localhost", no_proxy: "127.0.0.1,localhost" },
    ...(Object.fromEntries(changed) as Record<string, string>),
  };
}

let building: Promise<string> | undefined;

/** The client files as they are shipped, bundled once for this process. */
function builtClients(): Promise<string> {
  building ??= (async () => {
    const outdir = await mkdtemp(join(tmpdir(), "la-dist-"));
    process.once("exit", () => rmSync(outdir, { recursive: true, force: true }));
    const built = await run(process.execPath, ["esbuild.mjs", "--production", `--outdir=${outdir}`], { cwd: root });
    if (built.code !== 0) throw new Error(built.stderr);
    return join(outdir, "clients");
  })();
  return building;
}

function run(program: string, args: readonly string[], options: RunOptions): Promise<Ended> {
  const started = performance.now();
  const env = { ...process.env, ...options.env };
  const child = spawn(program, args, { cwd: options.cwd, env, stdio: ["ignore", "pipe", "pipe"] });
  return new Promise((resolve, reject) => {
    const output = collect(child, options.onLine);
    const timer = setTimeout(() => child.kill("SIGKILL"), stretched(options.timeoutMs ?? 45_000));
    child.on("error", reject);
    child.on("close", (code) => {
      clearTimeout(timer);
      resolve({ code, ...output, ms: performance.now() - started });
    });
  });
}

function collect(
  child: ChildProcessByStdio<null, Readable, Readable>,
  onLine: ((line: string) => void) | undefined,
): { stdout: string; stderr: string } {
  const output = { stdout: "", stderr: "" };
  let line = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    output.stdout += text;
    const lines = (line + text).split("\n");
    line = lines.pop() ?? "";
    for (const each of lines) onLine?.(each);
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    output.stderr += text;
  });
  return output;
}
