// LanceDB: Diagnose. Asks every part once whether it works, each with its own failure, and changes nothing.
// What needs Node or a broker is handed in; the text is made by diagnosis.ts.
import * as l10n from "@vscode/l10n";
import { hostOf, usesIssuer, type Connection } from "../oauth/connection.ts";
import { asAuthError } from "../oauth/errors.ts";
import type { IssuerFacts } from "../oauth/grants/issuer.ts";
import type { Fetch } from "../oauth/http.ts";
import { databaseHeader, oneTableUrl, requestHeaders } from "../oauth/lancedbRequest.ts";
import { describeToken, type Token } from "../oauth/token.ts";
import type { Account } from "../accounts/accounts.ts";
import { claimsText, clockFinding, proxyFinding, serverFinding, type Fact, type Finding } from "./diagnosis.ts";
import { remedyFor, sentenceFor } from "../messages/failure.ts";
import { flowName } from "../messages/flowNames.ts";
import { durationText } from "../messages/durations.ts";

export interface DiagnoseParts {
  readonly active: () => Account | undefined;
  /** One sentence for each entry of the settings that cannot be used. */
  readonly problems: () => readonly string[];
  readonly discover: (issuerUrl: string) => Promise<IssuerFacts>;
  readonly fetch: Fetch;
  /** Stores, reads and deletes a value of no meaning; rejects where that fails. */
  readonly probeSecretStorage: () => Promise<void>;
  readonly hasSecret: (connection: Connection) => Promise<boolean>;
  /** Broker, terminals, hooks. */
  readonly sessions: () => Promise<readonly Finding[]>;
  readonly proxy: () => string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
}

const deadlineMs = 10_000;

export async function findings(parts: DiagnoseParts): Promise<readonly Finding[]> {
  const account = parts.active();
  const keyring = guarded(l10n.t("Keyring"), () => keyringFinding(parts, account?.connection));
  const sessions = parts.sessions().catch((error: unknown) => [failed(l10n.t("Sessions"), error)]);
  const ofConnection = account === undefined ? [] : connectionFindings(parts, account);
  const found = await Promise.all([...ofConnection, keyring]);
  const hosts = account === undefined ? [] : [new URL(hostOf(account.connection)).host];
  return [
    connectionFinding(parts, account),
    ...found,
    ...(await sessions),
    proxyFinding(parts.proxy(), parts.env, hosts),
  ];
}

export function factsOf(account: Account | undefined): readonly Fact[] {
  if (account === undefined) return [];
  const { name, uri, issuerUrl, tokenUrl, clientId, clientAuthentication, scopes, audience } = account.connection;
  const isOAuth = usesIssuer(account.connection);
  const known: readonly (readonly [string, string | undefined])[] = [
    [l10n.t("Connection"), `${name}, ${uri}`],
    [l10n.t("Flow"), account.connection.flow],
    [l10n.t("Issuer"), issuerUrl],
    [l10n.t("Token URL"), tokenUrl],
    [l10n.t("Client"), isOAuth ? l10n.t("{0}, authenticated by {1}", clientId, clientAuthentication) : undefined],
    [l10n.t("Scopes"), scopes.length > 0 ? scopes.join(" ") : isOAuth ? l10n.t("the server's default") : undefined],
    [l10n.t("Audience"), audience],
  ];
  return known.flatMap(([label, value]) => (value === undefined ? [] : [[label, value] as const]));
}

function connectionFindings(parts: DiagnoseParts, account: Account): readonly Promise<Finding>[] {
  return [
    guarded(l10n.t("Issuer"), () => issuerFinding(parts, account.connection)),
    guarded(l10n.t("Token"), async () => tokenFinding(account.connection, await account.provider.token(), Date.now())),
    guarded(l10n.t("Server"), () => listTables(parts, account)),
    guarded(l10n.t("Clock"), () => askForDate(parts, account.connection)),
  ];
}

