// The steps of the dialogue that say how to sign in, and the last one that does it: by a secret, or as a person.
// Each is made anew when it is reached, and left out where the chosen way has no use for it.
import * as l10n from "@vscode/l10n";
import type { Problem } from "../oauth/fields.ts";
import { problemWithApiKey } from "../oauth/apiKey.ts";
import {
  flows,
  isPersonal,
  parseConnection,
  problemWithUrl,
  usesIssuer,
  usesSource,
  usualAuthentication,
  type Connection,
  type Flow,
} from "../oauth/connection.ts";
import { AuthError, asAuthError } from "../oauth/errors.ts";
import { Secret } from "../oauth/secret.ts";
import type { Token } from "../oauth/token.ts";
import type { WayToSignIn } from "../oauth/grants/waysToSignIn.ts";
import { fitting, merge, takeCredential, type Draft } from "./draft.ts";
import { flowName } from "../messages/flowNames.ts";
import type { Choice } from "./quickChoice.ts";
import type { Step } from "./quickSteps.ts";
import type { SignInStepParts, Subject } from "./signInStepParts.ts";
import type { ConnectionEntry } from "../settings/settings.ts";
import { providerStep, sourceStep } from "./sourceSteps.ts";

export function signInSteps(
  parts: SignInStepParts,
  subject: Subject,
  fetched: (token: Token) => void,
): readonly (() => Step | Choice | undefined)[] {
  const { draft } = subject;
  return [
    () => flowStep(draft),
    () => (usesIssuer(draft) ? issuerStep(parts, draft) : undefined),
    () => (usesIssuer(draft) ? clientIdStep(draft) : undefined),
    () => providerStep(parts, draft),
    () => lastStep(parts, subject, fetched),
  ];
}

function lastStep(parts: SignInStepParts, subject: Subject, fetched: (token: Token) => void): Step {
  if (usesSource(subject.draft)) return sourceStep(parts, subject, fetched);
  return isPersonal(subject.draft) ? personalStep(parts, subject, fetched) : secretStep(parts, subject, fetched);
}

const flowDetails: Readonly<Record<Flow, () => string>> = {
  client_credentials: () => l10n.t("OAuth client credentials; nobody has to be present."),
  authorization_code: () => l10n.t("You sign in on your organisation’s page (authorization code with PKCE)."),
  device_code: () => l10n.t("You enter a short code on any machine, a phone for example."),
  api_key: () => l10n.t("A LanceDB API key, sent as x-api-key; nothing to renew."),
  vscode: () => l10n.t("Microsoft Entra ID, or another account that the editor knows."),
  command: () => l10n.t("As kubectl’s credential plugins do; the Azure and Google Cloud tools, for example."),
  azure_managed_identity: () => l10n.t("This machine’s own identity in Azure."),
  token_exchange: () => l10n.t("A token of this workload, from a file, exchanged for one of the issuer."),
};

function flowStep(draft: Draft): Choice {
  const take = (flow: Flow) => (): void => {
    if (draft.flow !== flow) draft.clientAuthentication = usualAuthentication(flow);
    draft.flow = flow;
  };
  return {
    number: 4,
    question: l10n.t("How do you want to sign in?"),
    // What the dialogue cannot ask for is offered only where it stands in the settings already.
    items: flows
      .filter((flow) => flow !== "token_exchange" || draft.flow === flow)
      .map((flow) => ({ label: flowName(flow), detail: flowDetails[flow](), take: take(flow) })),
    chosen: flowName(draft.flow),
  };
}

