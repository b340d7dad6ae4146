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

/**
 * What no code has handled in the extension host, promises and listeners that threw: VS Code writes it into the host's own log, where
 * extensions write nothing, as an error with its stack and without a word of why it stands there.
 */
export async function unhandledIn(logs: string): Promise<readonly string[]> {
  const hosts = (await filesBelow(logs)).filter((file) => /exthost\d*\.log$/.test(file));
  const texts = await Promise.all(hosts.map((file) => readFile(file, "utf8").catch(() => "")));
  return texts.flatMap(unhandledInLog);
}

/** @param text lines "time [level] message", and what belongs to a message below it */
export function unhandledInLog(text: string): readonly string[] {
  const entries = text.split(/\n(?=\d{4}-\d\d-\d\dT[\d:.]+Z? \[)/);
  return entries.filter((entry) => /^\S+ \[(error|critical)\]/.test(entry) && !isOfEditor(entry));
}

/** Of VS Code's own: a native module that its server lacks here, and its extensions, where no frame of ours took part. */
function isOfEditor(entry: string): boolean {
  if (entry.includes("lancedb-auth.lancedb-auth-")) return false;
  return entry.includes("'./build/Release/watchdog'") || /lib[\\/]vscode[\\/]extensions[\\/]/.test(entry);
}

export function leaksInText(text: string, secrets: readonly string[]): readonly string[] {
  const planted = secrets
    .filter((secret) => spellingsOf(secret).some((spelling) => text.includes(spelling)))
    .map((secret) => `the secret ${secret.slice(0, 4)}…`);
  return jwt.test(text.replaceAll("\n", "")) ? [...planted, "a token"] : planted;
}

/** As it is, in a URL or a form, in JSON, and within whatever was encoded in base64 (as in a Basic header). */
function spellingsOf(secret: string): readonly string[] {
  const known = spellings.get(secret);
  if (known !== undefined) return known;
  const percent = Array.from(secret, (letter) => (/[A-Za-z0-9]/.test(letter) ? letter : encodeStrictly(letter))).join(
    "",
  );
  const urls = [encodeURIComponent(secret), percent, new URLSearchParams({ "": secret }).toString().slice(1)];
  const json = JSON.stringify(secret).slice(1, -1);
  const found = [...new Set([secret, ...urls, json, ...[0, 1, 2].flatMap((offset) => base64Within(secret, offset))])];
  spellings.set(secret, found);
  return found;
}

const spellings = new Map<string, readonly string[]>();

function encodeStrictly(letter: string): string {
  return [...Buffer.from(letter)].map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, "0")}`).join("");
}

/** The letters that are the same whatever stands before (so many bytes, counted in threes) and after. */
function base64Within(secret: string, offset: number): readonly string[] {
  const encoded = Buffer.concat([Buffer.alloc(offset), Buffer.from(secret)]);
  const [first, beyond] = [[0, 2, 3][offset] ?? 0, Math.floor((encoded.length * 8) / 6)];
  return (["base64", "base64url"] as const).map((encoding) => encoded.toString(encoding).slice(first, beyond));
}

async function filesBelow(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}
