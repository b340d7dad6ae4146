// Debug sessions get through their launch configuration what they do not get from a terminal. The user's own values stay behind
// ours, and no launch fails because of us.
import { readFile } from "node:fs/promises";
import * as vscode from "vscode";
import { environmentNames } from "../ids.ts";
import { environmentChanges, type SessionPointer } from "./environment.ts";
import { completedEnv, launchOf } from "./launchConfiguration.ts";

/** The debuggers of programs that a hook can reach; node-terminal is a terminal, and has its variables from there. */
const types = ["python", "debugpy", "node", "pwa-node"] as const;

/** @param current what terminals are given at the moment of a launch; undefined: nothing */
export function provideToDebugSessions(current: () => Promise<SessionPointer | undefined>): vscode.Disposable {
  const provider: vscode.DebugConfigurationProvider = {
    resolveDebugConfigurationWithSubstitutedVariables: async (_, configuration) => {
      try {
        const session = await current();
        return session === undefined ? withoutPointer(configuration) : await completed(configuration, session);
      } catch {
        return configuration;
      }
    },
  };
  return vscode.Disposable.from(
    ...types.map((type) => vscode.debug.registerDebugConfigurationProvider(type, provider)),
  );
}

/** Notebook kernels have the pointer from the host's environment, which debuggers hand down as well: not to a program that is to have none. */
function withoutPointer(configuration: vscode.DebugConfiguration): vscode.DebugConfiguration {
  const launch = launchOf(configuration);
  if (launch === undefined || process.env[environmentNames.session] === undefined) return configuration;
  return { ...configuration, env: { [environmentNames.session]: launch.absent, ...launch.env } };
}

async function completed(
  configuration: vscode.DebugConfiguration,
  session: SessionPointer,
): Promise<vscode.DebugConfiguration> {
  const launch = launchOf(configuration);
  if (launch === undefined) return configuration;
  // The debugger complains of a file that is missing.
  const envFile = launch.envFile === undefined ? "" : await readFile(launch.envFile, "utf8").catch(() => "");
  return { ...configuration, env: completedEnv(launch, envFile, environmentChanges(session), process.env) };
}
