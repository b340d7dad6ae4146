// Debug sessions get through their launch configuration what they do not get from a terminal. The user's own values stay behind
// ours, and no launch fails because of us.
import { readFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import * as vscode from "vscode";
import { environmentNames } from "../ids.ts";
import type { ClientFolders } from "./clientFiles.ts";
import { environmentChanges, type SessionPointer, type Variables } from "./environment.ts";
import { completedEnv, launchOf } from "./launchConfiguration.ts";

/** The debuggers of programs that a hook can reach; node-terminal is a terminal, and has its variables from there. */
const types = ["python", "debugpy", "node", "pwa-node"] as const;

/**
 * @param current what terminals are given at the moment of a launch; undefined: nothing
 * @param clients which folders of the host's environment are ours
 */
export function provideToDebugSessions(
  current: () => Promise<SessionPointer | undefined>,
  clients: ClientFolders,
): vscode.Disposable {
  const provider: vscode.DebugConfigurationProvider = {
    resolveDebugConfigurationWithSubstitutedVariables: async (folder, configuration) => {
      try {
        const session = await current();
        if (session === undefined) return withoutPointer(configuration, clients);
        return await completed(withDefaultFile(configuration, folder), session, configuration);
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
function withoutPointer(configuration: vscode.DebugConfiguration, clients: ClientFolders): vscode.DebugConfiguration {
  const launch = launchOf(configuration);
  // Python in the terminal has what the terminal has.
  if (launch === undefined || launch.lacks?.size === 0) return configuration;
  if (process.env[environmentNames.session] === undefined) return configuration;
  const ours = [clients.pythonAutoConnect, clients.pythonExplicit];
  const folders = (process.env["PYTHONPATH"] ?? "").split(delimiter);
  const theirs = folders.filter((each) => !ours.includes(each));
  const path: Variables = theirs.length === folders.length ? {} : { PYTHONPATH: theirs.join(delimiter) };
  return { ...configuration, env: { [environmentNames.session]: launch.absent, ...path, ...launch.env } };
}

/** Python's debugger reads .env of the folder also where nobody has said so; the editor's setting names another. */
function withDefaultFile(
  configuration: vscode.DebugConfiguration,
  folder: vscode.WorkspaceFolder | undefined,
): vscode.DebugConfiguration {
  const isPython = configuration.type === "python" || configuration.type === "debugpy";
  if (!isPython || folder === undefined || configuration["envFile"] !== undefined) return configuration;
  const named = vscode.workspace.getConfiguration("python", folder).get<unknown>("envFile");
  const path = typeof named === "string" && named !== "" ? named : "${workspaceFolder}/.env";
  const envFile = join(path.replaceAll(/\$\{workspaceFolder(?::[^}]*)?\}|\$\{workspaceRoot\}/g, folder.uri.fsPath));
  return { ...configuration, envFile };
}

/** @param configuration what is launched; `read` may name a file of variables beside it */
async function completed(
  read: vscode.DebugConfiguration,
  session: SessionPointer,
  configuration: vscode.DebugConfiguration,
): Promise<vscode.DebugConfiguration> {
  const launch = launchOf(read);
  if (launch === undefined) return configuration;
  // The debugger complains of a file that is missing.
  const envFile = launch.envFile === undefined ? "" : await readFile(launch.envFile, "utf8").catch(() => "");
  const env = completedEnv(launch, envFile, environmentChanges(session), process.env);
  // A program that gets all from its terminal keeps its configuration as it is.
  return Object.keys(env).length === 0 ? configuration : { ...configuration, env };
}
