// Runs the command that prints a token: without a shell, from the home folder, for so long, and reading only so much. What it prints is
// kept nowhere; of what it complains a line gets into the failure.
import * as l10n from "@vscode/l10n";
import { spawn, type ChildProcessByStdio } from "node:child_process";
import { homedir } from "node:os";
import { basename } from "node:path";
import type { Readable } from "node:stream";
import { AuthError } from "../oauth/errors.ts";

export interface Command {
  readonly command: string;
  readonly args: readonly string[];
  readonly timeoutMs: number;
}

const [mostPrinted, mostComplained] = [262_144, 4_096];

/** What it printed to standard output. Rejects with command_failed or cancelled; the process has ended, or was told to, by then. */
export function runTokenCommand({ command, args, timeoutMs }: Command, signal?: AbortSignal): Promise<string> {
  const child = spawn(command, args, { cwd: homedir(), stdio: ["ignore", "pipe", "pipe"], windowsHide: true });
  const name = basename(command);
  const failed = (detail: string): AuthError => new AuthError("command_failed", { detail });
  return new Promise((resolve, reject) => {
    const end = (error: AuthError): void => {
      reject(error);
      stop(child);
    };
    const cancel = (): void => end(new AuthError("cancelled"));
    const timer = setTimeout(
      () => end(failed(l10n.t("{0} did not end within {1} s", name, timeoutMs / 1000))),
      timeoutMs,
    );
    signal?.addEventListener("abort", cancel, { once: true });
    if (signal?.aborted === true) cancel();
    const printed = collect(child.stdout, mostPrinted, () =>
      end(failed(l10n.t("{0} printed more than a token can be", name))),
    );
    // Whatever it complains of beyond that is read away, so that it does not wait.
    const complained = collect(child.stderr, mostComplained, () => undefined);
    child.on("error", (error: NodeJS.ErrnoException) =>
      end(failed(l10n.t("{0} cannot be started ({1})", name, error.code ?? l10n.t("unknown")))),
    );
    child.on("close", (code, killedBy) => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", cancel);
      if (code === 0) resolve(printed());
      else reject(failed(l10n.t("{0} ended with {1}", name, String(code ?? killedBy)) + because(complained())));
    });
  });
}

function stop(child: ChildProcessByStdio<null, Readable, Readable>): void {
  child.kill("SIGKILL");
  // What it has started itself may hold these open.
  child.stdout.destroy();
  child.stderr.destroy();
}

function collect(stream: Readable, most: number, onTooMuch: () => void): () => string {
  let text = "";
  stream.setEncoding("utf8").on("data", (chunk: string) => {
    if (text.length + chunk.length > most) onTooMuch();
    text = (text + chunk).slice(0, most);
  });
  return () => text;
}

/** Some tools print a token where they complain. */
function because(complaint: string): string {
  const text = complaint.trim().replaceAll(/eyJ[\w-]+(\.[\w-]*){0,4}|[\w+=~-]{40,}/g, l10n.t("(a long value)"));
  return text === "" ? "" : `: ${text}`;
}
