// Reads and writes the extension's settings. Connections are written at machine scope and never hold a secret.
import * as vscode from "vscode";
import { settingIds, settingsSection } from "../ids.ts";
import { parseConnection, type Connection } from "../oauth/connection.ts";
import { AuthError, plainText } from "../oauth/errors.ts";
import { connectionsFrom, entriesFrom, entriesWithout, nameOf, type SavedConnections } from "./savedConnections.ts";

/** An entry of the setting as it stands in settings.json. */
export type ConnectionEntry = Readonly<Record<string, unknown>>;

/** Programs for which a connect call is completed without their doing. */
export const autoConnectChoices = ["both", "python", "node", "off"] as const;
export type AutoConnect = (typeof autoConnectChoices)[number];

/** Only what the machine says counts: a workspace cannot define a connection. */
export function readConnections(): SavedConnections {
  const { remarks, ...found } = connectionsFrom(savedValue());
  return { ...found, remarks: [...remarks, ...wrongChoices(), ...unknownSelection(found.connections)] };
}

/** Settings of the wrong type count as if they were not there. */
function wrongChoices(): readonly string[] {
  const isOnOrOff = (value: unknown): boolean => typeof value === "boolean";
  const isChoice = (value: unknown): boolean => autoConnectChoices.some((choice) => choice === value);
  const wanted: readonly (readonly [string, (value: unknown) => boolean])[] = [
    [settingIds.terminalEnabled, isOnOrOff],
    [settingIds.notebookEnabled, isOnOrOff],
    [settingIds.extensionProgramsEnabled, isOnOrOff],
    [settingIds.findByFolder, isOnOrOff],
    [settingIds.autoConnect, isChoice],
    [settingIds.agents, (value) => agentPolicies.some((policy) => policy === value)],
    [settingIds.activeConnection, (value) => typeof value === "string"],
  ];
  return wanted
    .filter(([name, fits]) => !fits(section().get<unknown>(name)))
    .map(([name]) => `${settingsSection}.${name} has a value that it cannot have; its default is used`);
}

function unknownSelection(connections: readonly Connection[]): readonly string[] {
  const selected = selectedConnection();
  if (selected === undefined || connections.some(({ name }) => name === selected)) return [];
  return [`no connection is named "${plainText(selected)}", which is selected; the first one is used`];
}

/** The entry that a connection was read from, with whatever else stands in it. */
export function entryOf(name: string): ConnectionEntry | undefined {
  const found = entriesFrom(savedValue()).find((entry) => nameOf(entry) === name);
  return typeof found === "object" && found !== null ? Object.fromEntries(Object.entries(found)) : undefined;
}

/** Replaces the entry of that name where it stands, or appends. */
export async function saveEntry(entry: ConnectionEntry, replaces: string | undefined): Promise<void> {
  parseConnection(entry);
  const entries = entriesFrom(savedValue());
  const at = replaces === undefined ? -1 : entries.findIndex((other) => nameOf(other) === replaces);
  await writeEntries(at === -1 ? [...entries, entry] : entries.with(at, entry));
}

export async function removeEntry(name: string): Promise<void> {
  await writeEntries(entriesWithout(entriesFrom(savedValue()), name));
}

/** What the workspace and its folders suggest, never what the machine says; as it stands there. */
export function readSuggested(): readonly unknown[] {
  const folders = (vscode.workspace.workspaceFolders ?? []).map(({ uri }) => uri);
  const found = [
    section().inspect<unknown>(settingIds.suggestedConnections)?.workspaceValue,
    ...folders.map((uri) => section(uri).inspect<unknown>(settingIds.suggestedConnections)?.workspaceFolderValue),
  ];
  const entries = found.flatMap((value): unknown[] => (Array.isArray(value) ? value : []));
  // In a single folder both scopes are one file.
  return [...new Map(entries.map((entry) => [JSON.stringify(entry), entry])).values()];
}

/** The name that this folder, or else the window, has selected. */
export function selectedConnection(folder?: vscode.Uri): string | undefined {
  const selected = section(folder).get<unknown>(settingIds.activeConnection);
  return typeof selected === "string" && selected !== "" ? selected : undefined;
}

/** Selects for the folder, else for the workspace where one is open, else for every window. */
export async function selectConnection(name: string, folder?: vscode.Uri): Promise<void> {
  if (folder !== undefined) {
    await section(folder).update(settingIds.activeConnection, name, vscode.ConfigurationTarget.WorkspaceFolder);
    return;
  }
  const open = vscode.workspace.workspaceFolders !== undefined && vscode.workspace.isTrusted;
  const target = open ? vscode.ConfigurationTarget.Workspace : vscode.ConfigurationTarget.Global;
  await section().update(settingIds.activeConnection, name, target);
}

/** The folder of the file that is looked at, where a workspace has several. */
export function currentFolder(): string | undefined {
  if ((vscode.workspace.workspaceFolders ?? []).length < 2) return undefined;
  const uri = vscode.window.activeTextEditor?.document.uri ?? vscode.window.activeNotebookEditor?.notebook.uri;
  return uri === undefined ? undefined : vscode.workspace.getWorkspaceFolder(uri)?.uri.fsPath;
}

/** Where user code is reached, and in which languages. */
export function readPlaces(): {
  readonly terminals: boolean;
  readonly notebooks: boolean;
  readonly extensionPrograms: boolean;
  readonly findByFolder: boolean;
  readonly autoConnect: AutoConnect;
} {
  const isOn = (name: string): boolean => section().get<unknown>(name) !== false;
  return {
    terminals: isOn(settingIds.terminalEnabled),
    notebooks: isOn(settingIds.notebookEnabled),
    extensionPrograms: isOn(settingIds.extensionProgramsEnabled),
    findByFolder: isOn(settingIds.findByFolder),
    autoConnect: autoConnect(),
  };
}

function autoConnect(): AutoConnect {
  const wanted = section().get<unknown>(settingIds.autoConnect);
  return autoConnectChoices.find((choice) => choice === wanted) ?? "both";
}

/** What programs that an agent runs are given; auto: allowed, save for production, where a person is asked. */
export const agentPolicies = ["auto", "allow", "ask", "never"] as const;

export function agentPolicy(): (typeof agentPolicies)[number] {
  const wanted = section().get<unknown>(settingIds.agents);
  return agentPolicies.find((policy) => policy === wanted) ?? "auto";
}

/** Whether connect calls are marked in the code. */
export function marksCode(): boolean {
  return section().get<unknown>(settingIds.codeLensEnabled) !== false;
}

/** VS Code's own setting. */
export function proxy(): string | undefined {
  return vscode.workspace.getConfiguration("http").get<string>("proxy");
}

export function onDidChangeSettings(listener: () => void): vscode.Disposable {
  return vscode.workspace.onDidChangeConfiguration((event) => {
    if (event.affectsConfiguration(settingsSection)) listener();
  });
}

function savedValue(): unknown {
  return section().inspect<unknown>(settingIds.connections)?.globalValue;
}

async function writeEntries(entries: readonly unknown[]): Promise<void> {
  try {
    await section().update(settingIds.connections, entries, vscode.ConfigurationTarget.Global);
  } catch (error) {
    // VS Code refuses to write into a settings.json with syntax errors or unsaved changes, and says so itself.
    throw new AuthError("invalid_configuration", {
      cause: error,
      detail: vscode.l10n.t("settings.json cannot be written; correct and save it"),
    });
  }
}

function section(folder?: vscode.Uri): vscode.WorkspaceConfiguration {
  return vscode.workspace.getConfiguration(settingsSection, folder);
}
