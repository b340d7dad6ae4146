// What the user configured, read from settings and checked field by field. Pure.
import { AuthError } from "./errors.ts";

export const clientAuthentications = ["basic", "post", "json", "none"] as const;
export type ClientAuthentication = (typeof clientAuthentications)[number];

export const flows = ["client_credentials", "authorization_code", "device_code"] as const;
export type Flow = (typeof flows)[number];

/** Flows in which a person signs in by a browser; what renews their tokens is a refresh token. */
export function isPersonal({ flow }: Pick<Connection, "flow">): boolean {
  return flow === "authorization_code" || flow === "device_code";
}

/** An application on a person's machine can keep no secret (RFC 8252 section 8.4), so it is a public client. */
export function usualAuthentication(flow: Flow): ClientAuthentication {
  return isPersonal({ flow }) ? "none" : "basic";
}

export interface Connection {
  readonly name: string;
  /** "db://name" */
  readonly uri: string;
  /** The server's URL (LanceDB Enterprise); headers are given for its origin alone. */
  readonly hostOverride?: string;
  /** LanceDB Cloud's region. */
  readonly region?: string;
  readonly flow: Flow;
  readonly issuerUrl?: string;
  readonly tokenUrl?: string;
  readonly clientId: string;
  readonly clientAuthentication: ClientAuthentication;
  readonly scopes: readonly string[];
  readonly audience?: string;
  readonly resource?: string;
  readonly extraParameters: Readonly<Record<string, string>>;
  readonly refreshBufferSeconds: number;
  /** The deadline of each request to the authorization server. */
  readonly timeoutSeconds: number;
}

export const defaultRegion = "us-east-1";

/** Reads one entry of the settings. Throws AuthError invalid_configuration that names the field. */
export function parseConnection(value: unknown): Connection {
  const fields = record(value, "a connection");
  const name = checked(text(fields, "name"), "name", problemWithName);
  const within = (field: string): string => `${field} of "${name}"`;
  const optional = (field: string, problem?: Problem): string | undefined => {
    const found = optionalText(fields, field, within);
    return found === undefined || problem === undefined ? found : checked(found, within(field), problem);
  };
  const flow = oneOf(fields["flow"] ?? "client_credentials", flows, within("flow"));
  const connection: Connection = {
    name,
    uri: checked(text(fields, "uri", within), within("uri"), problemWithUri),
    ...present({
      hostOverride: optional("hostOverride", problemWithUrl),
      region: optional("region", problemWithRegion),
      issuerUrl: optional("issuerUrl", problemWithUrl),
      tokenUrl: optional("tokenUrl", problemWithUrl),
      audience: optional("audience"),
      resource: optional("resource"),
    }),
    flow,
    clientId: text(fields, "clientId", within),
    clientAuthentication: oneOf(
      fields["clientAuthentication"] ?? usualAuthentication(flow),
      clientAuthentications,
      within("clientAuthentication"),
    ),
    scopes: texts(fields["scopes"] ?? [], within("scopes")),
    extraParameters: textRecord(fields["extraParameters"] ?? {}, within("extraParameters")),
    refreshBufferSeconds: seconds(fields["refreshBufferSeconds"] ?? 300, 0, within("refreshBufferSeconds")),
    timeoutSeconds: seconds(fields["timeoutSeconds"] ?? 30, 1, within("timeoutSeconds")),
  };
  if (connection.issuerUrl === undefined && connection.tokenUrl === undefined) {
    throw invalid(`"${name}" needs an issuerUrl or a tokenUrl`);
  }
  if (connection.issuerUrl === undefined && isPersonal(connection)) {
    throw invalid(`"${name}" needs an issuerUrl: where to sign in is found by discovery`);
  }
  return connection;
}

/** A sentence that says what is wrong with what was typed, or nothing. */
export type Problem = (text: string) => string | undefined;

export const problemWithName: Problem = (name) =>
  /^[A-Za-z0-9][A-Za-z0-9 ._-]{0,63}$/.test(name)
    ? undefined
    : "A name starts with a letter or digit and holds up to 64 letters, digits, spaces, dots, dashes and underscores.";

