// Wraps the native addon's Connection.new, the one funnel of every LanceDB build: a db:// URI without credentials of its own gets
// the window's. Anything else passes through untouched.
import type { HeadersReply } from "../../broker/protocol.ts";
import { askForHeaders, BrokerFailure } from "./askBroker.ts";
import { issuerFor } from "./issuer.ts";

type Options = Readonly<Record<string, unknown>>;
type Connect = (uri: unknown, options: unknown, ...rest: unknown[]) => unknown;

/** @param addon what a native module exports; LanceDB's has a Connection with a static `new` and a JsHeaderProvider */
export function completeConnect(addon: unknown, session: string): void {
  if (!isRecord(addon) || !("JsHeaderProvider" in addon)) return;
  const connection = addon["Connection"];
  if (typeof connection !== "function" || !("new" in connection) || completed in connection) return;
  const original: unknown = connection.new;
  if (typeof original !== "function") return;
  const connect: Connect = (...parameters) => Reflect.apply(original, connection, parameters);
  const complete: Connect = (uri, options, ...rest) => {
    if (!wantsCredentials(uri, options, rest[0])) return connect(uri, options, ...rest);
    return withCredentials(session, uri, isRecord(options) ? options : {}).then((found) =>
      connect(uri, found ?? options, ...rest),
    );
  };
  Object.defineProperty(addon, "Connection", {
    value: standIn(connection, complete),
    enumerable: true,
    configurable: true,
  });
}

/** Marks a stand-in, so that an addon that is loaded twice is completed once. */
const completed = Symbol("lancedb-auth");

/** The addon's own `new` cannot be redefined: a function that is the class in all else, static methods and instanceof included. */
function standIn(connection: object, complete: Connect): object {
  function Connection(): never {
    throw new TypeError("Use connect().");
  }
  Object.setPrototypeOf(Connection, connection);
  Object.defineProperty(Connection, "prototype", { value: Reflect.get(connection, "prototype") });
  Object.defineProperty(Connection, "new", { value: complete });
  Object.defineProperty(Connection, completed, { value: true });
  return Connection;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}

/** A database of LanceDB Cloud or Enterprise, and a caller who brings nothing to sign in with. */
function wantsCredentials(uri: unknown, options: unknown, headerProvider: unknown): uri is string {
  if (typeof uri !== "string" || !uri.startsWith("db://") || headerProvider !== undefined) return false;
  if (!isRecord(options)) return true;
  const own = [options["apiKey"], options["oauthConfig"], process.env["LANCEDB_API_KEY"]];
  return own.every((value) => value === undefined || value === null || value === "") && !bringsAuthorization(options);
}

function bringsAuthorization({ clientConfig }: Options): boolean {
  const extra = isRecord(clientConfig) ? clientConfig["extraHeaders"] : undefined;
  return isRecord(extra) && Object.keys(extra).some((name) => /^(authorization|x-api-key)$/i.test(name));
}

/** Undefined where the window does not know this database or host. Rejects where it does, but has no token to give. */
async function withCredentials(session: string, uri: string, options: Options): Promise<Options | undefined> {
  const { hostOverride, region } = options;
  const question = {
    uri,
    ...(typeof hostOverride === "string" ? { host: hostOverride } : {}),
    ...(typeof region === "string" ? { region } : {}),
    folder: process.cwd(),
  };
  const ask = (): Promise<HeadersReply> => askForHeaders(session, question);
  try {
    const reply = await ask();
    const { oauthConfig } = await issuerFor(reply, ask);
    explain(`${uri}: connects as "${reply.connection.name}"`);
    const { apiKey: _, ...others } = options;
    return { ...placeOf(reply), ...defined(others), oauthConfig };
  } catch (error) {
    explain(`${uri}: ${String(error)}`);
    const passes =
      error instanceof BrokerFailure && (error.code === "unknown_connection" || error.code === "forbidden");
    if (passes) return undefined;
    throw error;
  }
}

/** Where the connection's server is, for a caller who does not say. */
function placeOf({ connection: { hostOverride, region } }: HeadersReply): Options {
  return { ...(hostOverride === undefined ? {} : { hostOverride }), ...(region === undefined ? {} : { region }) };
}

function defined(options: Options): Options {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined && value !== null));
}

function explain(text: string): void {
  if (process.env["LANCEDB_AUTH_DEBUG"] === "1") process.stderr.write(`lancedb-auth: ${text}\n`);
}
