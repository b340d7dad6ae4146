// The processes that descend from one: found while they live, and ended with everything that they have started.
import { execFile } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { promisify } from "node:util";

type Listed = { readonly pid: string; readonly parent: string };

/** Children before grandchildren is not promised; the root itself is among them. Windows tells nothing. */
export async function descendantsOf(root: number): Promise<readonly string[]> {
  const parents = new Map((await listProcesses()).map(({ pid, parent }) => [pid, parent]));
  const descends = (pid: string | undefined): boolean =>
    pid !== undefined && (pid === String(root) || descends(parents.get(pid)));
  return [...parents.keys()].filter(descends);
}

/** Ends the children of this process whose command line names the file, with all that descends from them. */
export async function endProcessesOf(file: string): Promise<void> {
  const children = (await listProcesses()).filter(({ parent }) => parent === String(process.pid));
  for (const { pid } of children) {
    if (!(await commandLine(pid)).includes(file)) continue;
    // Found before the first is ended: an orphan is nobody's descendant any more.
    for (const each of await descendantsOf(Number(pid))) endNow(Number(each));
  }
}

function endNow(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It has ended meanwhile.
  }
}

async function listProcesses(): Promise<readonly Listed[]> {
  if (process.platform === "win32") return [];
  if (process.platform !== "linux") {
    const lines = (await ps("-A", "-o", "pid=,ppid=")).split("\n").map((line) => line.trim().split(/\s+/));
    return lines.flatMap(([pid, parent]) => (pid === undefined || parent === undefined ? [] : [{ pid, parent }]));
  }
  const pids = (await readdir("/proc").catch(() => [])).filter((name) => /^\d+$/.test(name));
  return Promise.all(
    pids.map(async (pid) => ({ pid, parent: /^\d+ \(.*\) \S (\d+)/s.exec(await inProc(pid, "stat"))?.[1] ?? "" })),
  );
}

/** Empty, or in brackets, once the process has ended. */
export function commandLine(pid: string): Promise<string> {
  return process.platform === "linux" ? inProc(pid, "cmdline") : ps("-p", pid, "-o", "args=");
}

async function ps(...args: readonly string[]): Promise<string> {
  const { stdout } = await promisify(execFile)("ps", args).catch(() => ({ stdout: "" }));
  return stdout;
}

/** What Linux tells of a process, which may have ended meanwhile. Words are parted by lines. */
export async function inProc(pid: string, what: string): Promise<string> {
  const text = await readFile(`/proc/${pid}/${what}`, "latin1").catch(() => "");
  return text.replaceAll("\0", "\n");
}
