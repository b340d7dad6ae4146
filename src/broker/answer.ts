// Answers what a program asks the broker: finds the connection by URI and host, and hands out the headers of its token.
// Never for a host other than the connection's own, and never a token in its last seconds.
import * as l10n from "@vscode/l10n";
import { databaseOf, defaultRegion, hostOf, type Connection } from "../oauth/connection.ts";
import type { ProviderState } from "../oauth/headerProvider.ts";
import type { OAuthHeaderProvider } from "../oauth/provider.ts";
import { isOwnSqlHost } from "../oauth/sqlHost.ts";
import { requestHeaders } from "../oauth/lancedbRequest.ts";
import type { Token } from "../oauth/token.ts";
import { asBrokerError, BrokerError } from "./errorReply.ts";
import {
  protocolVersion,
  type ConnectionStatus,
  type ConnectionSummary,
  type HeadersReply,
  type HeadersRequest,
} from "./protocol.ts";
import type { Admission, Caller, HeadersSource } from "./exchange.ts";

export interface SignedInConnection {
  readonly connection: Connection;
  readonly provider: OAuthHeaderProvider;
}

/** What the window knows at the moment of asking. */
export interface ConnectionsView {
  connections(): readonly SignedInConnection[];
  /** The name of the connection that a folder uses; the first one where it says nothing. */
  active(folder?: string): string | undefined;
  isLocked?(): boolean;
  /** Whether a program may have this connection's headers: resolves when it may, rejects with a BrokerError. */
  admit?(connection: Connection, request: HeadersRequest, caller: Caller, signal: AbortSignal): Promise<Admission>;
  /** What an agent's program gets of a connection. */
  narrowed?(account: SignedInConnection): SignedInConnection;
}

/** A token with less life left is not handed out: the request that carries it must still arrive. */
const lastSecondsMs = 5_000;

export function answerFrom(view: ConnectionsView): HeadersSource {
  const refuseLocked = (): void => {
    if (view.isLocked?.() !== true) return;
    throw new BrokerError("locked", l10n.t("LanceDB Auth is locked. Unlock it in VS Code, then try again."));
  };
  return {
    admit: async (request, caller, signal) => {
      refuseLocked();
      const { connection } = connectionFor(request, view);
      return (await view.admit?.(connection, request, caller, signal)) ?? { isAgent: false };
    },
    headers: async (request, _signal, lifeMs, admission) => {
      refuseLocked();
      const account = connectionFor(request, view);
      return headersOf(admission?.isAgent === true ? (view.narrowed?.(account) ?? account) : account, lifeMs);
    },
    status: (folder) => ({ version: protocolVersion, connections: statusOf(view, folder) }),
  };
}

async function headersOf({ connection, provider }: SignedInConnection, lifeMs?: number): Promise<HeadersReply> {
  try {
    const any = (): Promise<Token> => provider.token(lastSecondsMs);
    const token = await (lifeMs === undefined ? any() : provider.token(lifeMs).catch(any));
    const headers = requestHeaders(connection, token);
    const reply: HeadersReply = { version: protocolVersion, connection: summaryOf(connection), headers };
    return token.expiresAt === undefined ? reply : { ...reply, expiresAt: token.expiresAt };
  } catch (error) {
    throw asBrokerError(error, connection.name);
  }
}

/** The host decides between several connections of one URI, then the active one wins, then the first. Throws BrokerError. */
export function connectionFor(request: HeadersRequest, view: ConnectionsView): SignedInConnection {
  const named = candidatesFor(request, view);
  const fitting = named.filter(({ connection }) => isOwnHost(request, connection));
  const activeName = view.active(request.folder);
  const chosen = fitting.find(({ connection }) => connection.name === activeName) ?? fitting[0];
  if (chosen !== undefined && isOpen(request) && chosen.connection.environment === "production") {
    throw unnamedProduction(chosen.connection.name);
  }
  if (chosen !== undefined) return chosen;
  if (named.length === 0) throw unknownConnection(request, activeName);
  const names = named.map(({ connection }) => `"${connection.name}"`).join(", ");
  throw new BrokerError(
    "forbidden",
    l10n.t(
      'LanceDB connection {0} belongs to another host: no token is given. Correct the program\'s host or run "LanceDB: Edit Connection" in VS Code.',
      names,
    ),
  );
}

