// The structure that src must keep, as data and as a function that finds what breaks it. CONTRIBUTING shows the same table.
import { dirname, relative, resolve, sep } from "node:path";
import ts from "typescript";
import { partOf, type SourceFile } from "./sourceFile.ts";
import { styleBreaches } from "./sourceStyle.ts";

const everyPart = [
  ...[
    "ids",
    "language",
    "@vscode/l10n",
    "api",
    "oauth",
    "broker",
    "windows",
    "redirect",
    "sources",
    "tables",
    "workbench",
    "sessions",
    "vscode",
    "node:",
  ],
];

/** What each part may import: other parts, "node:" for Node's modules, "vscode", or a package by name. */
export const allowed: Readonly<Record<string, readonly string[]>> = {
  ids: [],
  language: ["@vscode/l10n"],
  // What is published to other extensions: declarations alone.
  api: ["vscode"],
  oauth: ["oauth", "openid-client", "jose", "@vscode/l10n"],
  broker: ["broker", "ids", "oauth", "node:", "@vscode/l10n"],
  redirect: ["redirect", "oauth", "language", "node:", "@vscode/l10n"],
  sources: ["sources", "oauth", "node:", "@vscode/l10n"],
  windows: ["windows", "node:", "proper-lockfile"],
  clients: ["clients", "broker/protocol", "node:"],
  tables: ["tables", "oauth", "language", "@uwdata/flechette", "@vscode/l10n"],
  workbench: ["workbench", "ids", "language", "oauth", "api", "tables", "vscode", "@vscode/l10n"],
  // Types only: the Jupyter extension brings its own API.
  sessions: ["sessions", "ids", "oauth", "broker", "vscode", "node:", "@vscode/jupyter-extension", "@vscode/l10n"],
  composition: ["composition", ...everyPart],
  extension: ["composition", ...everyPart],
};

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

/** What a file imports, static and dynamic: a path below src, or a module's name. */
function importsOf({ path, text }: SourceFile): string[] {
  return ts.preProcessFile(text, true, true).importedFiles.map(({ fileName }) => {
    if (!fileName.startsWith(".")) return fileName;
    return relative(resolve("/"), resolve("/", dirname(path), fileName))
      .split(sep)
      .join("/");
  });
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