function connectionFinding({ problems }: DiagnoseParts, account: Account | undefined): Finding {
  const [first] = problems();
  const fix = l10n.t('Correct it in settings.json, or run "LanceDB: Edit Connection".');
  if (first !== undefined) return { what: l10n.t("Connection"), state: "failed", says: first, fix };
  if (account !== undefined)
    return { what: l10n.t("Connection"), state: "ok", says: l10n.t("Its settings are valid.") };
  return {
    what: l10n.t("Connection"),
    state: "failed",
    says: l10n.t("There is none."),
    fix: l10n.t('Run "LanceDB: Add Connection".'),
  };
}

async function issuerFinding({ discover }: DiagnoseParts, { issuerUrl, tokenUrl, flow }: Connection): Promise<Finding> {
  if (issuerUrl === undefined) {
    const says =
      tokenUrl === undefined
        ? l10n.t("{0}: none is needed.", flowName(flow))
        : l10n.t("The token URL is given: {0}.", tokenUrl);
    return { what: l10n.t("Issuer"), state: "skipped", says: l10n.t("{0} Nothing to discover.", says) };
  }
  const facts = await discover(issuerUrl);
  const ways = facts.clientAuthentications.join(", ");
  return {
    what: l10n.t("Issuer"),
    state: "ok",
    says: l10n.t("Its token endpoint is {0}; clients authenticate by {1}.", facts.tokenUrl, ways),
  };
}

function tokenFinding({ flow }: Connection, token: Token, now: number): Finding {
  const { expiresAt } = token;
  const { claims, length } = describeToken(token);
  if (flow === "api_key")
    return { what: l10n.t("Token"), state: "ok", says: l10n.t("It is an API key, {0} characters long.", length) };
  const life =
    expiresAt === undefined
      ? l10n.t("Its expiry is unknown.")
      : l10n.t("It is valid for {0}.", durationText(expiresAt - now));
  return { what: l10n.t("Token"), state: "ok", says: `${life} ${claimsText(claims, length)}` };
}

async function listTables({ fetch }: DiagnoseParts, { connection, provider }: Account): Promise<Finding> {
  const host = hostOf(connection);
  const headers = { ...requestHeaders(connection, await provider.token()), ...databaseHeader(connection) };
  try {
    const signal = AbortSignal.timeout(deadlineMs);
    const reply = await fetch(oneTableUrl(connection), { headers, redirect: "manual", signal });
    await reply.body?.cancel();
    return serverFinding(host, reply.status);
  } catch {
    const fix = l10n.t("Check hostOverride, the network, VPN and proxy.");
    return { what: l10n.t("Server"), state: "failed", says: l10n.t("{0} cannot be reached.", host), fix };
  }
}

async function askForDate({ fetch }: DiagnoseParts, connection: Connection): Promise<Finding> {
  const signal = AbortSignal.timeout(deadlineMs);
  const url = connection.issuerUrl ?? connection.tokenUrl;
  if (url === undefined)
    return { what: l10n.t("Clock"), state: "skipped", says: l10n.t("There is no issuer to compare it with.") };
  const reply = await fetch(new URL(url).origin, { method: "HEAD", redirect: "manual", signal });
  return clockFinding(reply.headers.get("date") ?? undefined, Date.now());
}

async function keyringFinding(parts: DiagnoseParts, connection: Connection | undefined): Promise<Finding> {
  await parts.probeSecretStorage();
  const works = l10n.t("The editor's secret storage keeps and gives back what it is told.");
  if (connection === undefined || !usesIssuer(connection) || connection.clientAuthentication === "none")
    return { what: l10n.t("Keyring"), state: "ok", says: works };
  if (await parts.hasSecret(connection))
    return { what: l10n.t("Keyring"), state: "ok", says: l10n.t("{0} A client secret is stored.", works) };
  const says = l10n.t("{0} It holds no client secret for this issuer and client id.", works);
  return { what: l10n.t("Keyring"), state: "failed", says, fix: l10n.t('Run "LanceDB: Sign In".') };
}

async function guarded(what: string, check: () => Promise<Finding>): Promise<Finding> {
  try {
    return await check();
  } catch (error) {
    return failed(what, error);
  }
}

function failed(what: string, thrown: unknown): Finding {
  const error = asAuthError(thrown);
  return { what, state: "failed", says: sentenceFor(error), fix: remedyFor(error).advice };
}
