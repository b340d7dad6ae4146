// What the user configured, read from settings and checked field by field. Pure.
import * as l10n from "@vscode/l10n";
import {
  checked,
  flag,
  invalid,
  oneOf,
  optionalText,
  port,
  present,
  record,
  seconds,
  text,
  textRecord,
  texts,
  type Problem,
} from "./fields.ts";
import { purposeOf, type Purpose } from "./purpose.ts";
import { asHttp } from "./sqlHost.ts";
import { printedLifeSeconds, usualLifeSeconds } from "./token.ts";
import { problemWithFilePath, serviceFieldsOf, type ServiceFields } from "./serviceFields.ts";

export const clientAuthentications = [
  "basic",
  "post",
  "json",
  "client_secret_jwt",
  "private_key_jwt",
  "token_file",
  "none",
] as const;
export type ClientAuthentication = (typeof clientAuthentications)[number];

export const flows = [
  "client_credentials",
  "authorization_code",
  "device_code",
  "api_key",
  "vscode",
  "command",
  "azure_managed_identity",
  "token_exchange",
] as const;
export type Flow = (typeof flows)[number];

/** Flows that ask an authorization server, and so need an issuer and a client. */
export function usesIssuer({ flow }: Pick<Connection, "flow">): boolean {
  return flow === "client_credentials" || flow === "token_exchange" || isPersonal({ flow });
}

/** Flows in which a person signs in by a browser; what renews their tokens is a refresh token. */
export function isPersonal({ flow }: Pick<Connection, "flow">): boolean {
  return flow === "authorization_code" || flow === "device_code";
}

/** Flows whose tokens come from something else on this machine, which renews them. */
export function usesSource({ flow }: Pick<Connection, "flow">): boolean {
  return flow === "vscode" || flow === "command" || flow === "azure_managed_identity";
}

/** How long a token of this flow is taken to live where nothing says it, seconds. */
export function assumedLifeSeconds({ flow }: Pick<Connection, "flow">): number {
  return flow === "command" ? printedLifeSeconds : usualLifeSeconds;
}

/** An application on a person's machine can keep no secret (RFC 8252 section 8.4), so it is a public client. */
export function usualAuthentication(flow: Flow): ClientAuthentication {
  return isPersonal({ flow }) || flow === "token_exchange" ? "none" : "basic";
}

export interface Connection extends Purpose, ServiceFields {
  readonly name: string;
  readonly uri: string;
  /** The server's URL (LanceDB Enterprise); headers are given for its origin alone. */
  readonly hostOverride?: string;
  /** LanceDB Cloud's region. */
  readonly region?: string;
  /** The SQL service's URL, where it is not at the port after the server's; headers are given for its origin as well. */
  readonly sqlHostOverride?: string;
  readonly flow: Flow;
  readonly issuerUrl?: string;
  readonly tokenUrl?: string;
  /** Empty where the flow knows no client. */
  readonly clientId: string;
  readonly clientAuthentication: ClientAuthentication;
  /** The absolute path of a PEM or JWK file, for private_key_jwt; without it the key is in the secret storage. */
  readonly clientKeyFile?: string;
  readonly scopes: readonly string[];
  /** The authentication provider of the editor, for the flow vscode. */
  readonly providerId?: string;
  /** For the flow command: a program, by its absolute path or by its name on the PATH, and its arguments; never a shell's line. */
  readonly command?: string;
  readonly args?: readonly string[];
  /** The port that the browser comes back to, for servers that compare it; any free one without it. */
  readonly redirectPort?: number;
  /** Whether a sign-out also opens the issuer's page that ends the session there. */
  readonly endSession?: boolean;
  readonly audience?: string;
  readonly resource?: string;
  /** An MCP server that takes this connection's headers; VS Code offers it to agents. */
  readonly mcpUrl?: string;
  readonly extraParameters: Readonly<Record<string, string>>;
  readonly refreshBufferSeconds: number;
  /** The deadline of each request to the authorization server. */
  readonly timeoutSeconds: number;
}

export const defaultRegion = "us-east-1";

