// By which names a text calls LanceDB's connect functions: what its imports say, and `lancedb` itself, which is what everybody writes. Pure.
import type { Language, Token } from "./tokens.ts";

export interface Callees {
  /** What stands before `.connect(`. */
  readonly modules: ReadonlySet<string>;
  /** Functions called by a name of their own. */
  readonly functions: ReadonlySet<string>;
}

const connects: Readonly<Record<Language, readonly string[]>> = {
  python: ["connect", "connect_async"],
  javascript: ["connect"],
};

const packages: ReadonlySet<string> = new Set(["lancedb", "@lancedb/lancedb"]);

export function isConnect(name: string, language: Language): boolean {
  return connects[language].includes(name);
}

/** @param texts the tokens of every text that shares the names: a file, or all cells of a notebook */
export function calleesOf(texts: readonly (readonly Token[])[], language: Language): Callees {
  const found = { modules: new Set(["lancedb"]), functions: new Set<string>() };
  for (const tokens of texts) {
    tokens.forEach((_, at) => {
      if (language === "python") pythonImport(tokens, at, found);
      else scriptImport(tokens, at, found);
    });
  }
  return found;
}

interface Found {
  readonly modules: Set<string>;
  readonly functions: Set<string>;
}

/** `import lancedb as ldb`, `from lancedb import connect as open_database, connect_async` */
function pythonImport(tokens: readonly Token[], at: number, found: Found): void {
  if (tokens[at]?.raw !== "import") return;
  const isFrom = tokens[at - 2]?.raw === "from";
  if (isFrom && tokens[at - 1]?.raw !== "lancedb") return;
  let next = tokens[at + 1]?.raw === "(" ? at + 2 : at + 1;
  for (;;) {
    const imported = tokens[next]?.raw ?? "";
    const isRenamed = tokens[next + 1]?.raw === "as";
    const name = (isRenamed ? tokens[next + 2]?.raw : imported) ?? "";
    const after = tokens[next + (isRenamed ? 3 : 1)]?.raw;
    if (isFrom && isConnect(imported, "python")) found.functions.add(name);
    if (isFrom && imported === "*") for (const each of connects.python) found.functions.add(each);
    if (!isFrom && imported === "lancedb" && after !== ".") found.modules.add(name);
    if (after !== ",") return;
    next += isRenamed ? 4 : 2;
  }
}

/** `import … from "@lancedb/lancedb"`, and what `require` or `import()` of it is assigned to. */
function scriptImport(tokens: readonly Token[], at: number, found: Found): void {
  const token = tokens[at];
  if (token?.kind !== "text" || token.value === undefined || !packages.has(token.value)) return;
  if (tokens[at - 1]?.raw === "from") {
    const from = tokens.findLastIndex(({ raw }, index) => index < at && raw === "import");
    if (from !== -1) bind(tokens.slice(from + 1, at - 1), "as", found);
    return;
  }
  const isCall = tokens[at - 1]?.raw === "(" && /^(?:require|import)$/.test(tokens[at - 2]?.raw ?? "");
  if (!isCall) return;
  const equals = tokens[at - 3]?.raw === "await" ? at - 4 : at - 3;
  if (tokens[equals]?.raw !== "=") return;
  const isPattern = tokens[equals - 1]?.raw === "}";
  const from = isPattern ? tokens.findLastIndex(({ raw }, index) => index < equals && raw === "{") : equals - 1;
  bind(tokens.slice(from, equals), ":", found);
}

/** @param renames what stands between a name of the package and the name it is given: `as`, or a colon */
function bind(tokens: readonly Token[], renames: "as" | ":", { modules, functions }: Found): void {
  let isInBraces = false;
  tokens.forEach(({ kind, raw }, at) => {
    if (raw === "{" || raw === "}") isInBraces = raw === "{";
    if (kind !== "name" || raw === "as" || raw === "type") return;
    const isRenamed = tokens[at + 1]?.raw === renames;
    const original = tokens[at - 1]?.raw === renames ? tokens[at - 2]?.raw : raw;
    if (!isInBraces) modules.add(raw);
    else if (!isRenamed && original !== undefined && isConnect(original, "javascript")) functions.add(raw);
  });
}