/** Everything the question does not exclude, but for the host; with neither URI nor name nor host, the active connection. */
function candidatesFor(
  { uri, connection: name, host, folder }: HeadersRequest,
  view: ConnectionsView,
): readonly SignedInConnection[] {
  const all = view.connections();
  const database = uri === undefined ? undefined : databaseOf(uri);
  if (uri !== undefined && database === undefined) return [];
  const anyOne = isOpen({ uri, connection: name, host });
  const wantedName = anyOne ? view.active(folder) : name;
  if (anyOne && wantedName === undefined) return all.slice(0, 1);
  return all.filter(
    ({ connection }) =>
      (wantedName === undefined || connection.name === wantedName) &&
      (database === undefined || databaseOf(connection.uri) === database),
  );
}

/** It names no database at all. */
function isOpen({
  uri,
  connection,
  host,
}: Readonly<Record<"uri" | "connection" | "host", string | undefined>> | HeadersRequest): boolean {
  return uri === undefined && connection === undefined && host === undefined;
}

/** What a program does to production it does on purpose. */
function unnamedProduction(name: string): BrokerError {
  const says = l10n.t(
    'LanceDB connection "{0}" is for production, and the program names no database. Name it: "--connection {0}".',
    name,
  );
  return new BrokerError("unknown_connection", says);
}

function unknownConnection({ uri, connection }: HeadersRequest, activeName: string | undefined): BrokerError {
  const wanted = connection ?? uri ?? activeName;
  const says =
    wanted === undefined
      ? l10n.t('VS Code has no LanceDB connection. Run "LanceDB: Add Connection" in VS Code.')
      : l10n.t('VS Code has no LanceDB connection "{0}". Run "LanceDB: Add Connection" in VS Code.', wanted);
  return new BrokerError("unknown_connection", says);
}

/** Asked without a host, a connection may always answer: the reply says where the headers belong. */
function isOwnHost({ host, region, sqlHost }: HeadersRequest, connection: Connection): boolean {
  if (sqlHost !== undefined && !isOwnSqlHost(sqlHost, hostOf(connection), connection.sqlHostOverride)) return false;
  if (host !== undefined) {
    const origin = originOf(host);
    return origin !== undefined && origin === originOf(hostOf(connection));
  }
  if (region === undefined || connection.hostOverride !== undefined) return true;
  return region === (connection.region ?? defaultRegion);
}

function originOf(url: string): string | undefined {
  if (!URL.canParse(url)) return undefined;
  const { protocol, origin } = new URL(url);
  return protocol === "https:" || protocol === "http:" ? origin : undefined;
}

function summaryOf({ name, uri, hostOverride, region, sqlHostOverride }: Connection): ConnectionSummary {
  const sql = sqlHostOverride === undefined ? {} : { sqlHostOverride };
  if (hostOverride !== undefined) return { name, uri, hostOverride, ...sql };
  return { name, uri, region: region ?? defaultRegion, ...sql };
}

function statusOf(view: ConnectionsView, folder: string | undefined): ConnectionStatus[] {
  const all = view.connections();
  const activeName = view.active(folder) ?? all[0]?.connection.name;
  return all.map(({ connection, provider }) => ({
    ...summaryOf(connection),
    active: connection.name === activeName,
    ...stateOf(provider.state),
  }));
}

function stateOf(state: ProviderState): Pick<ConnectionStatus, "state" | "expiresAt"> {
  const life = "life" in state ? state.life : undefined;
  return life?.expiresAt === undefined ? { state: state.status } : { state: state.status, expiresAt: life.expiresAt };
}
