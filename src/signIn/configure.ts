// The dialogue that adds or edits a connection: five steps, each checked, the last by a first token.
// Nothing is saved before the last step succeeds or the person says to save all the same.
import * as vscode from "vscode";
import { settingIds, settingsSection } from "../ids.ts";
import { problemWithName, problemWithRegion, problemWithUri, problemWithUrl } from "../oauth/connection.ts";
import { asAuthError } from "../oauth/errors.ts";
import type { Secret } from "../oauth/secret.ts";
import type { Token } from "../oauth/token.ts";
import { sentenceFor } from "../messages/failure.ts";
import { draftOf, emptyDraft, fill, type Draft } from "./draft.ts";
import { runSteps, type Step } from "./quickSteps.ts";
import { durationText } from "../messages/durations.ts";
import type { Known } from "../settings/knownConnection.ts";
import type { ConnectionEntry } from "../settings/settings.ts";
import type { SignInStepParts } from "./signInStepParts.ts";
import { signInSteps } from "./signInSteps.ts";

export interface ConfigureParts extends SignInStepParts {
  names(): readonly string[];
}

const total = 5;

export interface Configurator {
  /** Answers whether there is a new connection. */
  add(known?: Known): Promise<boolean>;
  edit(connection: string, entry: ConnectionEntry): Promise<void>;
}

export function configurator(parts: ConfigureParts): Configurator {
  let unfinished = emptyDraft();
  return {
    async add(known = {}) {
      const draft = fill(unfinished, known, parts.names());
      if (known.apiKey !== undefined) draft.flow = "api_key";
      const done = await runDialogue(parts, draft, undefined, {}, known.apiKey);
      unfinished = done ? emptyDraft() : draft;
      return done;
    },
    async edit(connection, entry) {
      await runDialogue(parts, draftOf(entry), connection, entry);
    },
  };
}

async function runDialogue(
  parts: ConfigureParts,
  draft: Draft,
  replaces: string | undefined,
  entry: ConnectionEntry,
  offered?: Secret,
): Promise<boolean> {
  const title =
    replaces === undefined
      ? vscode.l10n.t("Add LanceDB Connection")
      : vscode.l10n.t("Edit LanceDB Connection “{0}”", replaces);
  let result: { readonly token?: Token } = {};
  const finished = await runSteps(
    title,
    total,
    [
      () => nameStep(parts, draft, replaces),
      () => uriStep(draft),
      () => hostStep(draft),
      ...signInSteps(parts, { draft, entry, replaces, offered }, (token) => {
        result = { token };
      }),
    ],
    (failure) => sentenceFor(asAuthError(failure)),
  );
  // An edit shows in the status bar; a new connection is worth a sentence.
  if (finished && replaces === undefined) void tellResult(draft.name, result.token);
  return finished;
}

function nameStep(parts: ConfigureParts, draft: Draft, replaces: string | undefined): Step {
  return {
    number: 1,
    prompt: vscode.l10n.t("A name for this connection, shown in the status bar."),
    placeholder: "production",
    value: draft.name,
    problem: (text) => {
      const taken = text !== replaces && parts.names().includes(text);
      return taken
        ? vscode.l10n.t("There is a connection “{0}” already; choose another name.", text)
        : problemWithName(text);
    },
    accept: (text) => {
      draft.name = text;
    },
  };
}

function uriStep(draft: Draft): Step {
  return {
    number: 2,
    prompt: vscode.l10n.t("The database URI, as your programs pass it to lancedb.connect()."),
    placeholder: "db://my-database",
    value: draft.uri,
    problem: problemWithUri,
    accept: (text) => {
      draft.uri = text;
    },
  };
}

function hostStep(draft: Draft): Step {
  return {
    number: 3,
    prompt: vscode.l10n.t(
      "The server’s URL (LanceDB Enterprise), or a LanceDB Cloud region. Empty: Cloud in us-east-1.",
    ),
    placeholder: "https://lancedb.example.com",
    value: draft.host,
    problem: (text) => (text === "" ? undefined : text.includes(":") ? problemWithUrl(text) : problemWithRegion(text)),
    accept: (text) => {
      draft.host = text;
    },
  };
}

async function tellResult(name: string, token: Token | undefined): Promise<void> {
  const next = vscode.workspace.isTrusted
    ? {
        says: vscode.l10n.t(
          "programs in new terminals reach it unchanged (setting {0})",
          `${settingsSection}.${settingIds.autoConnect}`,
        ),
        button: vscode.l10n.t("Open Terminal"),
        command: "workbench.action.terminal.new",
      }
    : {
        says: vscode.l10n.t("programs get nothing until this folder is trusted"),
        button: vscode.l10n.t("Manage Workspace Trust"),
        command: "workbench.trust.manage",
      };
  const chosen = await vscode.window.showInformationMessage(
    vscode.l10n.t("{0}; {1}.", resultText(name, token), next.says),
    next.button,
  );
  if (chosen === next.button) await vscode.commands.executeCommand(next.command);
}

function resultText(name: string, token: Token | undefined): string {
  if (token === undefined) return vscode.l10n.t("“{0}” is saved", name);
  if (token.expiresAt === undefined) return vscode.l10n.t("“{0}” is signed in", name);
  const life = durationText(token.expiresAt - token.obtainedAt);
  return vscode.l10n.t("“{0}” is signed in, its token valid for {1}", name, life);
}
