// lancedb-auth gateway and lancedb-auth issuer: servers on loopback for programs that know a URL or OAuth, and no hook. They live
// as long as the command that they are started with, or until Ctrl-C, and speak for one connection.
import { hostname, networkInterfaces } from "node:os";
import { gatewayAnswer, type Upstream } from "../loopback/gateway.ts";
import { grpcAnswer } from "../loopback/grpc.ts";
import { isLoopback } from "../loopback/hosts.ts";
import { issuerAnswer, issuerClientId } from "../loopback/issuer.ts";
import { startLoopbackServer, type LoopbackServer } from "../loopback/loopbackServer.ts";
import { bothProtocols } from "../loopback/protocols.ts";
import { isSameSecret } from "../loopback/sameSecret.ts";
import type { OneConnection } from "./oneConnection.ts";
import { steadyMemory } from "./steadyMemory.ts";

export interface GatewayPlace {
  readonly ticket: string;
  readonly bind: string | undefined;
  readonly port: number;
  readonly readOnly: boolean;
  /** How long a client may take to send a request's head, and stand still in its body; the usual time by default. */
  readonly patience?: { readonly headMs: number; readonly stalledMs: number };
}

export async function startGateway(connection: OneConnection, place: GatewayPlace): Promise<LoopbackServer> {
  const { host, database, isCloud, sqlHost, source } = connection;
  const upstream: Upstream = {
    ...{ host, tls: {}, source, readOnly: place.readOnly },
    database: isCloud ? "none" : { name: database },
    unreachableStatus: 502,
    onBytes: steadyMemory(),
    ...(place.patience === undefined ? {} : { stalledMs: place.patience.stalledMs }),
  };
  const grpc = sqlHost === undefined ? undefined : grpcAnswer(() => sqlHost);
  const answer = gatewayAnswer((shown) => (isSameSecret(shown, place.ticket) ? upstream : undefined), grpc);
  return startLoopbackServer(answer, {
    ...(place.bind === undefined ? {} : { address: place.bind }),
    ...(place.patience === undefined ? {} : { headMs: place.patience.headMs }),
    ...{ port: place.port, secret: place.ticket, keepsProcess: true, extend: bothProtocols, ownNames: ownNames() },
  });
}

export async function startIssuer(connection: OneConnection, port: number): Promise<LoopbackServer> {
  // Any client: it is told how long the token lasts, since most ask again only when that is over.
  const tokens = { source: connection.source, trustMs: Infinity };
  return startLoopbackServer(
    issuerAnswer((first) => (first === issuerPath ? tokens : undefined)),
    { port, keepsProcess: true },
  );
}

const issuerPath = "oauth";

/** What a program is told of the issuer, by the names of its environment. */
export function issuerVariables(prefix: string, { origin, secret }: LoopbackServer): Readonly<Record<string, string>> {
  const issuer = `${origin}/${issuerPath}`;
  return {
    [`${prefix}_ISSUER_URL`]: issuer,
    [`${prefix}_TOKEN_URL`]: `${issuer}/token`,
    [`${prefix}_CLIENT_ID`]: issuerClientId,
    [`${prefix}_CLIENT_SECRET`]: secret,
  };
}

/** What a program is told of the gateway. A client that takes no path in its URL shows the ticket where others have an API key. */
export function gatewayVariables(names: readonly string[], { origin, secret }: LoopbackServer): Record<string, string> {
  const urls = Object.fromEntries(names.map((name) => [name, `${origin}/${secret}`]));
  return { ...urls, LANCEDB_GATEWAY_TICKET: secret };
}

/** What an address opens beyond this machine; undefined for loopback. */
export function opens(address: string | undefined): string | undefined {
  if (address === undefined || isLoopback(address)) return undefined;
  const everywhere = address === "0.0.0.0" || address === "::";
  const where = everywhere ? "every network that this machine is in" : `the network of ${address}`;
  return `The gateway is open to ${where}, without TLS: whoever has the ticket reads and writes as you.`;
}

/** The machine's own addresses and its name, by which containers may call it. */
function ownNames(): readonly string[] {
  const addresses = Object.values(networkInterfaces()).flatMap((each) => each ?? []);
  return [hostname(), ...addresses.map(({ address }) => address.replace(/%.*$/, ""))];
}
