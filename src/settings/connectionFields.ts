// The fields that an entry of the setting may have, as package.json declares them in the language of the editor, and how the value of one is
// shown and typed. Pure.
import * as l10n from "@vscode/l10n";
import { textOf, wordsOf } from "./commandWords.ts";

type FieldType = "string" | "number" | "boolean" | "list" | "record";

export interface ConnectionField {
  readonly name: string;
  readonly type: FieldType;
  readonly description: string;
  /** Where only these are possible. */
  readonly choices: readonly { readonly value: string; readonly description: string }[];
  /** What counts where the field is left out. */
  readonly usual?: string;
}

/** @param manifest package.json, in which VS Code has put the words of its language */
export function parseConnectionFields(manifest: unknown): readonly ConnectionField[] {
  const path = ["contributes", "configuration", "properties", "lancedbAuth.connections", "items", "properties"];
  const properties = path.reduce<unknown>((value, key) => recordOf(value)[key], manifest);
  return Object.entries(recordOf(properties)).map(([name, declared]) => parseField(name, recordOf(declared)));
}

function parseField(name: string, declared: Readonly<Record<string, unknown>>): ConnectionField {
  const { type, description, enum: values, enumDescriptions, default: usual } = declared;
  const words = listOf(enumDescriptions);
  return {
    name,
    type: fieldTypeOf(type),
    description: typeof description === "string" ? description : name,
    choices: listOf(values).map((value, at) => ({ value: scalarText(value), description: scalarText(words[at]) })),
    ...(usual === undefined ? {} : { usual: scalarText(usual) }),
  };
}

function scalarText(value: unknown): string {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean" ? String(value) : "";
}

function fieldTypeOf(type: unknown): FieldType {
  if (type === "array") return "list";
  if (type === "object") return "record";
  if (type === "number" || type === "integer") return "number";
  return type === "boolean" ? "boolean" : "string";
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? Object.fromEntries(Object.entries(value)) : {};
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** The value as a person reads and types it; empty where there is none. */
export function fieldText(value: unknown): string {
  if (value === undefined || value === null) return "";
  if (Array.isArray(value)) return textOf(value.map(String));
  if (typeof value !== "object") return scalarText(value);
  return textOf(Object.entries(value).map(([key, item]) => `${key}=${String(item)}`));
}

/** What is wrong with a text for a field of that type, before anybody looks at its meaning. */
export function problemWithType({ type }: ConnectionField, text: string): string | undefined {
  if (text === "") return undefined;
  if (type === "number" && !/^\d+(\.\d+)?$/.test(text)) return l10n.t("This is not a number.");
  if (type !== "list" && type !== "record") return undefined;
  const words = wordsOf(text);
  if (words === undefined) return l10n.t("A quotation mark is not closed.");
  const isPairs = words.every((word) => word.indexOf("=") > 0);
  return type === "record" && !isPairs ? l10n.t("Each part is a name, = and a value.") : undefined;
}

/** The value to be written; undefined where the field is to be left out. */
export function fieldValue({ type }: ConnectionField, text: string): unknown {
  if (text === "") return undefined;
  switch (type) {
    case "number":
      return Number(text);
    case "boolean":
      return text === "true";
    case "list":
      return wordsOf(text) ?? [];
    case "record":
      return Object.fromEntries((wordsOf(text) ?? []).map((word) => splitPair(word)));
    case "string":
      return text;
  }
}

function splitPair(word: string): readonly [string, string] {
  const at = word.indexOf("=");
  return [word.slice(0, at), word.slice(at + 1)];
}
