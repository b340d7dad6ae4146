// The structure that src must keep, as data and as a function that finds what breaks it.
import { dirname, relative, resolve, sep } from "node:path";
import ts from "typescript";
import { partOf, type SourceFile } from "./sourceFile.ts";
import { styleBreaches } from "./sourceStyle.ts";

/** Below all others: names, the language, and what is published to other extensions. */
const ground = ["ids", "language", "@vscode/l10n"];

/** What every room of a feature stands on. A feature room imports these, and never another feature room. */
const foundation = [
  ...ground,
  ...["oauth", "providers", "settings", "messages", "accounts", "commands", "pages", "vscode"],
];

/** The rooms of one feature each, and what each needs beside the foundation. */
export const featureRooms: Readonly<Record<string, readonly string[]>> = {
  signIn: ["node:"],
  statusBar: [],
  databases: ["tables"],
  tokenDetails: ["tables/cells"],
  codeMarks: ["scanner"],
  // Types only: the Jupyter extension brings its own API.
  notebooks: ["sessions", "broker", "node:", "@vscode/jupyter-extension"],
  consent: ["broker"],
  diagnosis: [],
  agents: [],
  sharing: ["api"],
  environments: ["node:"],
  firstSteps: ["scanner"],
};

/** What each part may import: other parts, "node:" for Node's modules, "vscode", or a package by name. */
export const allowed: Readonly<Record<string, readonly string[]>> = {
  ids: [],
  language: ["@vscode/l10n"],
  // What is published to other extensions: declarations alone.
  api: ["vscode"],
  // What each service wants differently, as data; of oauth the names of failures alone.
  providers: ["oauth/errors"],
  oauth: ["providers", "openid-client", "jose", "@vscode/l10n"],
  broker: ["ids", "oauth", "node:", "@vscode/l10n"],
  clients: ["broker/protocol", "node:"],
  tables: ["oauth", "language", "@uwdata/flechette", "@vscode/l10n"],
  settings: [...ground, "oauth", "vscode"],
  messages: [...ground, "oauth", "vscode"],
  accounts: [...ground, "oauth", "providers", "messages", "vscode", "node:", "proper-lockfile"],
  commands: [...ground, "oauth", "messages", "accounts", "vscode"],
  pages: [...ground, "vscode"],
  scanner: [...ground, "oauth", "settings", "vscode"],
  sessions: [...ground, "oauth", "broker", "vscode", "node:"],
  ...Object.fromEntries(Object.entries(featureRooms).map(([room, more]) => [room, [...foundation, ...more]])),
};

/** They construct and connect: they may import everything, and nobody imports them. */
const roots = ["composition", "extension"];

/** One sentence for each breach. */
export function breaches(files: readonly SourceFile[]): readonly string[] {
  return [
    ...files.flatMap((file) => [...importBreaches(file), ...styleBreaches(file)]),
    ...cycles(files),
    ...fullFolders(files),
  ];
}

function importBreaches(file: SourceFile): string[] {
  const part = partOf(file.path);
  const may = roots.includes(part)
    ? [...Object.keys(allowed), "composition", "vscode", "node:", "@vscode/l10n"]
    : allowed[part];
  if (may === undefined) return [`${file.path} belongs to no part of the table`];
  return importsOf(file)
    .filter((target) => ![part, ...may].some((entry) => covers(entry, target)))
    .map((target) => `${file.path} may not import ${target}`);
}

/** A folder that holds more files of its own is two rooms. */
const mostFiles = 20;

function fullFolders(files: readonly SourceFile[]): string[] {
  const counts = new Map<string, number>();
  for (const { path } of files) counts.set(dirname(path), (counts.get(dirname(path)) ?? 0) + 1);
  return [...counts].flatMap(([folder, count]) =>
    count > mostFiles ? [`${folder} holds ${count} files; ${mostFiles} are the most`] : [],
  );
}

/** A room that holds a fifth of all lines is where the next one gets lost. */
const largestShare = 0.2;

/** The rooms with more than a fifth of the lines of src; for the whole tree, not for a part of it. */
export function oversizedRooms(files: readonly SourceFile[]): readonly string[] {
  const lines = new Map<string, number>();
  const count = ({ text }: SourceFile): number => text.split("\n").length;
  for (const file of files) lines.set(partOf(file.path), (lines.get(partOf(file.path)) ?? 0) + count(file));
  const total = [...lines.values()].reduce((sum, each) => sum + each, 0);
  return [...lines].flatMap(([room, each]) =>
    each > total * largestShare ? [`${room} holds ${Math.round((each / total) * 100)} % of the lines`] : [],
  );
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
