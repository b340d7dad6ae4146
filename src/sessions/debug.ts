// Debug sessions get through their launch configuration what they do not get from a terminal. The user's own values stay behind
// ours, and no launch fails because of us.
import { readFile } from "node:fs/promises";
import * as vscode from "vscode";
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
        return session === undefined ? configuration : await completed(configuration, session);
      } catch {
        return configuration;
      }
    },
  };
  return vscode.Disposable.from(
    ...types.map((type) => vscode.debug.registerDebugConfigurationProvider(type, provider)),
  );
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
