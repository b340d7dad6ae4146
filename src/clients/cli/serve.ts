// What lancedb-auth gateway and lancedb-auth issuer do from their start to their end, and what they say to a person meanwhile.
import type { HeadersRequest } from "../../broker/protocol.ts";
import { exemptFromProxy, type LoopbackServer } from "../loopback/loopbackServer.ts";
import { UsageError, type GatewayLine, type IssuerLine } from "./commandLine.ts";
import { callersEnvironment, execute, untilStopped } from "./execute.ts";
import { gatewayVariables, issuerVariables, opens, startGateway, startIssuer } from "./gateway.ts";
import { oneConnection } from "./oneConnection.ts";
import { ticketFrom } from "./ticketFile.ts";

export interface Voice {
  /** Standard output: the answer and nothing else. */
  readonly print: (text: string) => void;
  /** Standard error, for a person. */
  readonly complain: (text: string) => void;
}

export async function gateway(
  line: GatewayLine,
  session: string,
  question: HeadersRequest,
  voice: Voice,
): Promise<number> {
  const connection = await oneConnection(session, question);
  const { ticket, forget } = await ticketFrom(line.ticketFile);
  try {
    const server = await started(startGateway(connection, { ...line, ticket }));
    const opened = opens(line.bind);
    if (opened !== undefined) voice.complain(opened);
    if (line.program.length === 0) {
      voice.print(line.ticketFile === undefined ? `${server.origin}/${ticket}` : server.origin);
      const what = line.readOnly ? "reads from" : "speaks for";
      voice.complain(`The gateway ${what} "${connection.name}" until Ctrl-C.`);
    }
    return await during(server, line.program, gatewayVariables(line.env, server), voice);
  } finally {
    await forget();
  }
}

export async function issuer(
  line: IssuerLine,
  session: string,
  question: HeadersRequest,
  voice: Voice,
): Promise<number> {
  const connection = await oneConnection(session, question);
  if (connection.hasApiKey)
    throw new UsageError(`"${connection.name}" has an API key, not a token. Use lancedb-auth gateway.`);
  const server = await started(startIssuer(connection, line.port));
  const variables = issuerVariables(line.env, server);
  if (line.program.length === 0) {
    for (const [name, value] of Object.entries(variables)) voice.print(`${name}=${value}`);
    voice.complain(`The issuer speaks for "${connection.name}" until Ctrl-C.`);
  }
  return during(server, line.program, variables, voice);
}

async function started(starting: Promise<LoopbackServer>): Promise<LoopbackServer> {
  try {
    return await starting;
  } catch (error) {
    throw new Error(`No server can be opened here: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
}

/** Lives as long as the program; without one, until it is stopped. */
async function during(
  server: LoopbackServer,
  program: readonly string[],
  variables: Readonly<Record<string, string>>,
  { complain }: Voice,
): Promise<number> {
  try {
    if (program.length === 0) {
      await untilStopped();
      return 0;
    }
    const env = { ...callersEnvironment(), ...variables };
    exemptFromProxy(env);
    return await execute(program, env, complain);
  } finally {
    server.close();
  }
}
