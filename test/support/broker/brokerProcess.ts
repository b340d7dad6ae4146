// Starts brokerProgram.ts and talks to it, plainly or in a mount of its own, where its disk can be full or read-only.
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { stretched } from "../runner/patience.ts";

export type BrokerProcess = AsyncDisposable & {
  readonly pid: number;
  /** Says a word of brokerProgram.ts and answers what it says back. */
  tell(word: string): Promise<Readonly<Record<string, unknown>>>;
  kill(): Promise<void>;
};

/** What is mounted over the folder, or over that of the sockets, as on another host that shares the rest. */
export type Mount = "none" | "64 KB" | "read-only" | "sockets of its own";

const options = { none: "", "64 KB": "size=64k", "read-only": "ro", "sockets of its own": "mode=700" } as const;

/** Whether this system lets an ordinary process mount something for itself alone. */
export function canMount(): boolean {
  return spawnSync("unshare", ["-rm", "mount", "-t", "tmpfs", "none", "/mnt"]).status === 0;
}

/** @param host names the descriptor as that of a machine; by default it is sessions/d.json */
export function startBrokerProcess(folder: string, mount: Mount = "none", host?: string): BrokerProcess {
  const program = join(import.meta.dirname, "brokerProgram.ts");
  const node = [process.execPath, "--expose-gc", program, folder, ...(host === undefined ? [] : [host])];
  const over = mount === "sockets of its own" ? join(folder, "s") : folder;
  const script = 'mount -t tmpfs -o "$1" none "$2" && shift 2 && exec "$@"';
  const mounted = ["unshare", "-rm", "sh", "-c", script, "sh", options[mount], over, ...node];
  const [command = "", ...args] = mount === "none" ? node : mounted;
  const child = spawn(command, args, { stdio: ["pipe", "pipe", "inherit"] });
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const ended = once(child, "close");
  const kill = async (): Promise<void> => {
    child.kill("SIGKILL");
    await ended;
  };
  return {
    pid: child.pid ?? 0,
    async tell(word) {
      child.stdin.write(`${word}\n`);
      const line = await lines.next();
      return JSON.parse(String(line.value)) as Record<string, unknown>;
    },
    kill,
    async [Symbol.asyncDispose]() {
      if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
      child.stdin.end();
      const timer = setTimeout(() => child.kill("SIGKILL"), stretched(5_000));
      await ended;
      clearTimeout(timer);
    },
  };
}
