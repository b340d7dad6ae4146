// The file that holds the ticket of a gateway, for programs that are not its children: read by its owner alone. One that is there
// already is used, so that it can be mounted into a container once and for all.
import { randomBytes } from "node:crypto";
import { readFile, rm, stat, writeFile } from "node:fs/promises";
import { UsageError } from "./commandLine.ts";

export interface Ticket {
  readonly ticket: string;
  /** A file that was made for this gateway goes with it. */
  readonly forget: () => Promise<void>;
}

export async function ticketFrom(file: string | undefined): Promise<Ticket> {
  const fresh = randomBytes(32).toString("base64url");
  if (file === undefined) return { ticket: fresh, forget: () => Promise.resolve() };
  try {
    await writeFile(file, `${fresh}\n`, { mode: 0o600, flag: "wx" });
    return { ticket: fresh, forget: () => rm(file, { force: true }) };
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
  }
  const [ticket, { mode }] = [(await readFile(file, "utf8")).trim(), await stat(file)];
  if (!/^[\w.-]{32,200}$/.test(ticket))
    throw new UsageError(`${file} holds no ticket: 32 to 200 letters, digits and . _ - are one.`);
  if (process.platform !== "win32" && (mode & 0o077) !== 0)
    throw new UsageError(`${file} can be read by others. Run: chmod 600 ${file}`);
  return { ticket, forget: () => Promise.resolve() };
}
