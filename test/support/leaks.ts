// Searches files and text for what must never be there: secrets that a test has planted, and anything that looks like a JWT.
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

/**
 * The tokens of the test's authorization server are JWTs (RFC 7519): three base64url parts, the first a JSON object, and bounded, so that
 * long runs of such letters are not gone through again from each of their places.
 */
const jwt = /eyJ[\w-]{10,2000}\.eyJ[\w-]{10,}\.[\w-]{10,}/;

/** What was found where; empty when nothing was. */
export async function leaksIn(folders: readonly string[], secrets: readonly string[]): Promise<readonly string[]> {
  const found: string[] = [];
  for (const folder of folders) {
    for (const file of await filesBelow(folder)) {
      // Files that end while they are listed are not read: sockets, a log that rolls over.
      const text = await readFile(file, "latin1").catch(() => "");
      found.push(...leaksInText(text, secrets).map((what) => `${what} in ${file}`));
    }
  }
  return found;
}

/** What VS Code logs of promises that nobody has handled, and of listeners that threw; by file. */
export async function unhandledIn(logs: string): Promise<readonly string[]> {
  const files = await Promise.all((await filesBelow(logs)).map((file) => readFile(file, "utf8").catch(() => "")));
  const isUnhandled = /rejected promise not handled|unhandledRejection|uncaughtException/i;
  // Line by line: a trace log has lines of megabytes, in which an expression that takes the whole line would search for minutes.
  return files.flatMap((text) => text.split("\n").filter((line) => isUnhandled.test(line)));
}

export function leaksInText(text: string, secrets: readonly string[]): readonly string[] {
  const planted = secrets
    .filter((secret) => text.includes(secret))
    .map((secret) => `the secret ${secret.slice(0, 4)}…`);
  return jwt.test(text.replaceAll("\n", "")) ? [...planted, "a token"] : planted;
}

async function filesBelow(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}
