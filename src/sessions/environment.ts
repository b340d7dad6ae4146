// What the environment of a place where user code runs must say: one constant pointer to the broker, and the folders of the client
// files. Pure: the terminal and debug sessions both take it from here. Never a secret.
import { posix, win32 } from "node:path";
import { environmentNames } from "../ids.ts";
import type { ClientFolders } from "./clientFiles.ts";

export interface SessionPointer {
  readonly descriptorPath: string;
  readonly clients: ClientFolders;
  readonly autoConnect: "both" | "python" | "node" | "off";
}

export interface EnvironmentChange {
  readonly how: "replace" | "prepend";
  /** For prepend with what separates it from the value that was there. */
  readonly value: string;
}

/** By variable; constant, so that open terminals keep working and no relaunch warning appears. */
export function environmentChanges(
  { descriptorPath, clients, autoConnect }: SessionPointer,
  platform: NodeJS.Platform = process.platform,
): ReadonlyMap<string, EnvironmentChange> {
  const delimiter = delimiterOf(platform);
  const python = autoConnect === "both" || autoConnect === "python";
  const node = autoConnect === "both" || autoConnect === "node";
  const pythonFolders = python ? [clients.pythonAutoConnect, clients.pythonExplicit] : [clients.pythonExplicit];
  const nodeOption = node ? clients.nodeOption : clients.nodeExplicitOption;
  return new Map<string, EnvironmentChange>([
    [environmentNames.session, { how: "replace", value: descriptorPath }],
    ["PATH", { how: "prepend", value: clients.bin + delimiter }],
    ["PYTHONPATH", { how: "prepend", value: pythonFolders.map((folder) => folder + delimiter).join("") }],
    ["NODE_OPTIONS", { how: "prepend", value: `${nodeOption} ` }],
  ]);
}

/** A variable that is taken away is null, as in a launch configuration. */
export type Variables = Readonly<Record<string, string | null | undefined>>;

/**
 * The variables that the changes give a value, with that value; what the user has there is kept behind it.
 * @param own what the user gives the program
 * @param inherited what the program gets beside that; read only where the user says nothing
 */
export function changedVariables(
  changes: ReadonlyMap<string, EnvironmentChange>,
  own: Variables,
  inherited: Variables,
  platform: NodeJS.Platform = process.platform,
): Readonly<Record<string, string>> {
  const changed: Record<string, string> = {};
  for (const [name, { how, value }] of changes) {
    const ownName = nameIn(own, name, platform);
    const key = ownName ?? nameIn(inherited, name, platform) ?? name;
    const present = (ownName === undefined ? inherited[key] : own[ownName]) ?? "";
    if (how === "replace") changed[key] = value;
    else if (present === "") changed[key] = withoutSeparator(value);
    // A launch may be resolved more than once.
    else changed[key] = present.startsWith(withoutSeparator(value)) ? present : value + present;
  }
  return changed;
}

/** An empty entry of PYTHONPATH or PATH would mean the current folder. */
function withoutSeparator(value: string): string {
  return value.replace(/[:; ]$/, "");
}

/** Windows does not tell upper and lower case apart; the spelling that is there stays. */
function nameIn(variables: Variables, name: string, platform: NodeJS.Platform): string | undefined {
  if (platform !== "win32") return Object.hasOwn(variables, name) ? name : undefined;
  return Object.keys(variables).find((each) => each.toUpperCase() === name.toUpperCase());
}

function delimiterOf(platform: NodeJS.Platform): string {
  return platform === "win32" ? win32.delimiter : posix.delimiter;
}
