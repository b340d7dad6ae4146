// lancedb-auth: the window's headers for whatever has no hook (curl, Rust, Java, shell scripts). Talks to the broker alone.
// Standard output carries the answer and nothing else; everything said to a person goes to standard error.
import type { HeadersReply, HeadersRequest } from "../../broker/protocol.ts";
import { askForHeaders, askForStatus, BrokerFailure, type FailureCode } from "../node/askBroker.ts";
import { findSession } from "../node/findSession.ts";
import { callersEnvironment, execute } from "./execute.ts";
import { formatReply, tokenOf } from "./formats.ts";
import { outsideSentence } from "../node/unreachable.ts";
import { parseCommandLine, usage, UsageError, type CommandLine } from "./commandLine.ts";

/** Scripts rely on these; --help lists them. */
const exitCodes = { ok: 0, failed: 1, usage: 2, noWindow: 3, signIn: 4, unknownConnection: 5 } as const;

const exitCodeOf: Readonly<Record<FailureCode, number>> = {
  bad_request: exitCodes.usage,
  forbidden: exitCodes.failed,
  interaction_required: exitCodes.signIn,
  unknown_connection: exitCodes.unknownConnection,
  locked: exitCodes.signIn,
  denied: exitCodes.failed,
  unavailable: exitCodes.failed,
  window_closed: exitCodes.noWindow,
};

async function main(): Promise<number> {
  const line = parseCommandLine(process.argv.slice(2));
  if (line.command === "help") {
    print(usage);
    return exitCodes.ok;
  }
  const session = await findSession(process.cwd());
  if (session === undefined) {
    complain(
      outsideSentence(
        "No window of VS Code with LanceDB Auth serves this folder. Open it there, or open a terminal there.",
      ),
    );
    return exitCodes.noWindow;
  }
  return run(line, session.descriptorPath);
}

async function run(line: CommandLine, session: string): Promise<number> {
  const ask = (): Promise<HeadersReply> => askForHeaders(session, questionOf(line));
  switch (line.command) {
    case "help":
      return exitCodes.ok;
    case "token":
      print(tokenOf(await ask()));
      return exitCodes.ok;
    case "headers":
      print(formatReply(await ask(), line.format, line.expires));
      return exitCodes.ok;
    case "exec":
      return execute(line.program, { ...callersEnvironment(), [line.env]: tokenOf(await ask()) }, complain);
    case "gateway":
      return (await import("./serve.ts")).gateway(line, session, questionOf(line), voice);
    case "issuer":
      return (await import("./serve.ts")).issuer(line, session, questionOf(line), voice);
    case "status":
    case "connections": {
      const { connections } = await askForStatus(session, process.cwd());
      if (line.json) print(JSON.stringify(connections));
      else for (const each of connections) print(line.command === "status" ? describe(each) : each.name);
      return connections.some(({ state }) => state === "ready") || line.command === "connections"
        ? exitCodes.ok
        : exitCodes.signIn;
    }
  }
}

function questionOf({ connection, uri }: CommandLine): HeadersRequest {
  return {
    folder: process.cwd(),
    ...(connection === undefined ? {} : { connection }),
    ...(uri === undefined ? {} : { uri }),
  };
}

type Described = Awaited<ReturnType<typeof askForStatus>>["connections"][number];

function describe({ name, uri, active, state, expiresAt }: Described): string {
  const left = expiresAt === undefined ? "" : `, ${Math.max(Math.round((expiresAt - Date.now()) / 1000), 0)} s left`;
  const words = {
    signedOut: "signed out",
    fetching: "fetching a token",
    ready: "signed in",
    failed: "failed",
  } as const;
  return `${active ? "*" : " "} ${name}  ${uri}  ${words[state]}${left}`;
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

function complain(text: string): void {
  process.stderr.write(`lancedb-auth: ${text}\n`);
}

const voice = { print, complain };

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    complain(error instanceof Error ? error.message : String(error));
    if (error instanceof BrokerFailure) process.exitCode = exitCodeOf[error.code];
    else process.exitCode = error instanceof UsageError ? exitCodes.usage : exitCodes.failed;
  },
);
