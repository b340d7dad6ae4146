// Local notebook kernels, and programs that other extensions start: they inherit the extension host's environment, not the terminals'.
// Puts the pointer, a start-up file and Python's hook there, all constant and no secret, and takes them back so that everything is as
// it was. Nothing for Node: NODE_OPTIONS in this environment would reach the editor's own processes.
import { delimiter } from "node:path";
import { environmentNames } from "../ids.ts";
import type { SessionPointer } from "./environment.ts";

export interface HostPlaces {
  /** Python programs that other extensions start: test runners, consoles, servers for agents. */
  readonly extensionPrograms: boolean;
}

/** What the kernels to come find in their environment; undefined: nothing. Can be called as often as it changes. */
export type HostEnvironment = (session: SessionPointer | undefined, places?: HostPlaces) => void;

/** @param env the environment that kernels inherit; debuggers and other children of the host see it as well, which is harmless */
export function hostEnvironment(env: NodeJS.ProcessEnv): HostEnvironment {
  let takeBack = (): void => undefined;
  return (session, places = { extensionPrograms: false }) => {
    takeBack();
    takeBack = session === undefined ? () => undefined : setAll(env, variablesFor(session, places, env));
  };
}

function variablesFor(
  { descriptorPath, clients, autoConnect }: SessionPointer,
  { extensionPrograms }: HostPlaces,
  env: NodeJS.ProcessEnv,
): ReadonlyMap<string, string> {
  const variables = new Map<string, string>([[environmentNames.session, descriptorPath]]);
  if (autoConnect !== "both" && autoConnect !== "python") return variables;
  const own = env[environmentNames.pythonStartup] ?? "";
  variables.set(environmentNames.pythonStartup, clients.pythonStartup);
  // A VS Code that was started from one of our kernels' children may hand down ours.
  if (own !== "" && own !== clients.pythonStartup) variables.set(environmentNames.ownPythonStartup, own);
  if (extensionPrograms) {
    const ours = [clients.pythonAutoConnect, clients.pythonExplicit];
    const theirs = (env["PYTHONPATH"] ?? "").split(delimiter).filter((entry) => entry !== "" && !ours.includes(entry));
    variables.set("PYTHONPATH", [...ours, ...theirs].join(delimiter));
  }
  return variables;
}

/** Answers how to undo it; a value that somebody else has set meanwhile is left alone. */
function setAll(env: NodeJS.ProcessEnv, variables: ReadonlyMap<string, string>): () => void {
  const before = [...variables].map(([name, value]) => ({ name, value, was: env[name] }));
  for (const { name, value } of before) env[name] = value;
  return () => {
    for (const { name, value, was } of before) {
      if (env[name] !== value) continue;
      if (was === undefined) Reflect.deleteProperty(env, name);
      else env[name] = was;
    }
  };
}
