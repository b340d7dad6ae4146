// An entry's fields as rows of a list, each with its value; a row opens the box that changes it.
import * as l10n from "@vscode/l10n";
import { fieldText, type ConnectionField } from "../../settings/connectionFields.ts";
import type { ConnectionEntry } from "../../settings/settings.ts";
import type { ListRow } from "../quickList.ts";
import { runSteps } from "../quickSteps.ts";
import { fieldStep, type FieldSubject } from "./fieldStep.ts";

export interface RowsSubject extends FieldSubject {
  readonly title: string;
  readonly sentence: (failure: unknown) => string;
}

export function fieldRow(field: ConnectionField, subject: RowsSubject): ListRow {
  return {
    label: field.name,
    description: shownValue(field, subject.entry),
    press: async () => {
      await runSteps(subject.title, 1, [() => fieldStep(field, subject)], subject.sentence);
      return false;
    },
  };
}

function shownValue(field: ConnectionField, entry: ConnectionEntry): string {
  const value = fieldText(entry[field.name]);
  if (value !== "") return value;
  return field.usual === undefined || field.usual === "" ? "" : l10n.t("default: {0}", field.usual);
}

/** A heading above the first of them. */
export function under(heading: string, rows: readonly ListRow[]): readonly ListRow[] {
  return rows.map((row, at) => (at === 0 ? { ...row, heading } : row));
}
