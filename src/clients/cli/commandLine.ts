// What may be written after lancedb-auth. Pure: argv in, a command out, or a UsageError that says what is wrong.
import { parseArgs } from "node:util";
import { formats, type Format } from "./formats.ts";

export interface Options {
  readonly connection?: string | undefined;
  readonly uri?: string | undefined;
}

export type CommandLine = Options &
  (
    | { readonly command: "help" }
    | { readonly command: "token" }
    | { readonly command: "headers"; readonly format: Format; readonly expires: boolean }
    | { readonly command: "exec"; readonly env: string; readonly program: readonly string[] }
    | GatewayLine
    | IssuerLine
    | { readonly command: "status" | "connections"; readonly json: boolean }
  );

export interface GatewayLine extends Options {
  readonly command: "gateway";
  readonly port: number;
  readonly bind: string | undefined;
  readonly ticketFile: string | undefined;
  readonly readOnly: boolean;
  /** The variables that hold the gateway's URL. */
  readonly env: readonly string[];
  /** Empty where it is to live until it is stopped. */
  readonly program: readonly string[];
}

export interface IssuerLine extends Options {
  readonly command: "issuer";
  readonly port: number;
  /** What the names of its variables begin with. */
  readonly env: string;
  readonly program: readonly string[];
}

export class UsageError extends Error {
  override readonly name = "UsageError";
}

export const usage = `Usage: lancedb-auth <command> [options]

The headers of the LanceDB connection that this VS Code window is signed in to.

Commands:
  token                        print the access token
  headers [--format FORMAT]    print the headers: plain, json, curl (for curl
                               --config -), env, duckdb, adbc,
                               kubernetes-exec, git-credential
  exec [--env NAME] -- command run with the token in NAME (else LANCEDB_TOKEN)
  gateway [-- command]         a URL that adds the headers, until Ctrl-C, or for
                               the command: in LANCEDB_HOST, LANCEDB_GATEWAY_URL
  issuer [-- command]          an OAuth issuer, in LANCEDB_OAUTH_ISSUER_URL,
                               …_TOKEN_URL, …_CLIENT_ID and …_CLIENT_SECRET
  status [--json]              print each connection and whether it is signed in
  connections [--json]         print the names of the connections

Options:
  --connection NAME            another connection than the folder's active one
  --uri db://NAME              the connection of that database
  --expires                    of headers: also when they end
  --port N                     of gateway and issuer; else a free one
  --env NAME                   another variable, of the gateway also several;
                               of the issuer what its variables begin with
  --read-only                  the gateway refuses whatever writes
  --ticket-file FILE           keeps the gateway's ticket, for other programs
  --bind ADDRESS               the gateway for containers: says what it opens
  -h, --help                   print this

Exit codes:
  0  done                      3  no VS Code window answers
  1  failed                    4  somebody has to sign in, or unlock, in VS Code
  2  wrong usage               5  there is no such connection
  a command's own code is passed on (126 not runnable, 127 not found)

Examples:
  lancedb-auth headers --curl | curl --config - https://host/v1/table/
  lancedb-auth exec --env TOKEN -- ./my-program
  lancedb-auth gateway -- sh -c 'curl $LANCEDB_HOST/v1/table/'
`.trimEnd();

/** Throws UsageError. */
export function parseCommandLine(argv: readonly string[]): CommandLine {
  const dashes = argv.indexOf("--");
  const own = dashes === -1 ? argv : argv.slice(0, dashes);
  const program = dashes === -1 ? [] : argv.slice(dashes + 1);
  const { values, positionals } = parseOptions(own);
  const [command, ...rest] = positionals;
  const options = { connection: values.connection, uri: values.uri };
  if (values.help || command === undefined || command === "help") return { command: "help", ...options };
  if (command === "exec") return exec(options, values.env.at(-1), [...rest, ...program]);
  if (command === "gateway") return gateway(options, values, [...rest, ...program]);
  if (command === "issuer") return issuer(options, values, [...rest, ...program]);
  if (rest.length > 0 || program.length > 0)
    throw new UsageError(`"${[...rest, ...program].join(" ")}" is too much. See lancedb-auth --help.`);
  switch (command) {
    case "token":
      return { command, ...options };
    case "headers":
      return { command, ...options, format: formatOf(values), expires: values.expires };
    case "status":
    case "connections":
      return { command, ...options, json: values.json };
    default:
      throw new UsageError(`"${command}" is not a command. See lancedb-auth --help.`);
  }
}

function formatOf({ format, curl, json }: Values): Format {
  if (format === undefined) return curl ? "curl" : json ? "json" : "plain";
  const known = formats.find((each) => each === format);
  if (known === undefined) throw new UsageError(`"${format}" is not a format: ${formats.join(", ")} are.`);
  return known;
}

function exec(options: Options, env: string | undefined, program: readonly string[]): CommandLine {
  if (program.length === 0) throw new UsageError("exec needs a command after --. See lancedb-auth --help.");
  return { command: "exec", ...options, env: variable(env ?? "LANCEDB_TOKEN"), program };
}

type Values = ReturnType<typeof parseOptions>["values"];

function gateway(options: Options, values: Values, program: readonly string[]): GatewayLine {
  const env = values.env.length === 0 ? ["LANCEDB_HOST", "LANCEDB_GATEWAY_URL"] : values.env.map(variable);
  const { bind, "ticket-file": ticketFile, "read-only": readOnly } = values;
  return { command: "gateway", ...options, port: port(values.port), bind, ticketFile, readOnly, env, program };
}

function issuer(options: Options, values: Values, program: readonly string[]): IssuerLine {
  const env = variable(values.env.at(-1) ?? "LANCEDB_OAUTH");
  return { command: "issuer", ...options, port: port(values.port), env, program };
}

function variable(name: string): string {
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) throw new UsageError(`"${name}" cannot be an environment variable.`);
  return name;
}

/** 0 is a free one. */
function port(text = "0"): number {
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65535) throw new UsageError(`"${text}" is not a port.`);
  return Number(text);
}

function parseOptions(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        connection: { type: "string" },
        uri: { type: "string" },
        env: { type: "string", multiple: true, default: [] },
        port: { type: "string" },
        bind: { type: "string" },
        "ticket-file": { type: "string" },
        "read-only": { type: "boolean", default: false },
        json: { type: "boolean", default: false },
        curl: { type: "boolean", default: false },
        format: { type: "string" },
        expires: { type: "boolean", default: false },
        help: { type: "boolean", short: "h", default: false },
      },
    });
  } catch (error) {
    const [first = ""] = (error instanceof Error ? error.message : String(error)).split(". ");
    throw new UsageError(`${first}. See lancedb-auth --help.`);
  }
}