/** Reads one entry of the settings. Throws AuthError invalid_configuration that names the field. */
export function parseConnection(value: unknown): Connection {
  const fields = record(value, l10n.t("a connection"));
  const name = checked(text(fields, "name"), "name", problemWithName);
  const within = (field: string): string => l10n.t('{0} of "{1}"', field, name);
  const optional = (field: string, problem?: Problem): string | undefined => {
    const found = optionalText(fields, field, within);
    return found === undefined || problem === undefined ? found : checked(found, within(field), problem);
  };
  const flow = oneOf(fields["flow"] ?? "client_credentials", flows, within("flow"));
  const clientAuthentication = oneOf(
    fields["clientAuthentication"] ?? usualAuthentication(flow),
    clientAuthentications,
    within("clientAuthentication"),
  );
  const service = serviceFieldsOf(fields, within, flow === "token_exchange" || clientAuthentication === "token_file");
  const problemWithHost = service.allowInsecureHost === true ? problemWithAnyUrl : problemWithUrl;
  const connection: Connection = {
    name,
    uri: checked(text(fields, "uri", within), within("uri"), problemWithUri),
    ...service,
    ...present({
      hostOverride: optional("hostOverride", problemWithHost),
      region: optional("region", problemWithRegion),
      sqlHostOverride: optional("sqlHostOverride", (url) => problemWithHost(asHttp(url))),
      issuerUrl: optional("issuerUrl", problemWithUrl),
      tokenUrl: optional("tokenUrl", problemWithUrl),
      audience: optional("audience"),
      resource: optional("resource"),
      clientKeyFile: optional("clientKeyFile", problemWithFilePath),
      providerId: flow === "vscode" ? (optional("providerId") ?? "microsoft") : undefined,
      command:
        flow === "command"
          ? checked(text(fields, "command", within), within("command"), problemWithCommand)
          : undefined,
      mcpUrl: optional("mcpUrl", problemWithUrl),
    }),
    ...(fields["redirectPort"] === undefined
      ? {}
      : { redirectPort: port(fields["redirectPort"], within("redirectPort")) }),
    ...(flag(fields["endSession"], within("endSession")) ? { endSession: true } : {}),
    ...(flow === "command" ? { args: texts(fields["args"] ?? [], within("args")) } : {}),
    ...purposeOf(fields, within),
    flow,
    clientId: usesIssuer({ flow }) ? text(fields, "clientId", within) : (optional("clientId") ?? ""),
    clientAuthentication,
    scopes: texts(fields["scopes"] ?? [], within("scopes")),
    extraParameters: textRecord(fields["extraParameters"] ?? {}, within("extraParameters")),
    refreshBufferSeconds: seconds(fields["refreshBufferSeconds"] ?? 300, 0, within("refreshBufferSeconds")),
    timeoutSeconds: seconds(fields["timeoutSeconds"] ?? 30, 1, within("timeoutSeconds")),
  };
  refuseWithoutIssuer(connection);
  if (connection.agentScopes !== undefined && !usesIssuer(connection))
    throw invalid(l10n.t('"{0}" has no issuer that could narrow a token: leave agentScopes out', name));
  return connection;
}

function refuseWithoutIssuer(connection: Connection): void {
  const { name, issuerUrl, tokenUrl } = connection;
  if (!usesIssuer(connection) || issuerUrl !== undefined) return;
  if (tokenUrl === undefined) throw invalid(l10n.t('"{0}" needs an issuerUrl or a tokenUrl', name));
  if (isPersonal(connection))
    throw invalid(l10n.t('"{0}" needs an issuerUrl: where to sign in is found by discovery', name));
}

export const problemWithName: Problem = (name) =>
  /^[A-Za-z0-9][A-Za-z0-9 ._-]{0,63}$/.test(name)
    ? undefined
    : l10n.t(
        "A name starts with a letter or digit and holds up to 64 letters, digits, spaces, dots, dashes and underscores.",
      );

