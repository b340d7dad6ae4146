// The dialogue that adds a connection: first the service that somebody signs in with, then what that needs, each step checked, the last one by
// a first token. Nothing is saved before the last step succeeds or the person says to save all the same.
import * as vscode from "vscode";
import { settingIds, settingsSection } from "../ids.ts";
import { problemWithName, problemWithRegion, problemWithUri, problemWithUrl } from "../oauth/connection.ts";
import { asAuthError } from "../oauth/errors.ts";
import type { Token } from "../oauth/token.ts";
import { durationText } from "../messages/durations.ts";
import { sentenceFor } from "../messages/failure.ts";
import type { Known } from "../settings/knownConnection.ts";
import type { ConnectionEntry } from "../settings/settings.ts";
import { emptyDraft, fill, nameFor, type Draft } from "./draft.ts";
import { editConnection, type EditParts } from "./edit/editConnection.ts";
import { runSteps, type Step, type StepMaker } from "./quickSteps.ts";
import { serviceChoice, serviceSteps } from "./services/serviceSteps.ts";
import { takeService } from "./services/takeService.ts";
import { signInSteps } from "./signInSteps.ts";

export interface ConfigureParts extends EditParts {
  names(): readonly string[];
}

/** Of the dialogue that asks for everything step by step. */
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
      if (known.apiKey !== undefined) takeService(draft, "lancedbCloud");
      const done = await addConnection(parts, draft, known);
      unfinished = done ? emptyDraft() : draft;
      return done;
    },
    edit: (connection, entry) => editConnection(parts, connection, entry),
  };
}

async function addConnection(parts: ConfigureParts, draft: Draft, known: Known): Promise<boolean> {
  const title = vscode.l10n.t("Add LanceDB Connection");
  let result: { readonly token?: Token } = {};
  const fetched = (token: Token): void => {
    result = { token };
  };
  if (known.uri !== undefined && draft.name === "") draft.name = nameFor(known.uri, parts.names());
  const subject = { draft, entry: {}, replaces: undefined, offered: known.apiKey };
  // A key that the code holds says what it is for.
  const first = known.apiKey === undefined ? [() => serviceChoice(draft)] : [];
  const heard = {};
  const following = (): readonly StepMaker[] =>
    draft.service === "generic"
      ? [...unknownPlace(parts, draft, known), ...signInSteps(parts, subject, fetched)]
      : serviceSteps({ parts, subject, known, title, fetched, heard });
  const steps = (): readonly StepMaker[] => [...first, ...following()];
  const finished = await runSteps(title, total, steps, (failure) => sentenceFor(asAuthError(failure)));
  if (finished) void tellResult(draft.name, result.token);
  return finished;
}

function unknownPlace(parts: ConfigureParts, draft: Draft, known: Known): readonly StepMaker[] {
  return [
    () => (known.uri === undefined ? nameStep(parts, draft) : undefined),
    () => (known.uri === undefined ? uriStep(draft) : undefined),
    () => (known.host === undefined ? hostStep(draft) : undefined),
  ];
}

function nameStep(parts: ConfigureParts, draft: Draft): Step {
  return {
    number: 1,
    prompt: vscode.l10n.t("A name for this connection, shown in the status bar."),
    placeholder: "production",
    value: draft.name,
    problem: (text) => {
      const taken = parts.names().includes(text);
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
