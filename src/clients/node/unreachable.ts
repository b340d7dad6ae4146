// Why the window cannot be reached, and for how long it may come back: the sentence that is true in the place where the program runs.
// The Python client's _unreachable.py says the same in the same words. Loaded when something has failed; reads local files only.
import { existsSync, readFileSync, readlinkSync, statSync } from "node:fs";
import { hostname } from "node:os";
import { dirname } from "node:path";
import type { Descriptor } from "../../broker/protocol.ts";

/** What a program ran into on its way to the window. */
export type Obstacle =
  /** The descriptor cannot be read: the error's code. */
  | { readonly what: "descriptor"; readonly code: string }
  /** Nobody answers at the socket, or it may not be used: the error's code. */
  | { readonly what: "socket"; readonly code: string; readonly descriptor: Descriptor }
  /** No sign of life, or none after it. */
  | { readonly what: "busy" | "slow"; readonly seconds: number }
  /** What was read is not what this version writes. */
  | { readonly what: "damaged" | "version" };

/** A window that is reloaded is back within so long of the moment when its descriptor went. */
const reloadMs = 20_000;

/** A socket that vanished is opened again, and an extension host that crashed is started again, within so long. */
const reopenMs = 5_000;

const window = "The VS Code window that signs in to LanceDB";
const nobodyListens = ["ENOENT", "ECONNREFUSED", "ECONNRESET", "EPIPE", "ENOTCONN", ""];

/** For how many milliseconds more it is worth while to wait for the window that was there a moment ago. */
export function worthWaitingMs(obstacle: Obstacle, descriptorPath: string, waitedMs: number): number {
  const { what } = obstacle;
  if (what === "damaged") return reopenMs - waitedMs;
  if (what === "socket" && nobodyListens.includes(obstacle.code)) {
    return placeOf(obstacle.descriptor) === "here" ? reopenMs - waitedMs : 0;
  }
  // Removing the descriptor changes its folder, which tells when.
  if (what !== "descriptor" || obstacle.code !== "ENOENT") return 0;
  if (isHidden(descriptorPath)) return 0;
  const agoMs = Date.now() - (changedAt(dirname(descriptorPath)) ?? 0);
  return Math.abs(agoMs) < reloadMs ? reloadMs - Math.max(agoMs, 0) : 0;
}

export function sentenceFor(obstacle: Obstacle, descriptorPath: string, waitedMs: number): string {
  const waited = Math.round(waitedMs / 1000);
  const said = sentence(obstacle, descriptorPath);
  return waited === 0 ? said : `${said} (This program has waited ${waited} s for it.)`;
}

function sentence(obstacle: Obstacle, path: string): string {
  switch (obstacle.what) {
    case "descriptor":
      return unreadable(obstacle.code, path);
    case "socket":
      return noAnswer(obstacle.code, obstacle.descriptor);
    case "busy":
      return `${window} is busy: it gave no sign of life for ${obstacle.seconds} s. Try again; if it stays so, run "Developer: Reload Window" there.`;
    case "slow":
      return `${window} has not answered within ${obstacle.seconds} s: it waits for a person, or its authorization server is slow. Look there, then try again.`;
    case "damaged":
      return `The file that leads to the VS Code window is damaged (${path}). Run "Developer: Reload Window" there.`;
    case "version":
      return `${window} has another version of LanceDB Auth. Open a new terminal there, and start this program in it.`;
  }
}

function unreadable(code: string, path: string): string {
  if (code === "EACCES" || code === "EPERM") return ownerIsAnother(path) ? anotherUser() : hidden(path);
  if (code !== "ENOENT" && code !== "ENOTDIR")
    return `The file that leads to the VS Code window cannot be read (${code}): ${path}`;
  // The extension's own folder stays when a window closes.
  if (existsSync(storageOf(path))) {
    return "No VS Code window serves this program any more: the one that started its terminal has been closed, or has nothing to hand out. Open the folder in VS Code again.";
  }
  return isHidden(path) ? hidden(path) : container(path);
}

/** The extension's own folder, in whose "sessions" the descriptor is. */
function storageOf(descriptorPath: string): string {
  return dirname(dirname(descriptorPath));
}

/** Such a sandbox puts an empty folder in the place of the home. */
function isHidden(descriptorPath: string): boolean {
  return isSandboxed() && !existsSync(storageOf(descriptorPath));
}