export const problemWithUri: Problem = (uri) => {
  if (/^db:\/\/[A-Za-z0-9._-]+$/.test(uri)) return undefined;
  if (!uri.startsWith("db://")) return l10n.t("A remote database URI starts with db://, as in db://my-database.");
  return l10n.t("After db:// comes the database's name: letters, digits, dots, dashes and underscores.");
};

export const problemWithRegion: Problem = (region) =>
  /^[a-z0-9-]{1,40}$/.test(region)
    ? undefined
    : l10n.t("A region holds lower-case letters, digits and dashes, as in us-east-1.");

/** A relative path would mean another program in another folder. */
export const problemWithCommand: Problem = (command) =>
  /^(\/|[A-Za-z]:[\\/])/.test(command) || !/[\\/]/.test(command)
    ? undefined
    : l10n.t("The command is a program on the PATH, or an absolute path.");

/** For every URL that a token or secret is sent to: https, or http on this machine; nothing hidden in it. */
export const problemWithUrl: Problem = (text) => {
  const problem = problemWithAnyUrl(text);
  if (problem !== undefined || isSecure(new URL(text))) return problem;
  return l10n.t("The URL must start with https://; http:// is allowed only for this machine.");
};

/** For a LanceDB server that the person allows to be spoken to without TLS. */
export const problemWithAnyUrl: Problem = (text) => {
  if (!URL.canParse(text)) return l10n.t("This is not a URL; it looks like https://login.example.com/tenant.");
  const url = new URL(text);
  if (url.protocol !== "https:" && url.protocol !== "http:") return l10n.t("The URL starts with https://.");
  if (url.username !== "" || url.password !== "") return l10n.t("Leave user name and password out of the URL.");
  if (url.hash !== "") return l10n.t("Leave the part after # out of the URL.");
  return undefined;
};

/** https, or http to a loopback address. */
export function isSecure(url: URL): boolean {
  if (url.protocol === "https:") return true;
  return url.protocol === "http:" && /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(url.hostname);
}

/** Whether the connection's headers may go there: https, this machine, or its own server where the person has allowed that. */
export function allowsHost(connection: Connection): (url: URL) => boolean {
  const { allowInsecureHost } = connection;
  return (url) => isSecure(url) || (allowInsecureHost === true && url.origin === new URL(hostOf(connection)).origin);
}

/** The server that a connection's headers are for. */
export function hostOf({ uri, hostOverride, region }: Pick<Connection, "uri" | "hostOverride" | "region">): string {
  return hostOverride ?? `https://${databaseOf(uri) ?? ""}.${region ?? defaultRegion}.api.lancedb.com`;
}

/** "name" of "db://name/prefix". */
export function databaseOf(uri: string): string | undefined {
  return /^db:\/\/([^/?#\s]+)/i.exec(uri)?.[1];
}

/** What a stored secret is kept under: where it is sent and for whom, so that no other endpoint can ever get it. */
export function secretOwner(connection: Connection): string {
  const { issuerUrl, tokenUrl, clientId, flow, uri, sqlHostOverride } = connection;
  const server = [new URL(hostOf(connection)).origin, uri, ...(sqlHostOverride === undefined ? [] : [sqlHostOverride])];
  if (flow === "api_key") return JSON.stringify([flow, ...server]);
  if (flow === "vscode") return JSON.stringify([flow, connection.providerId]);
  if (flow === "command") return JSON.stringify([flow, connection.command, connection.args]);
  if (flow === "azure_managed_identity") return JSON.stringify([flow, clientId]);
  // A person's tokens are not the client's own, even where both have one client id.
  return JSON.stringify([tokenUrl ?? issuerUrl, clientId, ...(isPersonal(connection) ? ["person"] : [])]);
}

/** What a token is kept under: connections share one where they would ask for the same. */
export function tokenOwner(connection: Connection): string {
  const { scopes, audience, resource, extraParameters } = connection;
  const asked = [scopes.toSorted(), audience ?? null, resource ?? null, Object.entries(extraParameters).toSorted()];
  const subject = connection.flow === "token_exchange" ? [connection.flow, connection.tokenFile] : [];
  return JSON.stringify([secretOwner(connection), ...asked, ...subject]);
}
