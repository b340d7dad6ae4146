// Finds keys and tokens that are written into a connect call, and what to take out of the text to be rid of them. The value itself stays
// where it is: nothing of it is in what this answers. Pure.
import type { Token } from "./tokens.ts";

export interface Span {
  readonly start: number;
  readonly end: number;
}

export interface HardCoded {
  readonly what: "key" | "token";
  /** The value, quotes included. */
  readonly value: Span;
  /** The whole argument with its comma. */
  readonly argument: Span;
}

/** @param from the first token inside of the call's brackets  @param to the closing one */
export function hardCodedIn(tokens: readonly Token[], from: number, to: number, text: string): readonly HardCoded[] {
  const found: HardCoded[] = [];
  for (let at = from; at < to; at += 1) {
    const [key, sign, value, after] = tokens.slice(at, at + 4);
    if (key === undefined || value === undefined || !/^[:=]$/.test(sign?.raw ?? "")) continue;
    const what = whatIs(key.value ?? key.raw, value);
    if (what === undefined || !/^[,)}]$/.test(after?.raw ?? "")) continue;
    found.push({ what, value: { start: value.start, end: value.end }, argument: argumentAt(tokens, at, text) });
  }
  return found;
}

function whatIs(key: string, { kind, value = "" }: Token): HardCoded["what"] | undefined {
  if (kind !== "text" || value.trim() === "") return undefined;
  if (/^(?:api_?key|x-api-key)$/i.test(key)) return "key";
  return /^authorization$/i.test(key) && /^bearer\s+\S/i.test(value) ? "token" : undefined;
}

/** The comma before goes with it; where a comment stands between, or nothing comes before, the comma after. */
function argumentAt(tokens: readonly Token[], at: number, text: string): Span {
  const [before, key, value, after] = [tokens[at - 1], tokens[at], tokens[at + 2], tokens[at + 3]];
  const [start, end] = [key?.start ?? 0, value?.end ?? 0];
  if (before?.raw === "," && text.slice(before.end, start).trim() === "") return { start: before.start, end };
  if (before?.raw === "{" && after?.raw === "}") return emptied(tokens, at) ?? { start, end };
  if (after?.raw !== ",") return { start, end };
  const next = tokens[at + 4];
  const isNear = next !== undefined && text.slice(after.end, next.start).trim() === "";
  return { start, end: isNear && before?.raw !== "," ? next.start : after.end };
}

/** The options' object goes as well when nothing is left in it and it is the call's last argument. */
function emptied(tokens: readonly Token[], at: number): Span | undefined {
  const [comma, close, after] = [tokens[at - 2], tokens[at + 3], tokens[at + 4]];
  const isLast = comma?.raw === "," && close !== undefined && after?.raw === ")";
  return isLast ? { start: comma.start, end: close.end } : undefined;
}