function noAnswer(code: string, descriptor: Descriptor): string {
  const { socketPath, host = "", pid } = descriptor;
  if (["EPERM", "EACCES", "EAFNOSUPPORT", "EPROTONOSUPPORT"].includes(code)) {
    return code === "EACCES" && ownerIsAnother(socketPath) ? anotherUser() : refused(code);
  }
  const place = placeOf(descriptor);
  if (place === "anotherMachine") return anotherMachine(host);
  if (place === "container" && code === "ENOENT") return isSandboxed() ? hidden(socketPath) : container(socketPath);
  if (!nobodyListens.includes(code)) return `The socket of the VS Code window cannot be used (${code}): ${socketPath}`;
  return isGone(pid)
    ? `${window} has ended (its process ${pid} is gone). Open the folder in VS Code again, or run "Developer: Restart Extension Host" there.`
    : `${window} does not listen at ${socketPath}. Run "Developer: Reload Window" there.`;
}

function anotherMachine(host: string): string {
  const here = hostname();
  return `${window} runs on the machine "${host}", and this program on "${here}": a local socket does not reach across. Start the program on "${host}", or open the folder in VS Code on "${here}" (Remote-SSH) and start it in a terminal there.`;
}

const allowSockets =
  'In VS Code: "chat.agent.sandbox.advanced.runtime": {"network": {"allowAllUnixSockets": true}}. In Claude Code: sandbox.network.allowAllUnixSockets. In Codex: sandbox_workspace_write.network_access.';

function refused(code: string): string {
  return `A sandbox keeps this program from the socket of the VS Code window (${code}). Run it outside the sandbox, or allow Unix sockets there. ${allowSockets}`;
}

function hidden(path: string): string {
  return `A sandbox hides the files of LanceDB Auth from this program (${path}). Run it outside the sandbox, or let it read there (in VS Code: allowRead in chat.agent.sandbox.fileSystem.linux or .mac) and allow Unix sockets. ${allowSockets}`;
}

function container(path: string): string {
  return `This program runs in a container, or another place that does not show ${path} of the VS Code window. Start it outside, or attach VS Code to the container, or mount the folder ${dirname(path)} there.`;
}

function anotherUser(): string {
  return "This program runs as another user than the VS Code window, and only the user of the window may use its sign-in. Start it as that user: without sudo or su.";
}

/** Where there is no pointer at all. */
export function outsideSentence(otherwise: string): string {
  if ((process.env["SUDO_USER"] ?? "") === "") return otherwise;
  return "sudo takes the variables of the VS Code terminal away from this program (LANCEDB_AUTH_SESSION). Start it without sudo.";
}

/** Where the window is, seen from here. "here" where nothing says otherwise. */
function placeOf({ host, boot, mounts }: Descriptor): "here" | "container" | "anotherMachine" {
  // Elsewhere a machine is called by the network that it is in, and has no mounts of one program alone.
  if (process.platform !== "linux") return "here";
  const ownBoot = textOf(() => readFileSync("/proc/sys/kernel/random/boot_id", "utf8"));
  const sameHost = host === undefined || host === hostname();
  if (boot !== ownBoot && !sameHost) return isContainer() && boot === undefined ? "container" : "anotherMachine";
  const ownMounts = textOf(() => readlinkSync("/proc/self/ns/mnt"));
  const sameMounts = mounts === undefined || ownMounts === undefined || mounts === ownMounts;
  return sameMounts || boot !== ownBoot ? "here" : "container";
}

function isContainer(): boolean {
  return existsSync("/.dockerenv") || existsSync("/run/.containerenv");
}

/** Set by the sandboxes of VS Code and Claude Code, and by Codex. */
function isSandboxed(): boolean {
  return ["SANDBOX_RUNTIME", "CODEX_SANDBOX", "CODEX_SANDBOX_NETWORK_DISABLED"].some(
    (name) => (process.env[name] ?? "") !== "",
  );
}

/** The owner of the nearest folder that can be looked at. */
function ownerIsAnother(path: string): boolean {
  const own = process.geteuid?.();
  for (let at = path; ; at = dirname(at)) {
    try {
      return own !== undefined && own !== 0 && statSync(at).uid !== own;
    } catch {
      if (at === dirname(at)) return false;
    }
  }
}

function isGone(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "ESRCH";
  }
}

/** When something came or went in the folder, or, where it is gone as well, in one of the two above it. */
function changedAt(folder: string, above = 2): number | undefined {
  try {
    return statSync(folder).mtimeMs;
  } catch {
    return above === 0 ? undefined : changedAt(dirname(folder), above - 1);
  }
}

function textOf(read: () => string): string | undefined {
  try {
    return read().trim();
  } catch {
    return undefined;
  }
}