function issuerStep(parts: SignInStepParts, draft: Draft): Step {
  const use = (text: string, isTokenUrl: boolean): void => {
    draft.issuer = text;
    draft.issuerIsTokenUrl = isTokenUrl;
  };
  return {
    number: 4,
    prompt: l10n.t("The OAuth issuer’s URL, checked by discovery. A token URL (ending in /token) works as well."),
    placeholder: "https://login.example.com/tenant",
    value: draft.issuer,
    problem: problemWithUrl,
    accept: async (text, signal) => {
      if (isTokenUrl(text) && !isPersonal(draft)) {
        use(text, true);
        return;
      }
      const facts = await parts.discover(text, signal);
      use(text, false);
      draft.clientAuthentication = fitting(draft, facts);
    },
    wayOut: (failure) => {
      const { code, retryHelps } = asAuthError(failure);
      if (code === "not_an_issuer" && !isPersonal(draft))
        return {
          purpose: l10n.t("use it as the token URL"),
          accept: (text) => {
            use(text.trim(), true);
          },
        };
      return retryHelps
        ? {
            purpose: l10n.t("go on without this check"),
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
    prompt: l10n.t("The OAuth client id that your organisation gave you."),
    placeholder: l10n.t("client id"),
    value: draft.clientId,
    problem: (text) => (text === "" ? l10n.t("The client id is missing.") : undefined),
    accept: (text) => {
      draft.clientId = text;
    },
  };
}

function secretStep(parts: SignInStepParts, subject: Subject, fetched: (token: Token) => void): Step {
  const { draft, entry, replaces, offered } = subject;
  const keeps = replaces !== undefined;
  const saved = (): ConnectionEntry => merge(entry, draft);
  const save = (): Promise<void> => parts.save(saved(), replaces);
  const isKey = draft.flow === "api_key";
  const { prompt, name, keep, problem, missing } = isKey ? keyWords() : secretWords();
  const credential = (text: string): Secret | undefined => {
    const kept = isKey && text !== "" ? text : takeCredential(draft, text);
    return kept === undefined ? undefined : new Secret(kept);
  };
  return {
    number: 5,
    prompt,
    placeholder: keeps ? keep : name,
    value: isKey && offered !== undefined ? offered.reveal() : "",
    password: true,
    problem: (text) => (text === "" && keeps ? undefined : problem(text)),
    accept: async (text, signal) => {
      const secret = credential(text);
      const connection = parseConnection(saved());
      if (text === "" && !(await parts.hasSecret(connection))) {
        throw new AuthError("secret_missing", { detail: missing });
      }
      if (text !== "") fetched(await parts.signIn(connection, secret, signal));
      await save();
    },
    wayOut: (failure) => {
      if (!asAuthError(failure).retryHelps) return undefined;
      const accept = async (text: string): Promise<void> => {
        const secret = credential(text);
        if (secret !== undefined) await parts.storeSecret(parseConnection(saved()), secret);
        await save();
      };
      return { purpose: l10n.t("save without a first token"), accept };
    },
  };
}

interface CredentialWords {
  readonly prompt: string;
  readonly name: string;
  /** Where the stored one may stay. */
  readonly keep: string;
  readonly problem: Problem;
  /** What is said where none is stored. */
  readonly missing: string;
}

function secretWords(): CredentialWords {
  return {
    prompt: l10n.t(
      "The client secret, or a private key (pasted, or the path of its PEM or JWK file). It is kept in the editor’s secret storage and never leaves this window.",
    ),
    name: l10n.t("client secret"),
    keep: l10n.t("Leave empty to keep the stored client secret"),
    problem: (text) => (text === "" ? l10n.t("The client secret is missing.") : undefined),
    missing: l10n.t("there is none for this issuer and client id, so enter it here"),
  };
}

function keyWords(): CredentialWords {
  return {
    prompt: l10n.t(
      "The API key. It is kept in the editor’s secret storage, and programs get it for this server alone.",
    ),
    name: l10n.t("API key"),
    keep: l10n.t("Leave empty to keep the stored API key"),
    problem: problemWithApiKey,
    missing: l10n.t("there is no API key for this server and database, so enter it here"),
  };
}

/** The sign-in itself. A secret is typed only by those whose client has one. */
function personalStep(
  parts: SignInStepParts,
  { draft, entry, replaces }: Subject,
  fetched: (token: Token) => void,
): Step {
  let ways: readonly WayToSignIn[] = [];
  let tried: WayToSignIn | undefined;
  const connectionFor = (typed: string): { connection: Connection; secret: Secret | undefined } => {
    const kept = takeCredential(draft, typed);
    if (typed === "" && replaces === undefined) draft.clientAuthentication = "none";
    return { connection: parseConnection(merge(entry, draft)), secret: kept === undefined ? kept : new Secret(kept) };
  };
  const save = (): Promise<void> => parts.save(merge(entry, draft), replaces);
  const signInBy = async (way: WayToSignIn, text: string, signal: AbortSignal): Promise<void> => {
    tried = way;
    const { connection, secret } = connectionFor(text);
    fetched(await parts.signInAsPerson(connection, way, secret, signal));
    await save();
  };
  const page = draft.flow === "device_code" ? l10n.t("you get a code to enter on a page") : l10n.t("the browser opens");
  return {
    number: 5,
    prompt: l10n.t("Press Enter to sign in: {0}. Type a client secret first only if your client has one.", page),
    placeholder: l10n.t("client secret, if any"),
    value: "",
    password: true,
    problem: () => undefined,
    accept: async (text, signal) => {
      const { connection } = connectionFor(text);
      if (text === "" && replaces !== undefined && (await parts.isSignedIn(connection))) return save();
      const fitting = await parts.ways(connection, signal);
      ways = fitting;
      await signInBy(fitting[0], text, signal);
    },
    wayOut: () => {
      const next = tried === undefined ? undefined : ways[ways.indexOf(tried) + 1];
      if (next === undefined) return { purpose: l10n.t("save without signing in"), accept: save };
      return {
        purpose: next === "deviceCode" ? l10n.t("use a device code") : l10n.t("use the browser"),
        accept: (text, signal) => signInBy(next, text, signal),
      };
    },
  };
}
