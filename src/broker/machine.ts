// Which machine this is. Homes are shared among the hosts of a cluster: the name of a descriptor says on which of them its window
// is, and its content lets a program elsewhere tell so. Reads local files only; nothing of it is secret.
import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";

/** What a descriptor says of the place where its window runs. */
export interface MachineMarks {
  readonly host: string;
  /** New at each start of the machine, and the same in its containers. Linux alone has it. */
  readonly boot?: string;
  /** The mount namespace: another one (a container, a sandbox) may not show the socket. Linux alone has it. */
  readonly mounts?: string;
}

export function machineMarks(): MachineMarks {
  const boot = textOf(() => readFileSync("/proc/sys/kernel/random/boot_id", "utf8"));
  const mounts = textOf(() => readlinkSync("/proc/self/ns/mnt"));
  return { host: hostname(), ...(boot === undefined ? {} : { boot }), ...(mounts === undefined ? {} : { mounts }) };
}

export interface MachineNames {
  readonly platform: NodeJS.Platform;
  readonly host: string;
  /** The content of /etc/machine-id. */
  readonly systemId: string | undefined;
  /** What the editor calls the computer on which its window is shown. */
  readonly editorsId: string;
}

/**
 * The same as long as a terminal lives, and another on each host that shares the home folder. On Linux the host's name counts as well,
 * for nodes of one image have one machine-id; elsewhere it does not, for it changes with the network that a laptop is in.
 */
export function machineIdOf({ platform, host, systemId, editorsId }: MachineNames): string {
  return platform === "linux" ? `${systemId ?? ""} ${host}` : editorsId;
}

export function thisMachineId(editorsId: string): string {
  const systemId = textOf(() => readFileSync("/etc/machine-id", "utf8"));
  return machineIdOf({ platform: process.platform, host: hostname(), systemId, editorsId });
}

function textOf(read: () => string): string | undefined {
  try {
    return read().trim();
  } catch {
    return undefined;
  }
}
