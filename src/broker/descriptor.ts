// The 0600 file that says where the broker's socket is and what to show it. Its path is constant for a workspace on a machine; its
// content is new at every start of the window.
import { createHash } from "node:crypto";
import { rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { MachineMarks } from "./machine.ts";
import { ensurePrivateFolder, readOwnFile, replaceFile } from "./privateFile.ts";
import { protocolVersion, type Descriptor } from "./protocol.ts";

/**
 * `<workspace>-<machine>.json`, so that hosts which share a home never write over one another's.
 * @param globalStorage the extension's global storage folder
 * @param workspace what tells this workspace from others, the same after a reload: its file's or folder's URI
 * @param machine what tells this machine from others that see the same folder, see machineIdOf
 */
export function descriptorPathFor(globalStorage: string, workspace: string, machine: string): string {
  return join(globalStorage, "sessions", `${shortHash(workspace, 24)}-${shortHash(machine, 8)}.json`);
}

function shortHash(text: string, length: number): string {
  return createHash("sha256").update(text).digest("hex").slice(0, length);
}

export async function writeDescriptor(path: string, descriptor: Descriptor): Promise<void> {
  await ensurePrivateFolder(dirname(path));
  await replaceFile(path, `${JSON.stringify(descriptor)}\n`, 0o600);
}

/** Undefined where the file is missing or is not a descriptor of this version. */
export async function readDescriptor(path: string): Promise<Descriptor | undefined> {
  const text = await readOwnFile(path);
  return text === undefined ? undefined : parseDescriptor(text);
}

/** Leaves a descriptor alone that another start of the window has written since. */
export async function removeDescriptor(path: string, own: Descriptor): Promise<void> {
  if ((await readDescriptor(path))?.bearer === own.bearer) await rm(path, { force: true });
}

export function parseDescriptor(text: string): Descriptor | undefined {
  try {
    const { version, socketPath, bearer, pid, ...rest } = JSON.parse(text) as Record<string, unknown>;
    if (version !== protocolVersion || typeof socketPath !== "string") return undefined;
    if (typeof bearer !== "string" || typeof pid !== "number") return undefined;
    return { version, socketPath, bearer, pid, ...parseMarks(rest) };
  } catch {
    return undefined;
  }
}

function parseMarks({ host, boot, mounts }: Record<string, unknown>): Partial<MachineMarks> {
  return {
    ...(typeof host === "string" ? { host } : {}),
    ...(typeof boot === "string" ? { boot } : {}),
    ...(typeof mounts === "string" ? { mounts } : {}),
  };
}