export const problemWithUri: Problem = (uri) => {
  if (/^db:\/\/[A-Za-z0-9._-]+$/.test(uri)) return undefined;
  if (!uri.startsWith("db://")) return "A remote database URI starts with db://, as in db://my-database.";
  return "After db:// comes the database's name: letters, digits, dots, dashes and underscores.";
};

export const problemWithRegion: Problem = (region) =>
  /^[a-z0-9-]{1,40}$/.test(region)
    ? undefined
    : "A region holds lower-case letters, digits and dashes, as in us-east-1.";

/** For every URL that a token or secret is sent to: https, or http on this machine; nothing hidden in it. */
export const problemWithUrl: Problem = (text) => {
  if (!URL.canParse(text)) return "This is not a URL; it looks like https://login.example.com/tenant.";
  const url = new URL(text);
  if (url.protocol !== "https:" && url.protocol !== "http:") return "The URL starts with https://.";
  if (!isSecure(url)) return "The URL must start with https://; http:// is allowed only for this machine.";
  if (url.username !== "" || url.password !== "") return "Leave user name and password out of the URL.";
  if (url.hash !== "") return "Leave the part after # out of the URL.";
  return undefined;
};

/** https, or http to a loopback address. */
export function isSecure(url: URL): boolean {
  if (url.protocol === "https:") return true;
  return url.protocol === "http:" && /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(url.hostname);
}

/** What a stored secret is kept under: where it is sent and for whom, so that no other endpoint can ever get it. */
export function secretOwner(connection: Connection): string {
  const { issuerUrl, tokenUrl, clientId } = connection;
  // A person's tokens are not the client's own, even where both have one client id.
  return JSON.stringify([tokenUrl ?? issuerUrl, clientId, ...(isPersonal(connection) ? ["person"] : [])]);
}

function invalid(detail: string): AuthError {
  return new AuthError("invalid_configuration", { detail });
}

function checked(value: string, what: string, problem: Problem): string {
  const found = problem(value);
  if (found !== undefined) throw invalid(`${what}: ${found}`);
  return value;
}

function record(value: unknown, what: string): Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw invalid(`${what} must be an object`);
  return Object.fromEntries(Object.entries(value));
}

type Naming = (field: string) => string;

function text(fields: Readonly<Record<string, unknown>>, field: string, within: Naming = (name) => name): string {
  const value = optionalText(fields, field, within);
  if (value === undefined) throw invalid(`${within(field)} is missing`);
  return value;
}

/** An empty text counts as absent. */
function optionalText(fields: Readonly<Record<string, unknown>>, field: string, within: Naming): string | undefined {
  const value = fields[field];
  if (value === undefined || value === "") return undefined;
  if (typeof value !== "string") throw invalid(`${within(field)} must be a text`);
  return value;
}

function texts(value: unknown, what: string): readonly string[] {
  if (!Array.isArray(value)) throw invalid(`${what} must be a list of texts`);
  return value.map((item: unknown) => {
    if (typeof item !== "string" || item === "") throw invalid(`${what} must be a list of texts`);
    return item;
  });
}

function textRecord(value: unknown, what: string): Readonly<Record<string, string>> {
  const entries = Object.entries(record(value, what)).map(([key, item]): [string, string] => {
    if (typeof item !== "string") throw invalid(`${what} must hold texts`);
    return [key, item];
  });
  return Object.fromEntries(entries);
}

function seconds(value: unknown, least: number, what: string): number {
  if (typeof value === "number" && Number.isFinite(value) && value >= least) return value;
  throw invalid(`${what} must be a number of seconds, at least ${String(least)}`);
}

function oneOf<const Choice extends string>(value: unknown, choices: readonly Choice[], what: string): Choice {
  const found = choices.find((choice) => choice === value);
  if (found === undefined) throw invalid(`${what} must be one of ${choices.join(", ")}`);
  return found;
}

/** Without the keys whose value is undefined. */
function present<Key extends string>(fields: Record<Key, string | undefined>): Partial<Record<Key, string>> {
  const kept: Partial<Record<Key, string>> = {};
  for (const key in fields) {
    const value = fields[key];
    if (value !== undefined) kept[key] = value;
  }
  return kept;
}
