// Wraps the native addon's Connection.newWithNamespace: a REST namespace on the server of one of the window's connections, without
// credentials of its own, is reached through the gateway of this process. Anything else passes through untouched.
import type { HeadersRequest } from "../../broker/protocol.ts";
import { throughGateway } from "../loopback/gateway.ts";
import { askForHeaders, BrokerFailure } from "./askBroker.ts";
import { isRecord, tlsOf, type Options } from "./connectOptions.ts";
import { findSession, nobodyServes } from "./findSession.ts";
import { recentHeaders } from "./recentHeaders.ts";
import type { Method } from "./standIn.ts";

export function completedNamespace(connect: Method, explain: (text: string) => void): Method {
  return (implementation, properties, ...rest) => {
    const untouched = (): unknown => connect(implementation, properties, ...rest);
    const uri = implementation === "rest" && isRecord(properties) ? properties["uri"] : undefined;
    if (!isRecord(properties) || typeof uri !== "string" || bringsAuthorization(properties)) return untouched();
    return throughWindow(uri, properties, explain).then(
      (completed) => connect(implementation, completed, ...rest),
      (error: unknown) => {
        explain(`${uri}: ${String(error)}`);
        if (error instanceof BrokerFailure && !notOurs.has(error.code)) throw error;
        return untouched();
      },
    );
  };
}

/** The window does not know this server, or there is none: a namespace's server may well be anybody's. */
const notOurs: ReadonlySet<string> = new Set(["unknown_connection", "forbidden", "bad_request", "window_closed"]);

/** The client takes headers under both names. */
const headerPrefix = /^headers?\./i;

function bringsAuthorization(properties: Options): boolean {
  return Object.keys(properties).some((name) => {
    return headerPrefix.test(name) && /^(authorization|x-api-key)$/i.test(name.replace(headerPrefix, ""));
  });
}

async function throughWindow(uri: string, properties: Options, explain: (text: string) => void): Promise<Options> {
  const named = Object.entries(properties).find(([name]) => /^headers?\.x-lancedb-database$/i.test(name))?.[1];
  const session = await findSession(process.cwd());
  if (session === undefined) throw nobodyServes();
  const question: HeadersRequest = { host: uri, ...(typeof named === "string" ? { uri: `db://${named}` } : {}) };
  const source = recentHeaders((patienceMs) => askForHeaders(session.descriptorPath, question, patienceMs));
  const { connection } = await source.get(0);
  const tls = await tlsOf({
    certFile: properties["tls.cert_file"],
    keyFile: properties["tls.key_file"],
    sslCaCert: properties["tls.ssl_ca_cert"],
    assertHostname: properties["tls.assert_hostname"] !== "false",
  });
  const upstream = { host: uri, source, tls, database: "asSent", unreachableStatus: 401 } as const;
  const { hostOverride, extraHeaders } = await throughGateway(upstream);
  explain(`${uri}: connects as "${connection.name}" through a gateway`);
  const headers = Object.entries(extraHeaders).map(([name, value]) => [`headers.${name}`, value] as const);
  return { ...properties, uri: hostOverride, ...Object.fromEntries(headers) };
}
