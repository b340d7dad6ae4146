// The dialogue that adds or edits a connection: five steps, each checked, the last by a first token.
// Nothing is saved before the last step succeeds or the person says to save all the same.
import * as vscode from "vscode";
import { settingIds, settingsSection } from "../ids.ts";
import { problemWithName, problemWithRegion, problemWithUri, problemWithUrl } from "../oauth/connection.ts";
import { asAuthError } from "../oauth/errors.ts";
import type { Secret } from "../oauth/secret.ts";
import type { Token } from "../oauth/token.ts";
import { sentenceFor } from "./failure.ts";
import { draftOf, emptyDraft, fill, type Draft } from "./draft.ts";
import { runSteps, type Step } from "./quickSteps.ts";
import { durationText } from "./statusBarView.ts";
import type { ConnectionEntry } from "./settings.ts";
import type { SignInStepParts } from "./signInStepParts.ts";
import { signInSteps } from "./signInSteps.ts";

export interface ConfigureParts extends SignInStepParts {
  names(): readonly string[];
}

const total = 5;

/** What is known of a connection before anybody is asked, as a connect call tells it; the person sees and confirms it. */
export interface Known {
  readonly uri?: string;
  /** A server's URL, or a region. */
  readonly host?: string;
  /** A key that the code holds: it becomes the connection's own when the person says so. */
  readonly apiKey?: Secret;
}

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

/** A key is in no command's arguments. What a command is called with: by the palette nothing, by the code lens an object, by others whatever they like. */
export function parseKnown(value: unknown): Known {
  if (typeof value !== "object" || value === null) return {};
  const { uri, host } = value as Readonly<Record<string, unknown>>;
  return { ...(typeof uri === "string" ? { uri } : {}), ...(typeof host === "string" ? { host } : {}) };
}

async function runDialogue(
  parts: ConfigureParts,
  draft: Draft,
  replaces: string | undefined,
  entry: ConnectionEntry,
  offered?: Secret,
): Promise<boolean> {
  const title = replaces === undefined ? "Add LanceDB Connection" : `Edit LanceDB Connection “${replaces}”`;
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
    prompt: "A name for this connection, shown in the status bar.",
    placeholder: "production",
    value: draft.name,
    problem: (text) => {
      const taken = text !== replaces && parts.names().includes(text);
      return taken ? `There is a connection “${text}” already; choose another name.` : problemWithName(text);
    },
    accept: (text) => {
      draft.name = text;
    },
  };
}

function uriStep(draft: Draft): Step {
  return {
    number: 2,
    prompt: "The database URI, as your programs pass it to lancedb.connect().",
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
    prompt: "The server’s URL (LanceDB Enterprise), or a LanceDB Cloud region. Empty: Cloud in us-east-1.",
    placeholder: "https://lancedb.example.com",
    value: draft.host,
    problem: (text) => (text === "" ? undefined : text.includes(":") ? problemWithUrl(text) : problemWithRegion(text)),
    accept: (text) => {
      draft.host = text;
    },
  };
}

const untrusted = "programs get nothing until this folder is trusted";

async function tellResult(name: string, token: Token | undefined): Promise<void> {
  const reach = `programs in new terminals reach it unchanged (setting ${settingsSection}.${settingIds.autoConnect})`;
  const life =
    token?.expiresAt === undefined ? "" : `, its token valid for ${durationText(token.expiresAt - token.obtainedAt)}`;
  const state = token === undefined ? "is saved" : `is signed in${life}`;
  const next = vscode.workspace.isTrusted
    ? { says: reach, button: "Open Terminal", command: "workbench.action.terminal.new" }
    : { says: untrusted, button: "Manage Workspace Trust", command: "workbench.trust.manage" };
  const chosen = await vscode.window.showInformationMessage(`“${name}” ${state}; ${next.says}.`, next.button);
  if (chosen === next.button) await vscode.commands.executeCommand(next.command);
}
