// Reads a launch configuration of the Python and Node debuggers: does its program run outside the integrated terminal, and which
// variables does the user give it? Pure.
import { changedVariables, type EnvironmentChange, type Variables } from "./environment.ts";

export interface Launch {
  readonly env: Variables;
  /** A file of variables; those of env win. */
  readonly envFile?: string;
}

/** Undefined for an attachment, and for a program in the integrated terminal, which gets its variables there. */
export function launchOutsideTerminal(configuration: Readonly<Record<string, unknown>>): Launch | undefined {
  const { type, request, console, env, envFile } = configuration;
  if (request !== "launch") return undefined;
  const usual = type === "python" || type === "debugpy" ? "integratedTerminal" : "internalConsole";
  if ((typeof console === "string" ? console : usual) === "integratedTerminal") return undefined;
  const launch = { env: variablesOf(env) };
  return typeof envFile === "string" && envFile !== "" ? { ...launch, envFile } : launch;
}

/** The env of the configuration with the changes made; a variable whose value in the file is not plain is left alone. */
export function completedEnv(
  { env }: Launch,
  envFileText: string,
  changes: ReadonlyMap<string, EnvironmentChange>,
  inherited: Variables,
  platform: NodeJS.Platform = process.platform,
): Variables {
  const ofFile = readEnvFile(envFileText);
  const left = [...changes].filter(([name]) => name in env || ofFile[name] !== unclear);
  return { ...env, ...changedVariables(new Map(left), { ...ofFile, ...env }, inherited, platform) };
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
