// The dialogue that edits a connection: everything that it has in one list, of which the person picks what to change. Saved as it is
// where its credential is there; else, or when the person picks that, the box follows that asks for it and tries it.
import * as vscode from "vscode";
import { isPersonal, parseConnection, usesSource, tokenOwner, type Connection } from "../../oauth/connection.ts";
import { asAuthError } from "../../oauth/errors.ts";
import { sentenceFor } from "../../messages/failure.ts";
import { fieldText, type ConnectionField } from "../../settings/connectionFields.ts";
import type { ConnectionEntry } from "../../settings/settings.ts";
import { draftOf } from "../draft.ts";
import type { ListRow, QuickList } from "../quickList.ts";
import { runSteps } from "../quickSteps.ts";
import type { SignInStepParts } from "../signInStepParts.ts";
import { lastStep } from "../signInSteps.ts";
import { fieldRow, under } from "./fieldRows.ts";

export interface EditParts extends SignInStepParts {
  names(): readonly string[];
  fields(): readonly ConnectionField[];
}

export async function editConnection(parts: EditParts, name: string, entry: ConnectionEntry): Promise<void> {
  const edit = new Edit(parts, name, entry);
  await edit.run();
}

class Edit {
  readonly #parts: EditParts;
  readonly #name: string;
  readonly #before: ConnectionEntry;
  #entry: ConnectionEntry;
  /** Whether the box for the credential follows the list. */
  #asks = false;

  constructor(parts: EditParts, name: string, entry: ConnectionEntry) {
    this.#parts = parts;
    this.#name = name;
    this.#before = entry;
    this.#entry = entry;
  }

  async run(): Promise<void> {
    const list: QuickList = {
      question: vscode.l10n.t("Pick what you want to change, then save."),
      startsFromTop: true,
      rows: () => this.#rows(),
    };
    const last = () => {
      const subject = { draft: draftOf(this.#entry), entry: this.#entry, replaces: this.#name };
      return this.#asks ? { ...lastStep(this.#parts, subject, () => undefined), total: 1 } : undefined;
    };
    await runSteps(this.#title(), 1, [() => list, last], sentenceOf);
  }

  #title(): string {
    return vscode.l10n.t("Edit LanceDB Connection “{0}”", this.#name);
  }

  async #rows(): Promise<readonly ListRow[]> {
    const subject = {
      title: this.#title(),
      sentence: sentenceOf,
      entry: this.#entry,
      taken: this.#parts.names().filter((name) => name !== this.#name),
      take: (changed: ConnectionEntry): void => {
        this.#entry = changed;
      },
    };
    const fields = this.#parts.fields();
    const isSet = ({ name }: ConnectionField): boolean => fieldText(this.#entry[name]) !== "";
    const rowsOf = (some: readonly ConnectionField[]): ListRow[] => some.map((field) => fieldRow(field, subject));
    return [
      this.#saveRow(),
      ...under(vscode.l10n.t("Set"), [...rowsOf(fields.filter(isSet)), await this.#credentialRow()]),
      ...under(vscode.l10n.t("Not set"), rowsOf(fields.filter((field) => !isSet(field)))),
    ];
  }

  #saveRow(): ListRow {
    const names = [...new Set([...Object.keys(this.#before), ...Object.keys(this.#entry)])];
    const changed = names.filter((name) => fieldText(this.#before[name]) !== fieldText(this.#entry[name]));
    return {
      label: `$(check) ${vscode.l10n.t("Save")}`,
      description:
        changed.length === 0 ? vscode.l10n.t("nothing is changed") : vscode.l10n.t("changed: {0}", changed.join(", ")),
      press: () => this.#save(),
    };
  }

  /** Answers whether the dialogue goes on; where it does not, the person is told why. */
  async #save(): Promise<boolean> {
    try {
      const connection = parseConnection(this.#entry);
      this.#asks = !this.#isSameOwner(connection) && !(await this.#isStored(connection));
      if (!this.#asks) await this.#parts.save(this.#entry, this.#name);
      return true;
    } catch (error) {
      void vscode.window.showErrorMessage(vscode.l10n.t("“{0}”: {1}", this.#name, sentenceOf(error)));
      return false;
    }
  }

  /** Where nothing changed for whom the credential is, nothing is asked: it may be signed out, or have no refresh token. */
  #isSameOwner(connection: Connection): boolean {
    const before = connectionIn(this.#before);
    return before !== undefined && tokenOwner(before) === tokenOwner(connection);
  }

  async #isStored(connection: Connection): Promise<boolean> {
    if (isPersonal(connection)) return this.#parts.isSignedIn(connection);
    return usesSource(connection) ? this.#isSameOwner(connection) : this.#parts.hasSecret(connection);
  }

  async #credentialRow(): Promise<ListRow> {
    const connection = connectionIn(this.#entry);
    const isThere = connection !== undefined && (await this.#isStored(connection));
    return {
      label: `$(key) ${credentialName(connection)}`,
      description: isThere
        ? vscode.l10n.t("stored; pick it to replace it")
        : vscode.l10n.t("not there yet; pick it to enter it"),
      press: () => {
        this.#asks = connectionIn(this.#entry) !== undefined;
        return this.#asks || this.#save();
      },
    };
  }
}

function credentialName(connection: Connection | undefined): string {
  if (connection?.flow === "api_key") return vscode.l10n.t("API key");
  if (connection?.clientAuthentication === "private_key_jwt") return vscode.l10n.t("Private key");
  return connection !== undefined && (isPersonal(connection) || usesSource(connection))
    ? vscode.l10n.t("Sign-in")
    : vscode.l10n.t("Client secret");
}

/** Undefined where it cannot be one as it stands. */
function connectionIn(entry: ConnectionEntry): Connection | undefined {
  try {
    return parseConnection(entry);
  } catch {
    return undefined;
  }
}

function sentenceOf(failure: unknown): string {
  return sentenceFor(asAuthError(failure));
}
