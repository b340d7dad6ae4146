// Offers the connections that a trusted workspace suggests: each content once, and added only on a yes to what is shown in full.
// Writes nothing but the machine's settings, after that yes.
import * as vscode from "vscode";
import { commandIds, seenSuggestionsKey } from "../ids.ts";
import type { Connection } from "../oauth/connection.ts";
import { asAuthError } from "../oauth/errors.ts";
import type { Log } from "../messages/log.ts";
import { readSuggested, type ConnectionEntry } from "../settings/settings.ts";
import { detailOf, fingerprint, readSuggestion, standingOf, type Suggestion } from "./suggestion.ts";

export interface SuggestionParts {
  readonly connections: () => readonly Connection[];
  readonly add: (entry: ConnectionEntry) => Promise<void>;
  /** Of the machine: a no is one for every clone of the repository. */
  readonly memory: Pick<vscode.Memento, "get" | "update">;
  readonly log: Log;
}

export interface Suggestions {
  /** Tells once of each new suggestion. */
  offer(): Promise<void>;
  /** The command: shows them again, also those that were declined. */
  review(): Promise<void>;
}

export function suggestions(parts: SuggestionParts): Suggestions {
  let last = Promise.resolve();
  return {
    offer() {
      // Settings change in bursts; what one round has noted the next does not ask again.
      last = last
        .then(() => offerNew(parts))
        .catch((error: unknown) => {
          parts.log.failure("suggested connections", asAuthError(error));
        });
      return last;
    },
    review: () => review(parts),
  };
}

async function offerNew(parts: SuggestionParts): Promise<void> {
  if (!vscode.workspace.isTrusted) return;
  const unseen: Suggestion[] = [];
  for (const suggestion of addable(parts)) if (await note(parts, suggestion)) unseen.push(suggestion);
  if (unseen.length > 0) void tell(parts, unseen);
}

/** Answers whether it is new. */
async function note({ memory }: SuggestionParts, suggestion: Suggestion): Promise<boolean> {
  const found = memory.get<unknown>(seenSuggestionsKey);
  const seen: readonly unknown[] = Array.isArray(found) ? found : [];
  const print = await fingerprint(suggestion);
  if (seen.includes(print)) return false;
  await memory.update(seenSuggestionsKey, [...seen, print]);
  return true;
}

async function tell(parts: SuggestionParts, unseen: readonly Suggestion[]): Promise<void> {
  const [reviewIt, no] = [vscode.l10n.t("Review"), vscode.l10n.t("No")];
  const chosen = await vscode.window.showInformationMessage(offerText(unseen), reviewIt, no);
  if (chosen === reviewIt) for (const suggestion of unseen) await ask(parts, suggestion);
}

function offerText(unseen: readonly Suggestion[]): string {
  const names = unseen.map(({ connection }) => vscode.l10n.t("“{0}”", connection.name)).join(", ");
  return unseen.length === 1
    ? vscode.l10n.t("This workspace suggests the LanceDB connection {0}.", names)
    : vscode.l10n.t("This workspace suggests {0} LanceDB connections: {1}.", unseen.length, names);
}

async function review(parts: SuggestionParts): Promise<void> {
  if (!vscode.workspace.isTrusted) {
    void vscode.window.showInformationMessage(
      vscode.l10n.t("An untrusted workspace can suggest no LanceDB connection."),
    );
    return;
  }
  const all = readable(parts);
  const open = addable(parts);
  if (open.length === 0) {
    void vscode.window.showInformationMessage(nothingToAdd(parts, all));
    return;
  }
  const items = open.map((suggestion) => ({
    label: suggestion.connection.name,
    description: suggestion.connection.uri,
    suggestion,
  }));
  const [only] = open.length === 1 ? items : [];
  const title = vscode.l10n.t("Which suggested connection do you want to look at?");
  const chosen = only ?? (await vscode.window.showQuickPick(items, { title }));
  if (chosen !== undefined) await ask(parts, chosen.suggestion);
}

function nothingToAdd({ connections }: SuggestionParts, all: readonly Suggestion[]): string {
  const taken = all.find((each) => standingOf(each, connections()).state === "taken");
  if (taken !== undefined) {
    return vscode.l10n.t(
      "This workspace suggests another connection “{0}”; yours stays as it is. Rename yours to add it.",
      taken.connection.name,
    );
  }
  return all.length === 0
    ? vscode.l10n.t("This workspace suggests no LanceDB connection.")
    : vscode.l10n.t("You have the suggested connections already.");
}

async function ask(parts: SuggestionParts, suggestion: Suggestion): Promise<void> {
  const { name } = suggestion.connection;
  const standing = standingOf(suggestion, parts.connections());
  if (standing.state !== "new") return;
  const add = vscode.l10n.t("Add Connection");
  const question = vscode.l10n.t("Add the connection “{0}” that this workspace suggests?", name);
  const detail = detailOf(suggestion, standing);
  if ((await vscode.window.showWarningMessage(question, { modal: true, detail }, add)) !== add) return;
  await parts.add(suggestion.entry);
  parts.log.info(`"${name}": added as the workspace suggested`);
  const signIn = vscode.l10n.t("Sign In");
  void vscode.window.showInformationMessage(vscode.l10n.t("“{0}” is added.", name), signIn).then((chosen) => {
    if (chosen === signIn) void vscode.commands.executeCommand(commandIds.signIn, name);
  });
}

function addable(parts: SuggestionParts): readonly Suggestion[] {
  return readable(parts).filter((each) => standingOf(each, parts.connections()).state === "new");
}

/** What cannot be used is told to the log alone: the person has written nothing wrong. */
function readable({ log }: SuggestionParts): readonly Suggestion[] {
  return readSuggested().flatMap((value) => {
    try {
      return [readSuggestion(value)];
    } catch (error) {
      log.failure("a suggested connection", asAuthError(error));
      return [];
    }
  });
}
