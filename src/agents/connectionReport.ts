// What a language model is told of the connections: names, servers, states and times; never a token, and of a failure its code and our
// own advice, for a server's text might speak to the model. Pure.
import type { Connection } from "../oauth/connection.ts";
import type { ProviderState } from "../oauth/headerProvider.ts";
import { remedyFor } from "../messages/failure.ts";

export interface Reported {
  readonly connection: Pick<Connection, "name" | "uri" | "hostOverride" | "region">;
  readonly provider: { readonly state: ProviderState };
}

/**
 * JSON, for a model reads it as well as prose, and a program better.
 * @param hostOf the server that a connection's headers are for
 */
export function connectionReport<Each extends Reported>(
  connections: readonly Each[],
  active: Each | undefined,
  hostOf: (connection: Each["connection"]) => string,
  locked: boolean,
  now: number,
): string {
  const advice =
    connections.length === 0
      ? "There is no LanceDB connection. The user adds one with the command “LanceDB: Add Connection”."
      : 'Programs in the integrated terminal, in tasks and in notebooks connect with lancedb.connect("db://name") as it is: never ask for a key or token, and never write one into code.';
  const report = {
    advice: locked
      ? `${advice} Now it is locked: programs get no headers until the user runs “LanceDB: Unlock”.`
      : advice,
    locked,
    connections: connections.map((each) => entryOf(each, hostOf(each.connection), each === active, now)),
  };
  return JSON.stringify(report, undefined, 2);
}

function entryOf({ connection, provider }: Reported, host: string, active: boolean, now: number): object {
  const { name, uri } = connection;
  const { state } = provider;
  const expiresAt = "life" in state ? state.life.expiresAt : undefined;
  const failure = "failure" in state ? state.failure : undefined;
  return {
    ...{ name, uri, host, active, state: state.status },
    ...(expiresAt === undefined ? {} : { secondsLeft: Math.max(0, Math.round((expiresAt - now) / 1000)) }),
    ...(failure === undefined ? {} : { problem: failure.code, advice: remedyFor(failure).advice }),
  };
}
