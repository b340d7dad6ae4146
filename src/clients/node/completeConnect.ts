// Wraps the native addon's Connection.new, the one funnel of every LanceDB build: a db:// URI without credentials of its own gets
// the window's. Namespaces have a door of their own. Anything else passes through untouched.
import type { HeadersRequest } from "../../broker/protocol.ts";
import { askForHeaders, BrokerFailure } from "./askBroker.ts";
import { completedNamespace } from "./completeNamespace.ts";
import { gatewayOptions, isRecord, issuerOptions, keyOptions, type Options } from "./connectOptions.ts";
import { recentHeaders, type RecentHeaders } from "./recentHeaders.ts";
import { isClass, standIn } from "./standIn.ts";
import { findSession, nobodyServes } from "./findSession.ts";

type Connect = (uri: unknown, options: unknown, ...rest: unknown[]) => unknown;

/** @param addon what a native module exports; LanceDB's has a Connection with a static `new`, and these classes beside it */
export function completeConnect(addon: unknown): void {
  if (!isRecord(addon) || !("VectorQuery" in addon && "Table" in addon)) return;
  const connection = addon["Connection"];
  if (!isClass(connection)) return;
  const value = standIn(connection, {
    new: (connect) => completedNew(connect),
    newWithNamespace: (connect) => completedNamespace(connect, explain),
  });
  Object.defineProperty(addon, "Connection", { value, enumerable: true, configurable: true, writable: true });
}

function completedNew(connect: Connect): Connect {
  return (uri, options, ...rest) => {
    if (!wantsCredentials(uri, options, rest[0])) return connect(uri, withoutPlaceholder(options), ...rest);
    return connectAsWindow(uri, isRecord(options) ? options : {}, connect, () => connect(uri, options, ...rest));
  };
}

/** A database of LanceDB Cloud or Enterprise, and a caller who brings nothing to sign in with. */
function wantsCredentials(uri: unknown, options: unknown, headerProvider: unknown): uri is string {
  if (typeof uri !== "string" || !uri.startsWith("db://")) return false;
  if (headerProvider !== undefined && headerProvider !== null) return false;
  if (isKey(process.env["LANCEDB_API_KEY"])) return false;
  if (!isRecord(options)) return true;
  const { apiKey, oauthConfig } = options;
  return !isKey(apiKey) && (oauthConfig ?? "") === "" && !bringsAuthorization(options);
}

/** Stands for "no key" where a framework insists on one. It is never sent to a server. */
const placeholder = "lancedb-auth";

function isKey(value: unknown): boolean {
  return (value ?? "") !== "" && value !== placeholder;
}

/** For a caller who brings something else than a key: an empty one satisfies the client, and OAuth must come without any. */
function withoutPlaceholder(options: unknown): unknown {
  if (!isRecord(options) || options["apiKey"] !== placeholder) return options;
  const { apiKey: _, ...others } = options;
  return (others["oauthConfig"] ?? "") === "" ? { ...others, apiKey: "" } : others;
}

function bringsAuthorization({ clientConfig }: Options): boolean {
  const extra = isRecord(clientConfig) ? clientConfig["extraHeaders"] : undefined;
  return isRecord(extra) && Object.keys(extra).some((name) => /^(authorization|x-api-key)$/i.test(name));
}

/** Rejects where the window knows the database but has no token to give; no other failure of ours becomes the caller's. */
async function connectAsWindow(
  uri: string,
  options: Options,
  connect: Connect,
  untouched: () => unknown,
): Promise<unknown> {
  const question = questionOf(uri, options);
  const insists = options["apiKey"] === placeholder;
  const session = await findSession(question.folder);
  if (session === undefined) {
    if (insists) throw nobodyServes();
    explain(`${uri}: is left as it is, for no window of VS Code serves this folder`);
    return untouched();
  }
  const source = recentHeaders((patienceMs) => askForHeaders(session.descriptorPath, question, patienceMs));
  try {
    await source.get(0);
  } catch (error) {
    explain(`${uri}: ${String(error)}`);
    const isNobodys = session.isByFolder && error instanceof BrokerFailure && error.code === "window_closed";
    if (insists || (error instanceof BrokerFailure && !notOurs.has(error.code) && !isNobodys)) throw error;
    return untouched();
  }
  return connectWith(source, uri, options, connect);
}

/** The window does not know this database or host: the call passes through untouched. */
const notOurs: ReadonlySet<string> = new Set(["unknown_connection", "forbidden", "bad_request"]);

function questionOf(uri: string, { hostOverride, region }: Options): HeadersRequest {
  return {
    uri,
    ...(typeof hostOverride === "string" ? { host: hostOverride } : {}),
    ...(typeof region === "string" ? { region } : {}),
    ...currentFolder(),
  };
}

/** Decides which connection is the active one; a program may well run in a folder that was removed. */
function currentFolder(): Pick<HeadersRequest, "folder"> {
  try {
    return { folder: process.cwd() };
  } catch {
    return {};
  }
}

/** Clients before 0.31 do not look at oauthConfig: for them the way leads through a gateway. */
async function connectWith(source: RecentHeaders, uri: string, options: Options, connect: Connect): Promise<unknown> {
  const reply = await source.get(Infinity);
  const { connection } = reply;
  const withKey = keyOptions(reply, options);
  if (withKey !== undefined) {
    explain(`${uri}: connects as "${connection.name}" with an API key`);
    return connect(uri, withKey);
  }
  const client = { knowsOAuth: false };
  const withIssuer = await issuerOptions(source, options, () => {
    client.knowsOAuth = true;
  });
  try {
    const connected = await connect(uri, withIssuer);
    explain(`${uri}: connects as "${connection.name}"`);
    return connected;
  } catch (error) {
    if (client.knowsOAuth) throw error;
  }
  const connected = await connect(uri, await gatewayOptions(source, uri, options));
  explain(`${uri}: connects as "${connection.name}" through a gateway, for this client knows no OAuth`);
  return connected;
}

function explain(text: string): void {
  if (process.env["LANCEDB_AUTH_DEBUG"] === "1") process.stderr.write(`lancedb-auth: ${text}\n`);
}
