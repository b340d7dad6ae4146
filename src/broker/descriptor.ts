// The 0600 file that says where the broker's socket is and what to show it. Its path is constant for a workspace; its content
// is new at every start of the window.
import { createHash } from "node:crypto";
import { rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { ensurePrivateFolder, readOwnFile, replaceFile } from "./privateFile.ts";
import { protocolVersion, type Descriptor } from "./protocol.ts";

/**
 * @param globalStorage the extension's global storage folder
 * @param workspace what tells this workspace from others, the same after a reload: its file's or folder's URI
 */
export function descriptorPathFor(globalStorage: string, workspace: string): string {
  const name = createHash("sha256").update(workspace).digest("hex").slice(0, 24);
  return join(globalStorage, "sessions", `${name}.json`);
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
    const { version, socketPath, bearer, pid } = JSON.parse(text) as Record<string, unknown>;
    if (version !== protocolVersion || typeof socketPath !== "string") return undefined;
    if (typeof bearer !== "string" || typeof pid !== "number") return undefined;
    return { version, socketPath, bearer, pid };
  } catch {
    return undefined;
  }
}
