// The answer of the window in the words of those who have words of their own for it. Pure: no token leaves this file but as text for
// standard output.
import type { HeadersReply } from "../../broker/protocol.ts";
import { hostOf, databaseOf, sqlHostOf } from "./place.ts";

export const formats = ["plain", "json", "curl", "env", "duckdb", "adbc", "kubernetes-exec", "git-credential"] as const;

export type Format = (typeof formats)[number];

/** @param expires tells when the credential ends as well, where it does */
export function formatReply(reply: HeadersReply, format: Format, expires: boolean): string {
  const at = expires && reply.expiresAt !== undefined ? new Date(reply.expiresAt) : undefined;
  return writers[format](reply, at);
}

export function tokenOf({ headers }: HeadersReply): string {
  const key = headers["x-api-key"];
  return key ?? (headers["authorization"] ?? "").replace(/^Bearer /, "");
}

type Writer = (reply: HeadersReply, at: Date | undefined) => string;

const writers: Readonly<Record<Format, Writer>> = {
  plain: (reply, at) => [...lines(reply, ": "), ...comment("# ", at)].join("\n"),
  json: ({ headers }, at) => JSON.stringify(at === undefined ? headers : { headers, expiresAt: at.toISOString() }),
  /** A file for `curl --config -`, so that no token is ever on a command line. */
  curl: ({ headers }, at) =>
    [
      ...comment("# ", at),
      ...Object.entries(headers).map(([name, value]) => `header = ${quoted(`${name}: ${value}`)}`),
    ].join("\n"),
  /** For a shell's `eval`, and for files of variables. */
  env: (reply, at) =>
    Object.entries({
      LANCEDB_URI: reply.connection.uri,
      LANCEDB_HOST: hostOf(reply.connection),
      LANCEDB_TOKEN: tokenOf(reply),
      ...(at === undefined ? {} : { LANCEDB_TOKEN_EXPIRES_AT: at.toISOString() }),
    })
      .map(([name, value]) => `${name}='${value.replaceAll("'", "'\\''")}'`)
      .join("\n"),
  duckdb,
  adbc,
  /** ExecCredential (kubernetes.io, client.authentication.k8s.io/v1), which has the end always. */
  "kubernetes-exec": (reply) =>
    JSON.stringify({
      apiVersion: "client.authentication.k8s.io/v1",
      kind: "ExecCredential",
      status: { token: tokenOf(reply), ...endOf(reply, "expirationTimestamp", (date) => date.toISOString()) },
    }),
  /** What git asks a credential helper for (git-credential(1)), which has the end always. */
  "git-credential": (reply) =>
    Object.entries({
      username: "lancedb-auth",
      password: tokenOf(reply),
      ...endOf(reply, "password_expiry_utc", (date) => String(Math.floor(date.getTime() / 1000))),
    })
      .map(([name, value]) => `${name}=${value}`)
      .join("\n"),
};

/** A statement for DuckDB's extension `lance`. */
function duckdb(reply: HeadersReply, at: Date | undefined): string {
  const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;
  const { connection, headers } = reply;
  const credential = headers["x-api-key"] === undefined ? "BEARER_TOKEN" : "API_KEY";
  const options = [
    "TYPE LANCE",
    `ENDPOINT ${literal(hostOf(connection))}`,
    `${credential} ${literal(tokenOf(reply))}`,
    ...(connection.hostOverride === undefined
      ? []
      : [`HEADER ${literal(`x-lancedb-database=${databaseOf(connection)}`)}`]),
  ];
  return [...comment("-- ", at), `ATTACH '$' AS lancedb (${options.join(", ")});`].join("\n");
}

/** The options of ADBC's driver for Flight SQL. */
function adbc(reply: HeadersReply, at: Date | undefined): string {
  const { connection, headers } = reply;
  const { authorization, ...others } = headers;
  const server = sqlHostOf(connection);
  const options = {
    ...(server === undefined ? {} : { uri: server.replace(/^http:/, "grpc:").replace(/^https:/, "grpc+tls:") }),
    ...(authorization === undefined ? {} : { "adbc.flight.sql.authorization_header": authorization }),
    ...Object.fromEntries(
      Object.entries({ ...others, "x-lancedb-database": databaseOf(connection) }).map(([name, value]) => [
        `adbc.flight.sql.rpc.call_header.${name}`,
        value,
      ]),
    ),
  };
  return JSON.stringify(at === undefined ? options : { options, expiresAt: at.toISOString() });
}

function lines({ headers }: HeadersReply, between: string): string[] {
  return Object.entries(headers).map(([name, value]) => `${name}${between}${value}`);
}

function comment(mark: string, at: Date | undefined): string[] {
  return at === undefined ? [] : [`${mark}expires ${at.toISOString()}`];
}

function endOf(
  { expiresAt }: HeadersReply,
  name: string,
  write: (date: Date) => string,
): Readonly<Record<string, string>> {
  return expiresAt === undefined ? {} : { [name]: write(new Date(expiresAt)) };
}

function quoted(text: string): string {
  return `"${text.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;
}
