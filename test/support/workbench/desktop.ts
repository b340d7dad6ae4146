// The desktop VS Code, where one is installed: found, given the packaged extension in a profile of its own, and opened.
import { spawn, type ChildProcess } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findOnPath, loud } from "../runner/tools.ts";
import { environmentFor, quietSettings } from "./workbench.ts";

export type Desktop = {
  /** Resolves when its last window is closed. */
  readonly closed: Promise<void>;
  close(): Promise<void>;
};

export type DesktopPlace = {
  /** VS Code's command line tool. */
  readonly code: string;
  readonly vsix: string;
  readonly workspace: string;
  readonly env: Readonly<Record<string, string>>;
  readonly settings: Readonly<Record<string, unknown>>;
};

/** `code`, from the PATH or from where the installers put it; nothing where no window could open. */
export function findDesktopCode(): string | undefined {
  const named = process.env["LANCEDB_AUTH_CODE"];
  if (named !== undefined && named !== "") return named;
  if (process.platform === "win32") {
    const { LOCALAPPDATA: own = "", ProgramFiles: all = "" } = process.env;
    const places = [join(own, "Programs", "Microsoft VS Code"), join(all, "Microsoft VS Code")];
    return places.map((folder) => join(folder, "bin", "code.cmd")).find(existsSync);
  }
  if (process.platform === "darwin") {
    const place = "/Applications/Visual Studio Code.app/Contents/Resources/app/bin/code";
    return existsSync(place) ? place : findOnPath("code");
  }
  const display = process.env["DISPLAY"] ?? process.env["WAYLAND_DISPLAY"];
  return display === undefined || display === "" ? undefined : findOnPath("code");
}

/** Profile and extensions lie in a temporary folder, so that the person's own VS Code is left as it is. */
export async function openDesktop({ code, vsix, workspace, env, settings }: DesktopPlace): Promise<Desktop> {
  const folder = await mkdtemp(join(tmpdir(), "la-demo-"));
  const userDataDir = join(folder, "user-data");
  await mkdir(join(userDataDir, "User"), { recursive: true });
  const all = { ...quietSettings, "terminal.integrated.gpuAcceleration": "auto", ...settings };
  await writeFile(join(userDataDir, "User", "settings.json"), JSON.stringify(all, undefined, 2));
  const profile = ["--user-data-dir", userDataDir, "--extensions-dir", join(folder, "extensions")];
  const environment = environmentFor(env);
  // A .cmd file runs only through a shell, which takes its arguments as one line.
  const windows = process.platform === "win32";
  const quote = (text: string): string => (windows ? `"${text}"` : text);
  const install = [...profile, "--install-extension", vsix, "--force"].map(quote);
  if (windows) await ended(spawn(quote(code), install, { shell: true, env: environment, stdio: "ignore" }));
  else await loud(code, install, folder, environment);
  const linux = process.platform === "linux" ? ["--password-store=basic"] : [];
  const open = [...profile, ...linux, "--new-window", "--wait", workspace, join(workspace, "README.md")].map(quote);
  const child = spawn(quote(code), open, { shell: windows, env: environment, stdio: "ignore", detached: !windows });
  const closed = ended(child);
  return {
    closed,
    close: async () => {
      await endVsCode(userDataDir);
      end(child);
      await closed;
      await rm(folder, { recursive: true, force: true, maxRetries: 10 });
    },
  };
}

function ended(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", () => {
      resolve();
    });
  });
}

/** Its command line tool leaves VS Code in a session of its own; the process id is in the profile's lock file. */
async function endVsCode(userDataDir: string): Promise<void> {
  const pid = Number(await readFile(join(userDataDir, "code.lock"), "utf8").catch(() => ""));
  if (!Number.isInteger(pid) || pid <= 0) return;
  try {
    process.kill(pid, "SIGTERM");
  } catch {
    // It has ended already.
  }
}

function end(child: ChildProcess): void {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  if (process.platform === "win32") child.kill();
  else process.kill(-child.pid, "SIGTERM");
}
