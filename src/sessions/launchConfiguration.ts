// Reads a launch configuration of the Python and Node debuggers: which of our variables does its program lack, and which does the
// user give it? Pure.
import { changedVariables, type EnvironmentChange, type Variables } from "./environment.ts";

export interface Launch {
  readonly env: Variables;
  /** A file of variables; those of env win. */
  readonly envFile?: string;
  /** How its debugger is told that a variable is not to be there; Python's knows only texts. */
  readonly absent: "" | null;
  /** What the program does not get from its terminal, beside what the user gives it: that takes the terminal's place. Absent: everything. */
  readonly lacks?: ReadonlySet<string>;
}

/** Undefined for an attachment. */
export function launchOf(configuration: Readonly<Record<string, unknown>>): Launch | undefined {
  const { type, request, console, env, envFile } = configuration;
  if (request !== "launch") return undefined;
  const isPython = type === "python" || type === "debugpy";
  const place = typeof console === "string" ? console : isPython ? "integratedTerminal" : "internalConsole";
  const isInTerminal = place === "integratedTerminal";
  return {
    env: variablesOf(env),
    absent: isPython ? "" : null,
    ...(typeof envFile === "string" && envFile !== "" ? { envFile } : {}),
    // Node's debugger types its own NODE_OPTIONS before the program, over the terminal's.
    ...(isInTerminal ? { lacks: new Set(isPython ? [] : ["NODE_OPTIONS"]) } : {}),
  };
}

/** The env of the configuration with the changes made; a variable whose value in the file is not plain is left alone. */
export function completedEnv(
  { env, lacks }: Pick<Launch, "env" | "lacks">,
  envFileText: string,
  changes: ReadonlyMap<string, EnvironmentChange>,
  inherited: Variables,
  platform: NodeJS.Platform = process.platform,
): Variables {
  const ofFile = readEnvFile(envFileText);
  const given = { ...ofFile, ...env };
  const made = [...changes].filter(
    ([name]) => (lacks === undefined || lacks.has(name) || name in given) && given[name] !== unclear,
  );
  return { ...env, ...changedVariables(new Map(made), given, inherited, platform) };
}

/** No variable can hold it. */
const unclear = "\0";

/** NAME=value, NAME="value", export NAME=value; the debuggers differ in what they make of $, of escapes and of several lines. */
function readEnvFile(text: string): Readonly<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const line of text.split(/\r?\n/)) {
    const [, name, written = ""] = /^\s*(?:export\s+)?([\w.-]+)\s*=\s*(.*?)\s*$/.exec(line) ?? [];
    if (name === undefined) continue;
    const [, quote, value = written] = /^(["'])(.*)\1$/.exec(written) ?? [];
    const plain = !/["'$#]/.test(value) && !(quote === '"' && value.includes("\\"));
    found[name] = plain ? value : unclear;
  }
  return found;
}

/** Numbers and the like count as the debuggers count them: as text. */
function variablesOf(env: unknown): Variables {
  if (typeof env !== "object" || env === null) return {};
  const variables: Record<string, string | null> = {};
  for (const [name, value] of Object.entries<unknown>({ ...env })) {
    if (value === null || typeof value === "string") variables[name] = value;
    else if (typeof value === "number" || typeof value === "boolean") variables[name] = String(value);
  }
  return variables;
}
