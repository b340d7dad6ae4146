// Reads the fields of a setting one by one; what does not fit is an AuthError invalid_configuration that names the field. Pure.
import * as l10n from "@vscode/l10n";
import { AuthError } from "./errors.ts";

/** A sentence that says what is wrong with what was typed, or nothing. */
export type Problem = (text: string) => string | undefined;

export function invalid(detail: string): AuthError {
  return new AuthError("invalid_configuration", { detail });
}

export function checked(value: string, what: string, problem: Problem): string {
  const found = problem(value);
  if (found !== undefined) throw invalid(`${what}: ${found}`);
  return value;
}

export function record(value: unknown, what: string): Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw invalid(l10n.t("{0} must be an object", what));
  return Object.fromEntries(Object.entries(value));
}

export type Naming = (field: string) => string;

export function text(
  fields: Readonly<Record<string, unknown>>,
  field: string,
  within: Naming = (name) => name,
): string {
  const value = optionalText(fields, field, within);
  if (value === undefined) throw invalid(l10n.t("{0} is missing", within(field)));
  return value;
}

/** An empty text counts as absent. */
export function optionalText(
  fields: Readonly<Record<string, unknown>>,
  field: string,
  within: Naming,
): string | undefined {
  const value = fields[field];
  if (value === undefined || value === "") return undefined;
  if (typeof value !== "string") throw invalid(l10n.t("{0} must be a text", within(field)));
  return value;
}

export function texts(value: unknown, what: string): readonly string[] {
  if (!Array.isArray(value)) throw invalid(l10n.t("{0} must be a list of texts", what));
  return value.map((item: unknown) => {
    if (typeof item !== "string" || item === "") throw invalid(l10n.t("{0} must be a list of texts", what));
    return item;
  });
}

export function textRecord(value: unknown, what: string): Readonly<Record<string, string>> {
  const entries = Object.entries(record(value, what)).map(([key, item]): [string, string] => {
    if (typeof item !== "string") throw invalid(l10n.t("{0} must hold texts", what));
    return [key, item];
  });
  return Object.fromEntries(entries);
}

export function seconds(value: unknown, least: number, what: string): number {
  if (typeof value === "number" && Number.isFinite(value) && value >= least) return value;
  throw invalid(l10n.t("{0} must be a number of seconds, at least {1}", what, least));
}

/** False where it is absent. */
export function flag(value: unknown, what: string): boolean {
  if (value === undefined || typeof value === "boolean") return value === true;
  throw invalid(l10n.t("{0} must be true or false", what));
}

/** Ports below 1024 need rights that an editor has not. */
export function port(value: unknown, what: string): number {
  if (typeof value === "number" && Number.isInteger(value) && value >= 1024 && value <= 65_535) return value;
  throw invalid(l10n.t("{0} must be a port from 1024 to 65535", what));
}

export function oneOf<const Choice extends string>(value: unknown, choices: readonly Choice[], what: string): Choice {
  const found = choices.find((choice) => choice === value);
  if (found === undefined) throw invalid(l10n.t("{0} must be one of {1}", what, choices.join(", ")));
  return found;
}

/** Without the keys whose value is undefined. */
export function present<Key extends string>(fields: Record<Key, string | undefined>): Partial<Record<Key, string>> {
  const kept: Partial<Record<Key, string>> = {};
  for (const key in fields) {
    const value = fields[key];
    if (value !== undefined) kept[key] = value;
  }
  return kept;
}
