// Finds lancedb.connect("db://…") in Python, JavaScript and TypeScript, with what the call says about host and credentials. A database
// that is computed is left alone: nothing is guessed. Pure.
import { calleesOf, isConnect, type Callees } from "./callees.ts";
import { hardCodedIn, type HardCoded } from "./hardCoded.ts";
import { tokensOf, type Language, type Token } from "./tokens.ts";

/** How an argument is given: not at all (None, null and an empty text count as that), as a text in the code, or as something else. */
export type Given = { readonly how: "absent" | "computed" } | { readonly how: "literal"; readonly value: string };

export interface ConnectCall {
  /** Offsets of the call, from its name to its closing bracket. */
  readonly start: number;
  readonly end: number;
  /** "db://name" */
  readonly uri: string;
  readonly apiKey: Given;
  readonly host: Given;
  readonly region: Given;
  /** A header provider, an OAuth configuration or an authorization header: the call signs in by itself. */
  readonly signsIn: boolean;
  /** Options are passed on (`**options`, `...options`, a variable): what is in them is not seen. */
  readonly hasMore: boolean;
  readonly hardCoded: readonly HardCoded[];
}

/**
 * @param language VS Code's identifier of the document's language
 * @param others texts that share their imports with this one, as the cells of a notebook do
 */
