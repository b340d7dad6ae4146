// What LanceDB's connect is given in place of the caller's options: the server of the connection where the caller names none,
// and the way to the window's tokens. The caller's own object is never changed.
import type { RequestOptions } from "node:https";
import type { ConnectionSummary, HeadersReply } from "../../broker/protocol.ts";
import { throughGateway } from "../loopback/gateway.ts";
import { issuerFor } from "../loopback/issuer.ts";
import type { RecentHeaders } from "./recentHeaders.ts";

export type Options = Readonly<Record<string, unknown>>;

export function isRecord(value: unknown): value is Options {
  return typeof value === "object" && value !== null;
}

/** A LanceDB API key: the client sends it by itself, and keeps it for as long as the program runs. Undefined for a token. */
export function keyOptions({ connection, headers }: HeadersReply, options: Options): Options | undefined {
  const apiKey = headers["x-api-key"];
  return apiKey === undefined ? undefined : { ...placeOf(connection), ...defined(options), apiKey };
}

/** @param onRead called when the client looks at oauthConfig: one that does not, does not know it */
export async function issuerOptions(source: RecentHeaders, options: Options, onRead: () => void): Promise<Options> {
  const { connection } = await source.get(Infinity);
  const oauthConfig = await issuerFor(source);
  const { apiKey: _, ...others } = options;
  // Clients before 0.39 do not say by themselves what kind of credential it is.
  const clientConfig = withHeaders(options, { "x-lancedb-credential-type": "oidc" });
  return Object.defineProperty({ ...placeOf(connection), ...defined(others), clientConfig }, "oauthConfig", {
    enumerable: true,
    get: () => {
      onRead();
      return oauthConfig;
    },
  });
}

export async function gatewayOptions(source: RecentHeaders, uri: string, options: Options): Promise<Options> {
  const { connection } = await source.get(Infinity);
  const { hostOverride, region }: Options = { ...placeOf(connection), ...defined(options) };
  const named = typeof hostOverride === "string" && hostOverride !== "" ? hostOverride : undefined;
  const host = named ?? cloudHost(uri, typeof region === "string" ? region : connection.region);
  const tls = await tlsOf(isRecord(options["clientConfig"]) ? options["clientConfig"]["tlsConfig"] : undefined);
  // LanceDB Cloud tells databases by the host; only other servers want the header.
  const database = named === undefined ? "none" : "asSent";
  const through = await throughGateway({ host, source, tls, database, unreachableStatus: 401 });
  return {
    ...defined(options),
    // An empty key satisfies the client; the gateway passes none on.
    apiKey: "",
    hostOverride: through.hostOverride,
    clientConfig: withHeaders(options, through.extraHeaders),
  };
}

function withHeaders(options: Options, more: Readonly<Record<string, string>>): Options {
  const clientConfig = isRecord(options["clientConfig"]) ? options["clientConfig"] : {};
  const extraHeaders = isRecord(clientConfig["extraHeaders"]) ? clientConfig["extraHeaders"] : {};
  return { ...clientConfig, extraHeaders: { ...extraHeaders, ...more } };
}

/** Where the connection's server is, for a caller who does not say. */
function placeOf({ hostOverride, region }: ConnectionSummary): Options {
  return { ...(hostOverride === undefined ? {} : { hostOverride }), ...(region === undefined ? {} : { region }) };
}

function defined(options: Options): Options {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined && value !== null));
}

function cloudHost(uri: string, region = "us-east-1"): string {
  return `https://${uri.slice("db://".length).split("/")[0] ?? ""}.${region}.api.lancedb.com`;
}

export async function tlsOf(config: unknown): Promise<RequestOptions> {
  if (!isRecord(config)) return {};
  const { readFile } = await import("node:fs/promises");
  const read = async (name: string): Promise<Buffer | undefined> => {
    const path = config[name];
    return typeof path === "string" ? readFile(path) : undefined;
  };
  const [cert, key, ca] = await Promise.all([read("certFile"), read("keyFile"), read("sslCaCert")]);
  return {
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
    ...(ca === undefined ? {} : { ca }),
    ...(config["assertHostname"] === false ? { checkServerIdentity: () => undefined } : {}),
  };
}
