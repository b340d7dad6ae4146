// The dialogue that adds or edits a connection: five steps, each checked, the issuer by discovery, the secret by a first token.
// Nothing is saved before the last step succeeds or the person says to save all the same.
import * as vscode from "vscode";
import { settingIds, settingsSection } from "../ids.ts";
import {
  parseConnection,
  problemWithName,
  problemWithRegion,
  problemWithUri,
  problemWithUrl,
  type Connection,
} from "../oauth/connection.ts";
import { AuthError, asAuthError } from "../oauth/errors.ts";
import type { IssuerFacts } from "../oauth/grants.ts";
import { Secret } from "../oauth/secret.ts";
import type { Token } from "../oauth/token.ts";
import { sentenceFor } from "./failure.ts";
import { draftOf, emptyDraft, fitting, merge, type Draft } from "./draft.ts";
import { runSteps, type Step } from "./quickSteps.ts";
import { durationText } from "./statusBarView.ts";
import type { ConnectionEntry } from "./settings.ts";

export interface ConfigureParts {
  names(): readonly string[];
  discover(issuerUrl: string, signal: AbortSignal): Promise<IssuerFacts>;
  hasSecret(connection: Connection): Promise<boolean>;
  /** Fetches a first token; stores the secret and the token when it works. */
  signIn(connection: Connection, secret: Secret, signal: AbortSignal): Promise<Token>;
  storeSecret(connection: Connection, secret: Secret): Promise<void>;
  save(entry: ConnectionEntry, replaces: string | undefined): Promise<void>;
}

const total = 5;

export interface Configurator {
  add(): Promise<void>;
  edit(connection: string, entry: ConnectionEntry): Promise<void>;
}

export function configurator(parts: ConfigureParts): Configurator {
  let unfinished = emptyDraft();
  return {
    async add() {
      const draft = unfinished;
      const done = await runDialogue(parts, draft, undefined, {});
      if (done) unfinished = emptyDraft();
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
      () => issuerStep(parts, draft),
      () => clientIdStep(draft),
      () =>
        secretStep(parts, draft, entry, replaces, (token) => {
          result = token === undefined ? {} : { token };
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

function issuerStep(parts: ConfigureParts, draft: Draft): Step {
  const use = (text: string, isTokenUrl: boolean): void => {
    draft.issuer = text;
    draft.issuerIsTokenUrl = isTokenUrl;
  };
  return {
    number: 4,
    prompt:
      "How to sign in: the OAuth issuer’s URL, checked by discovery. A token URL (ending in /token) works as well.",
    placeholder: "https://login.example.com/tenant",
    value: draft.issuer,
    problem: problemWithUrl,
    accept: async (text, signal) => {
      if (isTokenUrl(text)) {
        use(text, true);
        return;
      }
      const facts = await parts.discover(text, signal);
      use(text, false);
      draft.clientAuthentication = fitting(draft.clientAuthentication, facts);
    },
    wayOut: (failure) => {
      const { code, retryHelps } = asAuthError(failure);
      if (code === "not_an_issuer")
        return {
          purpose: "use it as the token URL",
          accept: (text) => {
            use(text.trim(), true);
          },
        };
      return retryHelps
        ? {
            purpose: "go on without this check",
            accept: (text) => {
              use(text.trim(), false);
            },
          }
        : undefined;
    },
  };
}

function isTokenUrl(text: string): boolean {
  return /\/token\/?$/.test(new URL(text).pathname);
}

function clientIdStep(draft: Draft): Step {
  return {
    number: 4,
    prompt: "The OAuth client id that your organisation gave you.",
    placeholder: "client id",
    value: draft.clientId,
    problem: (text) => (text === "" ? "The client id is missing." : undefined),
    accept: (text) => {
      draft.clientId = text;
    },
  };
}

function secretStep(
  parts: ConfigureParts,
  draft: Draft,
  entry: ConnectionEntry,
  replaces: string | undefined,
  fetched: (token: Token | undefined) => void,
): Step {
  const saved = merge(entry, draft);
  const keeps = replaces !== undefined;
  const save = (): Promise<void> => parts.save(saved, replaces);
  return {
    number: 5,
    prompt: "The client secret. It is kept in the editor’s secret storage and never leaves this window.",
    placeholder: keeps ? "Leave empty to keep the stored secret" : "client secret",
    value: "",
    password: true,
    problem: (text) => (text === "" && !keeps ? "The client secret is missing." : undefined),
    accept: async (text, signal) => {
      const connection = parseConnection(saved);
      if (text === "" && !(await parts.hasSecret(connection))) {
        throw new AuthError("secret_missing", {
          detail: "there is none for this issuer and client id, so enter it here",
        });
      }
      if (text !== "") fetched(await parts.signIn(connection, new Secret(text), signal));
      await save();
    },
    wayOut: (failure) => {
      if (!asAuthError(failure).retryHelps) return undefined;
      const accept = async (text: string): Promise<void> => {
        if (text !== "") await parts.storeSecret(parseConnection(saved), new Secret(text));
        await save();
      };
      return { purpose: "save without a first token", accept };
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
