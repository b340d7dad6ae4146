// A value of a table as a short text of one line: vectors abbreviated, long texts cut, nothing in it that an editor would obey. Pure.
import * as l10n from "@vscode/l10n";
import { language } from "../language.ts";

const longest = 60;
const shownItems = 3;

export function cellText(value: unknown): string {
  return cut(inert(textOf(value, 0)), longest);
}

/** One line without control, format and direction characters: a value cannot rearrange the text around it. */
export function inert(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]+/gu, " ");
}

export function cut(text: string, length: number): string {
  // By code points, so that no half of a pair is left behind.
  const characters = Array.from(text.slice(0, length * 2 + 2));
  return characters.length <= length ? characters.join("") : `${characters.slice(0, length - 1).join("")}…`;
}

function textOf(value: unknown, depth: number): string {
  if (value === null || value === undefined) return "null";
  if (typeof value === "string") return value.slice(0, longest * 4);
  if (typeof value === "number") return numberText(value);
  if (typeof value === "bigint" || typeof value === "boolean") return String(value);
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? l10n.t("not a date") : value.toISOString();
  if (value instanceof Uint8Array) return bytesText(value);
  if (isNumbers(value)) return listText(Array.from<unknown>(value), depth);
  if (Array.isArray(value)) return listText(value, depth);
  return typeof value === "object" ? structText(value, depth) : l10n.t("not shown");
}

function isNumbers(value: unknown): value is Iterable<number | bigint> {
  return ArrayBuffer.isView(value) && !(value instanceof DataView);
}

/** Six digits that count; a 32-bit float has no more. */
function numberText(value: number): string {
  return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(6)));
}

function bytesText(bytes: Uint8Array): string {
  const start = [...bytes.subarray(0, 4)].map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
  if (bytes.length === 1) return l10n.t("1 byte: {0}", start);
  return l10n.t("{0} bytes: {1}", bytes.length, start + (bytes.length > 4 ? " …" : ""));
}

/** "[0.25, 0.66, 0.3, … 1,533 more]" */
function listText(items: readonly unknown[], depth: number): string {
  if (depth === 2) return "[…]";
  const more = items.length - shownItems;
  // One item more than what is shown would take as much room to announce.
  const shown = (more > 1 ? items.slice(0, shownItems) : items).map((item) => textOf(item, depth + 1));
  const left = more > 1 ? [l10n.t("… {0} more", more.toLocaleString(language()))] : [];
  return `[${[...shown, ...left].join(", ")}]`;
}

function structText(value: object, depth: number): string {
  if (depth === 2) return "{…}";
  const members = Object.entries(value).slice(0, 8);
  return `{${members.map(([name, member]) => `${name}: ${textOf(member, depth + 1)}`).join(", ")}}`;
}