export function connectCallsIn(text: string, language: string, others: readonly string[] = []): readonly ConnectCall[] {
  const kind = languages[language];
  if (kind === undefined || !/db:\/\//i.test(text) || isOtherCell(text)) return [];
  const tokens = tokensOf(text, kind);
  const shared = others.filter((other) => other.includes("lancedb")).map((other) => tokensOf(other, kind));
  const callees = calleesOf([tokens, ...shared], kind);
  return tokens.flatMap((_, at) => callAt(tokens, at, kind, callees, text) ?? []);
}

const languages: Readonly<Partial<Record<string, Language>>> = {
  python: "python",
  javascript: "javascript",
  javascriptreact: "javascript",
  typescript: "javascript",
  typescriptreact: "javascript",
};

export const languageIds: readonly string[] = Object.keys(languages);

/** A cell that its magic hands to another language. */
function isOtherCell(text: string): boolean {
  return /^\s*%%(?!time|capture|prun)/.test(text);
}

/** The call whose opening bracket is that token. */
function callAt(
  tokens: readonly Token[],
  at: number,
  language: Language,
  callees: Callees,
  text: string,
): ConnectCall | undefined {
  const first = tokens[at]?.raw === "(" ? calleeStart(tokens, at - 1, language, callees) : undefined;
  const close = first === undefined ? -1 : closingAt(tokens, at);
  const end = tokens[close]?.end;
  if (first === undefined || end === undefined) return undefined;
  const inside = tokens.slice(at + 1, close);
  const given = language === "python" ? pythonArguments(inside) : scriptArguments(inside);
  const uri = given.of("uri");
  if (uri.how !== "literal" || !/^db:\/\/[^/?#\s]+/i.test(uri.value)) return undefined;
  return {
    ...{ start: first.start, end, uri: uri.value },
    ...{ apiKey: given.of("apiKey"), host: given.of("hostOverride"), region: given.of("region") },
    signsIn: given.has("oauthConfig") || given.has("headerProvider") || bringsHeaders(inside),
    hasMore: given.hasMore,
    hardCoded: hardCodedIn(tokens, at + 1, close, text),
  };
}

/** The first token of `lancedb.connect` or `connect`, where the name that ends there is one of LanceDB's. */
function calleeStart(tokens: readonly Token[], at: number, language: Language, callees: Callees): Token | undefined {
  const [before, called] = [tokens[at - 1]?.raw ?? "", tokens[at]];
  if (called?.kind !== "name") return undefined;
  if (before !== ".") {
    return callees.functions.has(called.raw) && !/^(?:def|function|new)$/.test(before) ? called : undefined;
  }
  const owner = tokens[at - 2];
  const isOurs = owner !== undefined && callees.modules.has(owner.raw) && tokens[at - 3]?.raw !== ".";
  return isOurs && isConnect(called.raw, language) ? owner : undefined;
}

function closingAt(tokens: readonly Token[], opening: number): number {
  let depth = 0;
  for (let at = opening; at < tokens.length; at += 1) {
    const mark = tokens[at]?.kind === "mark" ? tokens[at]?.raw : undefined;
    if (mark !== undefined && "([{".includes(mark)) depth += 1;
    if (mark !== undefined && ")]}".includes(mark)) depth -= 1;
    if (depth === 0) return at;
  }
  return -1;
}

interface Arguments {
  of(name: string): Given;
  has(name: string): boolean;
  readonly hasMore: boolean;
}

function argumentsFrom(named: ReadonlyMap<string, readonly Token[]>, hasMore: boolean): Arguments {
  const of = (name: string): Given => givenBy(named.get(name) ?? []);
  return { of, has: (name) => of(name).how !== "absent", hasMore };
}

/** A keyword of Python's and a key of JavaScript's become one name: host_override is hostOverride. */
function canonical(name: string): string {
  return name.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

function pythonArguments(inside: readonly Token[]): Arguments {
  const named = new Map<string, readonly Token[]>();
  let hasMore = false;
  splitAtCommas(inside).forEach((part, at) => {
    const [first, second, third] = part;
    if (first?.raw === "*") hasMore = true;
    else if (second?.raw === "=" && third?.raw !== "=") named.set(canonical(first?.raw ?? ""), part.slice(2));
    else if (at === 0) named.set("uri", part);
  });
  return argumentsFrom(named, hasMore);
}

/** connect(uri, options, session, headerProvider), or connect(options) with the URI among them. */
function scriptArguments(inside: readonly Token[]): Arguments {
  const parts = splitAtCommas(inside);
  const isAllInOne = parts[0]?.[0]?.raw === "{";
  const options = (isAllInOne ? parts[0] : parts[1]) ?? [];
  const isLiteral = options[0]?.raw === "{" && options.at(-1)?.raw === "}";
  const entries = isLiteral ? splitAtCommas(options.slice(1, -1)) : [];
  const named = new Map<string, readonly Token[]>();
  for (const [key, colon, ...value] of entries) {
    // `{ apiKey }` names a variable: what it holds is not seen.
    if (key !== undefined && key.raw !== ".") named.set(key.value ?? key.raw, colon === undefined ? [key] : value);
  }
  if (!isAllInOne) named.set("uri", parts[0] ?? []);
  const provider = parts[isAllInOne ? 2 : 3];
  if (provider !== undefined) named.set("headerProvider", provider);
  const isPassedOn = !isLiteral && givenBy(options).how !== "absent";
  return argumentsFrom(named, isPassedOn || entries.some(([key]) => key?.raw === "."));
}

function givenBy(value: readonly Token[]): Given {
  const [only] = value;
  if (only === undefined) return { how: "absent" };
  if (value.length > 1) return { how: "computed" };
  if (only.kind === "name" && /^(?:None|null|undefined)$/.test(only.raw)) return { how: "absent" };
  if (only.kind !== "text" || only.value === undefined) return { how: "computed" };
  return only.value === "" ? { how: "absent" } : { how: "literal", value: only.value };
}

function splitAtCommas(tokens: readonly Token[]): readonly (readonly Token[])[] {
  const parts: Token[][] = [[]];
  let depth = 0;
  for (const token of tokens) {
    const mark = token.kind === "mark" ? token.raw : "";
    if (/[([{]/.test(mark)) depth += 1;
    if (/[)\]}]/.test(mark)) depth -= 1;
    if (mark === "," && depth === 0) parts.push([]);
    else parts.at(-1)?.push(token);
  }
  return parts.filter((part) => part.length > 0);
}

/** A header or a provider anywhere in the configuration of the client. */
function bringsHeaders(inside: readonly Token[]): boolean {
  return inside.some((token, at) => {
    const key = token.value ?? (token.kind === "name" ? token.raw : "");
    const isKey = /^[:=]$/.test(inside[at + 1]?.raw ?? "");
    return isKey && /^(?:authorization|x-api-key|header_?provider)$/i.test(key);
  });
}
