// The structure that src must keep, as data and as a function that finds what breaks it. CONTRIBUTING shows the same table.
import { readdir, readFile } from "node:fs/promises";
import { dirname, join, relative, resolve, sep } from "node:path";
import ts from "typescript";

/** What each part may import: other parts, "node:" for Node's modules, "vscode", or a package by name. */
export const allowed: Readonly<Record<string, readonly string[]>> = {
  ids: [],
  oauth: ["oauth", "openid-client", "jose"],
  broker: ["broker", "ids", "oauth", "node:"],
  redirect: ["redirect", "oauth", "node:"],
  windows: ["windows", "node:", "proper-lockfile"],
  clients: ["clients", "broker/protocol", "node:"],
  workbench: ["workbench", "ids", "oauth", "vscode"],
  sessions: ["sessions", "ids", "oauth", "broker", "vscode", "node:"],
  extension: ["ids", "oauth", "broker", "windows", "redirect", "workbench", "sessions", "vscode", "node:"],
};

/** The machine's clock and network reach oauth through parameters; clock.ts holds the default. */
const ambient = /\b(Date\.now|new Date\(\)|setTimeout|setInterval|Math\.random|globalThis\.fetch|performance\.now)\b/;
const ambientHome = "oauth/clock.ts";

const forbiddenNames = /(^|\/)(utils?|common|helpers?|managers?|services?|index)\.ts$/i;

export type SourceFile = { readonly path: string; readonly text: string };

export async function readSources(folder: string): Promise<readonly SourceFile[]> {
  const names = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith(".ts"));
  return Promise.all(
    names.sort().map(async (name) => ({
      path: name.split(sep).join("/"),
      text: await readFile(join(folder, name), "utf8"),
    })),
  );
}

/** One sentence for each breach. */
export function breaches(files: readonly SourceFile[]): readonly string[] {
  return [...files.flatMap((file) => [...importBreaches(file), ...styleBreaches(file)]), ...cycles(files)];
}

function importBreaches(file: SourceFile): string[] {
  const part = partOf(file.path);
  const may = allowed[part];
  if (may === undefined) return [`${file.path} belongs to no part of the table`];
  return importsOf(file)
    .filter((target) => !may.some((entry) => covers(entry, target)))
    .map((target) => `${file.path} may not import ${target}`);
}

function covers(entry: string, target: string): boolean {
  if (entry === "node:") return target.startsWith("node:");
  return target === entry || target === `${entry}.ts` || target.startsWith(`${entry}/`);
}

/** "oauth" of "oauth/token.ts", "ids" of "ids.ts". */
function partOf(path: string): string {
  return (path.split("/")[0] ?? "").replace(/\.ts$/, "");
}

/** What a file imports, static and dynamic: a path below src, or a module's name. */
function importsOf({ path, text }: SourceFile): string[] {
  return ts.preProcessFile(text, true, true).importedFiles.map(({ fileName }) => {
    if (!fileName.startsWith(".")) return fileName;
    return relative(resolve("/"), resolve("/", dirname(path), fileName))
      .split(sep)
      .join("/");
  });
}

function styleBreaches({ path, text }: SourceFile): string[] {
  const code = text.replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, "");
  const found: string[] = [];
  if (forbiddenNames.test(path)) found.push(`${path} has a name that says nothing`);
  if (/\binterface I[A-Z]/.test(code)) found.push(`${path} has an interface with the prefix I`);
  if (!text.startsWith("// ")) found.push(`${path} does not open with what it is`);
  if (partOf(path) === "oauth" && path !== ambientHome && ambient.test(code)) {
    found.push(`${path} uses the machine's own clock, chance or network`);
  }
  return found;
}

/** Each import cycle once, types included: who needs whom must be readable from top to bottom. */
function cycles(files: readonly SourceFile[]): string[] {
  const graph = new Map(files.map((file) => [file.path, importsOf(file)]));
  const done = new Set<string>();
  const found: string[] = [];
  const visit = (path: string, trail: readonly string[]): void => {
    if (trail.includes(path)) {
      found.push(`import cycle: ${[...trail.slice(trail.indexOf(path)), path].join(" → ")}`);
      return;
    }
    if (done.has(path)) return;
    for (const target of graph.get(path) ?? []) if (graph.has(target)) visit(target, [...trail, path]);
    done.add(path);
  };
  for (const path of graph.keys()) visit(path, []);
  return found;
}
