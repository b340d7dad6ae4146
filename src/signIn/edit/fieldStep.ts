// The box, or the short list, that changes one field of an entry. What is typed is checked before it is taken; nothing is saved here.
import * as l10n from "@vscode/l10n";
import { parseConnection, problemWithName } from "../../oauth/connection.ts";
import { asAuthError } from "../../oauth/errors.ts";
import { fieldText, fieldValue, problemWithType, type ConnectionField } from "../../settings/connectionFields.ts";
import type { ConnectionEntry } from "../../settings/settings.ts";
import type { ChoiceItem } from "../quickChoice.ts";
import type { AnyStep } from "../quickSteps.ts";

export interface FieldSubject {
  readonly entry: ConnectionEntry;
  /** The names of other connections. */
  readonly taken: readonly string[];
  readonly take: (changed: ConnectionEntry) => void;
}

export function fieldStep(field: ConnectionField, { entry, taken, take }: FieldSubject): AnyStep {
  const set = (text: string): void => {
    const changed = withField(entry, field, text);
    refuseWrong(changed, field);
    take(changed);
  };
  const choices = choicesOf(field);
  if (choices.length > 0) return choiceOf(field, choices, fieldText(entry[field.name]), set);
  return {
    number: 1,
    prompt: field.description,
    placeholder: field.usual ?? field.name,
    value: fieldText(entry[field.name]),
    problem: (text) => (field.name === "name" ? nameProblem(text, taken) : problemWithType(field, text)),
    accept: set,
  };
}

function nameProblem(text: string, taken: readonly string[]): string | undefined {
  return taken.includes(text)
    ? l10n.t("There is a connection “{0}” already; choose another name.", text)
    : problemWithName(text);
}

function choicesOf({ type, choices }: ConnectionField): ConnectionField["choices"] {
  return type === "boolean" ? ["true", "false"].map((value) => ({ value, description: "" })) : choices;
}

function choiceOf(
  { description, usual }: ConnectionField,
  choices: ConnectionField["choices"],
  value: string,
  set: (text: string) => void,
): AnyStep {
  const unset: ChoiceItem = {
    label: l10n.t("Not set"),
    ...(usual === undefined ? {} : { description: l10n.t("default: {0}", usual) }),
    take: () => {
      set("");
    },
  };
  const items = choices.map((choice): ChoiceItem => {
    const take = (): void => {
      set(choice.value);
    };
    return { label: choice.value, description: choice.description, take };
  });
  return { question: description, items: [...items, unset], chosen: value === "" ? unset.label : value };
}

export function withField(entry: ConnectionEntry, field: ConnectionField, text: string): ConnectionEntry {
  const value = fieldValue(field, text);
  const isThere = field.name in entry;
  if (value === undefined) return Object.fromEntries(Object.entries(entry).filter(([name]) => name !== field.name));
  if (!isThere) return { ...entry, [field.name]: value };
  return Object.fromEntries(Object.entries(entry).map(([name, old]) => [name, name === field.name ? value : old]));
}

/** Only for this field's own fault: another one may be missing until it is typed as well. Throws AuthError. */
function refuseWrong(changed: ConnectionEntry, field: ConnectionField): void {
  if (!(field.name in changed)) return;
  try {
    parseConnection(changed);
  } catch (error) {
    const failure = asAuthError(error);
    if (failure.detail.startsWith(field.name)) throw failure;
  }
}
