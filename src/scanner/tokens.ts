// Cuts Python, JavaScript and TypeScript into tokens, as far as finding a call needs it: comments go, texts are whole. Tolerant: what it
// does not understand becomes single marks, and a text that is never closed ends with its line. Pure, and linear in the text's length.

export type Language = "python" | "javascript";

export interface Token {
  readonly kind: "name" | "text" | "number" | "mark";
  /** Offsets into the text. */
  readonly start: number;
  readonly end: number;
  /** As written. */
  readonly raw: string;
  /** What a text says; missing where it is computed (an f-string, a template with `${}`) or written with escapes. */
  readonly value?: string;
}

export function tokensOf(text: string, language: Language): readonly Token[] {
  const found: Token[] = [];
  let at = 0;
  while (at < text.length) {
    const skipped = lengthOf(skips[language], text, at);
    if (skipped > 0) {
      at += skipped;
      continue;
    }
    const token =
      textAt(text, at, language) ?? regularExpressionAt(text, at, language, found.at(-1)) ?? plainAt(text, at);
    found.push(token);
    at = token.end;
  }
  return found;
}

/** White space, continued lines and comments; a comment that is never closed takes the rest. */
const skips: Readonly<Record<Language, RegExp>> = {
  python: /(?:[\s\\]+|#[^\n]*)+/y,
  javascript: /(?:\s+|\/\/[^\n]*|\/\*[^]*?(?:\*\/|$))+/y,
};
const name = /[\p{ID_Start}_$][\p{ID_Continue}$\u200c\u200d]*/uy;
const number = /\d[\w.]*/y;

function lengthOf(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0].length ?? 0;
}

function plainAt(text: string, start: number): Token {
  const token = (kind: Token["kind"], length: number): Token => {
    return { kind, start, end: start + length, raw: text.slice(start, start + length) };
  };
  const ofName = lengthOf(name, text, start);
  if (ofName > 0) return token("name", ofName);
  const ofNumber = lengthOf(number, text, start);
  return ofNumber > 0 ? token("number", ofNumber) : token("mark", 1);
}

function textAt(text: string, start: number, language: Language): Token | undefined {
  return language === "python" ? pythonText(text, start) : scriptText(text, start);
}

const pythonOpening = /([a-z]{0,2})("""|'''|"|')/iy;
const prefixes = new Set(["", "r", "u", "b", "br", "rb", "f", "fr", "rf", "t", "tr", "rt"]);

function pythonText(text: string, start: number): Token | undefined {
  pythonOpening.lastIndex = start;
  const [opening, prefix = "", quote = ""] = pythonOpening.exec(text) ?? [];
  if (opening === undefined || !prefixes.has(prefix.toLowerCase())) return undefined;
  const from = start + opening.length;
  const { to, end } = closing(text, from, quote);
  const body = text.slice(from, to);
  const isPlain = !/[fbt]/i.test(prefix) && (/r/i.test(prefix) || !body.includes("\\"));
  return { kind: "text", start, end, raw: text.slice(start, end), ...(isPlain ? { value: body } : {}) };
}

function scriptText(text: string, start: number): Token | undefined {
  const quote = text.charAt(start);
  if (quote === "`") return template(text, start);
  if (quote !== '"' && quote !== "'") return undefined;
  const { to, end } = closing(text, start + 1, quote);
  const body = text.slice(start + 1, to);
  return { kind: "text", start, end, raw: text.slice(start, end), ...(body.includes("\\") ? {} : { value: body }) };
}

/** Where the text ends, and where what follows it begins. Only a tripled quote runs over lines. */
function closing(text: string, from: number, quote: string): { readonly to: number; readonly end: number } {
  let at = from;
  while (at < text.length) {
    if (text.startsWith(quote, at)) return { to: at, end: at + quote.length };
    if (quote.length === 1 && text.charAt(at) === "\n") return { to: at, end: at };
    at += text.charAt(at) === "\\" ? 2 : 1;
  }
  return { to: text.length, end: text.length };
}

/** What stands in `${}` may hold texts and templates of its own. */
function template(text: string, start: number): Token {
  let [at, isComputed] = [start + 1, false];
  while (at < text.length && text.charAt(at) !== "`") {
    if (text.startsWith("${", at)) {
      isComputed = true;
      at = afterBrace(text, at + 2);
    } else {
      if (text.charAt(at) === "\\") isComputed = true;
      at += text.charAt(at) === "\\" ? 2 : 1;
    }
  }
  const end = Math.min(at + 1, text.length);
  const value = isComputed ? {} : { value: text.slice(start + 1, at) };
  return { kind: "text", start, end, raw: text.slice(start, end), ...value };
}

function afterBrace(text: string, from: number): number {
  let [at, depth] = [from, 1];
  while (at < text.length && depth > 0) {
    const skipped = lengthOf(skips.javascript, text, at);
    if (skipped > 0) {
      at += skipped;
      continue;
    }
    const { raw, end } = scriptText(text, at) ?? plainAt(text, at);
    if (raw === "{") depth += 1;
    if (raw === "}") depth -= 1;
    at = end;
  }
  return at;
}

const regularExpression = /\/(?:[^/\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/[a-z]*/y;
const beforeValue = /^(?:return|typeof|case|do|else|in|of|await|yield|void|delete|throw|new)$/;

/** A slash divides after a value, and opens a regular expression elsewhere. */
function regularExpressionAt(
  text: string,
  start: number,
  language: Language,
  before: Token | undefined,
): Token | undefined {
  if (language !== "javascript" || text.charAt(start) !== "/") return undefined;
  const isValue =
    before !== undefined && (before.kind === "mark" ? /[)\]}]/.test(before.raw) : !beforeValue.test(before.raw));
  const length = isValue ? 0 : lengthOf(regularExpression, text, start);
  return length === 0
    ? undefined
    : { kind: "text", start, end: start + length, raw: text.slice(start, start + length) };
}
