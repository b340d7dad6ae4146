// Who is at the other end of a local socket, as far as the operating system tells: on Linux by the sockets that `ss` (iproute2) lists and by
// /proc, elsewhere nothing. Reads what any process of this user may read, and keeps none of it.
import { execFile } from "node:child_process";
import { readFile, readlink } from "node:fs/promises";
import type { Socket } from "node:net";
import { promisify } from "node:util";
import { agentVariables } from "./protocol.ts";

/** What the system says of a process; nothing of it is the process's own word, save what it was started with. */
export interface Peer {
  readonly pid: number;
  /** The path of the executable. */
  readonly executable: string;
  readonly arguments: readonly string[];
  readonly folder?: string;
  /** The name of the program that started it. */
  readonly parent?: string;
  /** The agent that the environment names with which it was started. */
  readonly agent?: string;
}

const run = promisify(execFile);

/** Undefined where the system does not tell. The socket has to be open. */
export async function peerOf(socket: Socket): Promise<Peer | undefined> {
  const descriptor = process.platform === "linux" ? parseFileDescriptor(socket) : undefined;
  if (descriptor === undefined) return undefined;
  try {
    const inode = /^socket:\[(\d+)\]$/.exec(await readlink(`/proc/self/fd/${descriptor}`))?.[1];
    const pid = inode === undefined ? undefined : pidBehind(inode, await listedSockets());
    return pid === undefined ? undefined : await describeProcess(pid);
  } catch {
    // No /proc, no `ss`, or the process has gone.
    return undefined;
  }
}

let running: Promise<string> | undefined;
let queued: Promise<string> | undefined;

/** One listing at a time, and one after it for all who came meanwhile: a hundred programs that start together cost two. */
function listedSockets(): Promise<string> {
  if (running === undefined) {
    running = list().finally(() => (running = undefined));
    return running;
  }
  const again = (): Promise<string> => {
    queued = undefined;
    return listedSockets();
  };
  queued ??= running.then(again, again);
  return queued;
}

async function list(): Promise<string> {
  const options = { timeout: 5_000, maxBuffer: 64 * 1024 * 1024 };
  const { stdout } = await run("ss", ["--unix", "--processes", "--no-header", "--numeric"], options);
  return stdout;
}

/**
 * A row of `ss`: "u_str ESTAB 0 0 <path> <inode> <path> <inode of the peer> users:(("python3",pid=42,fd=3))".
 * @param inode of our end
 */
export function pidBehind(inode: string, listed: string): number | undefined {
  const rows = listed.split("\n").map((line) => row.exec(line) ?? []);
  const peer = rows.find(([, own]) => own === inode)?.[2];
  const users = rows.find(([, own]) => peer !== undefined && own === peer)?.[3];
  const pid = /pid=(\d+)/.exec(users ?? "")?.[1];
  return pid === undefined ? undefined : Number(pid);
}

/** Our inode, the peer's and its users. A path may hold blanks; what stands before two numbers is one. */
const row = /^\S+\s+\S+\s+\d+\s+\d+\s+\S.*?\s(\d+)\s+\S.*?\s(\d+)\s*(users:.*)?$/;

/** Rejects where the process has gone or is another user's. */
export async function describeProcess(pid: number): Promise<Peer> {
  const of = (name: string): string => `/proc/${pid}/${name}`;
  const [executable, commandLine, status] = await Promise.all([
    readlink(of("exe")),
    readFile(of("cmdline"), "utf8"),
    readFile(of("status"), "utf8"),
  ]);
  const [folder, environment, parent] = await Promise.all([
    readlink(of("cwd")).catch(() => undefined),
    readFile(of("environ"), "utf8").catch(() => ""),
    nameOf(/^PPid:\s*(\d+)/m.exec(status)?.[1]),
  ]);
  const agent = agentIn(environment.split("\0"));
  return {
    ...{ pid, executable, arguments: commandLine.split("\0").slice(1, -1) },
    ...(folder === undefined ? {} : { folder }),
    ...(parent === undefined ? {} : { parent }),
    ...(agent === undefined ? {} : { agent }),
  };
}

async function nameOf(pid: string | undefined): Promise<string | undefined> {
  if (pid === undefined || pid === "0") return undefined;
  return readFile(`/proc/${pid}/comm`, "utf8").then(
    (name) => name.trim(),
    () => undefined,
  );
}

/** @param variables "NAME=value" */
export function agentIn(variables: readonly string[]): string | undefined {
  for (const [name, agent] of agentVariables) {
    const start = name.endsWith("*") ? name.slice(0, -1) : `${name}=`;
    const found = variables.find((variable) => variable.startsWith(start));
    const value = found?.slice(found.indexOf("=") + 1) ?? "";
    if (found !== undefined && value !== "") return agent === "" ? value.slice(0, 100) : agent;
  }
  return undefined;
}

/** Node has no public name for the number of a socket's file. */
function parseFileDescriptor(socket: Socket): number | undefined {
  const handle: unknown = Reflect.get(socket, "_handle");
  const descriptor: unknown = typeof handle === "object" && handle !== null ? Reflect.get(handle, "fd") : undefined;
  return typeof descriptor === "number" && descriptor >= 0 ? descriptor : undefined;
}
