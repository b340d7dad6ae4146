// A connection that a workspace suggests: which entries can be one, and what a person reads before saying yes. Pure. Everything in it was
// written by whoever wrote the repository: it is shown in full, as plain text, and never replaces what the person has.
import * as l10n from "@vscode/l10n";
import { hostOf, parseConnection, tokenOwner, type Connection } from "../oauth/connection.ts";
import { AuthError, plainText } from "../oauth/errors.ts";
import { flowName } from "../messages/flowNames.ts";
import type { ConnectionEntry } from "../settings/settings.ts";

export interface Suggestion {
  readonly connection: Connection;
  /** What is written into the machine's settings after a yes. */
  readonly entry: ConnectionEntry;
}

/** What does not fit whole on the screen cannot be agreed to. */
const longestText = 200;

/** Throws AuthError invalid_configuration. */
export function readSuggestion(value: unknown): Suggestion {
  const connection = parseConnection(value);
  if (connection.clientKeyFile !== undefined) throw refused(connection.name, "names a key file of this machine");
  if (connection.tokenFile !== undefined) throw refused(connection.name, "names a token file of this machine");
  if (connection.allowInsecureHost === true) throw refused(connection.name, "would send its token without encryption");
  if (connection.mcpUrl !== undefined)
    throw refused(connection.name, "names an MCP server, which would get its token as well");
  if (connection.flow === "command") throw refused(connection.name, "would run a command");
  if (connection.consent !== undefined || connection.agentScopes !== undefined)
    throw refused(connection.name, "would decide who is asked");
  const known = Object.keys(connection);
  const fields = typeof value === "object" && value !== null ? Object.entries(value) : [];
  const entry: ConnectionEntry = Object.fromEntries(fields.filter(([field]) => known.includes(field)));
  for (const text of textsIn(entry)) {
    if (text.length > longestText) throw refused(connection.name, "has a text that is too long to be shown");
    if (plainText(text) !== text) throw refused(connection.name, "has a text that cannot be shown as it is");
  }
  return { connection, entry };
}

function refused(name: string, why: string): AuthError {
  return new AuthError("invalid_configuration", { detail: `the suggested connection "${name}" ${why}` });
}

function textsIn(value: unknown): readonly string[] {
  if (typeof value === "string") return [value];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => [key, ...textsIn(item)]);
}

/** The same for the same content, whoever suggests it. */
export async function fingerprint({ entry }: Suggestion): Promise<string> {
  const content = JSON.stringify(Object.entries(entry).toSorted(([one], [other]) => (one < other ? -1 : 1)));
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(content));
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** How a suggestion stands to the connections that are there. */
export type Standing =
  | { readonly state: "new"; readonly sharesWith?: string }
  /** One of that name is there already, pointing to the same place or elsewhere: it stays as it is. */
  | { readonly state: "there" | "taken" };

export function standingOf({ connection }: Suggestion, present: readonly Connection[]): Standing {
  const namesake = present.find(({ name }) => name === connection.name);
  if (namesake !== undefined) return { state: placeOf(namesake) === placeOf(connection) ? "there" : "taken" };
  const sharing = present.find((each) => tokenOwner(each) === tokenOwner(connection));
  if (sharing === undefined || serversOf(sharing) === serversOf(connection)) return { state: "new" };
  return { state: "new", sharesWith: sharing.name };
}

function placeOf(connection: Connection): string {
  return JSON.stringify([connection.uri, serversOf(connection), connection.flow, tokenOwner(connection)]);
}

function serversOf(connection: Connection): string {
  return JSON.stringify([new URL(hostOf(connection)).href, connection.sqlHostOverride ?? null]);
}

/** Plain text for a modal dialog. An address is shown as it is reached: other scripts in its host as punycode. */
export function detailOf({ connection }: Suggestion, standing: Standing): string {
  const { uri, issuerUrl, tokenUrl, clientId, flow, scopes, audience, resource, extraParameters } = connection;
  const address = (url: string | undefined): string | undefined => (url === undefined ? undefined : new URL(url).href);
  const extra = Object.entries(extraParameters).map(([name, value]) => `${name}=${value}`);
  const rows: readonly (readonly [string, string | undefined])[] = [
    [l10n.t("Database"), uri],
    [l10n.t("Server"), address(hostOf(connection))],
    [l10n.t("SQL server"), address(connection.sqlHostOverride)],
    [l10n.t("Issuer"), address(issuerUrl)],
    [l10n.t("Token URL"), address(tokenUrl)],
    [l10n.t("Client"), clientId === "" ? undefined : clientId],
    [l10n.t("Sign-in"), flowName(flow)],
    [l10n.t("Account provider"), connection.providerId],
    [l10n.t("Scopes"), scopes.length === 0 ? undefined : scopes.join(" ")],
    [l10n.t("Audience"), audience],
    [l10n.t("Resource"), resource],
    [l10n.t("Parameters"), extra.length === 0 ? undefined : extra.join(", ")],
  ];
  const shares = "sharesWith" in standing ? standing.sharesWith : undefined;
  return [
    ...rows.flatMap(([label, value]) => (value === undefined ? [] : [`${label}: ${value}`])),
    "",
    ...(shares === undefined
      ? []
      : [l10n.t("It uses the sign-in of your connection “{0}”: this server would get that token.", shares)]),
    l10n.t(
      "You sign in at the issuer, and your programs send their tokens to the server. Add it only if you know both.",
    ),
  ].join("\n");
}
