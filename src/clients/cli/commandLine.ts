// What may be written after lancedb-auth. Pure: argv in, a command out, or a UsageError that says what is wrong.
import { parseArgs } from "node:util";

export interface Options {
  readonly connection?: string | undefined;
  readonly uri?: string | undefined;
}

export type CommandLine = Options &
  (
    | { readonly command: "help" }
    | { readonly command: "token" }
    | { readonly command: "headers"; readonly format: "plain" | "json" | "curl" }
    | { readonly command: "exec"; readonly env: string; readonly program: readonly string[] }
    | { readonly command: "status" | "connections"; readonly json: boolean }
  );

export class UsageError extends Error {
  override readonly name = "UsageError";
}

export const usage = `Usage: lancedb-auth <command> [options]

The headers of the LanceDB connection that this VS Code window is signed in to.

Commands:
  token                        print the access token
  headers [--json | --curl]    print the headers; --curl is for curl --config -
  exec [--env NAME] -- command run with the token in NAME (else LANCEDB_TOKEN)
  status [--json]              print each connection and whether it is signed in
  connections [--json]         print the names of the connections

Options:
  --connection NAME            another connection than the folder's active one
  --uri db://NAME              the connection of that database
  -h, --help                   print this

Exit codes:
  0  done                      3  no VS Code window answers
  1  failed                    4  somebody has to sign in, or unlock, in VS Code
  2  wrong usage               5  there is no such connection
  exec ends with the command's code (126 not runnable, 127 not found)

Examples:
  lancedb-auth headers --curl | curl --config - https://host/v1/table/
  lancedb-auth exec --env TOKEN -- ./my-program
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
  if (command === "exec") return exec(options, values.env, [...rest, ...program]);
  if (rest.length > 0 || program.length > 0)
    throw new UsageError(`"${[...rest, ...program].join(" ")}" is too much. See lancedb-auth --help.`);
  switch (command) {
    case "token":
      return { command, ...options };
    case "headers":
      return { command, ...options, format: values.curl ? "curl" : values.json ? "json" : "plain" };
    case "status":
    case "connections":
      return { command, ...options, json: values.json };
    default:
      throw new UsageError(`"${command}" is not a command. See lancedb-auth --help.`);
  }
}

function exec(options: Options, env: string | undefined, program: readonly string[]): CommandLine {
  if (program.length === 0) throw new UsageError("exec needs a command after --. See lancedb-auth --help.");
  const name = env ?? "LANCEDB_TOKEN";
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) throw new UsageError(`"${name}" cannot be an environment variable.`);
  return { command: "exec", ...options, env: name, program };
}

function parseOptions(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        connection: { type: "string" },
        uri: { type: "string" },
        env: { type: "string" },
        json: { type: "boolean", default: false },
        curl: { type: "boolean", default: false },
        help: { type: "boolean", short: "h", default: false },
      },
    });
  } catch (error) {
    const [first = ""] = (error instanceof Error ? error.message : String(error)).split(". ");
    throw new UsageError(`${first}. See lancedb-auth --help.`);
  }
}
