// The steps of the dialogue that say how to sign in, and the last one that does it: by a secret, or as a person.
// Each is made anew when it is reached, and left out where the chosen way has no use for it.
import * as l10n from "@vscode/l10n";
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
import { keyWords, optionalSecretWords, secretWords, wantedSecretWords } from "./credentialWords.ts";
import { fitting, merge, takeCredential, type Draft } from "./draft.ts";
import { flowName } from "../messages/flowNames.ts";
import type { Choice } from "./quickChoice.ts";
import type { Step } from "./quickSteps.ts";
import type { SignInStepParts, Subject } from "./signInStepParts.ts";
import type { ConnectionEntry } from "../settings/settings.ts";
import { oauthService } from "./services/serviceTable.ts";
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

/** Fetches a first token, in the way that was chosen, and saves. */
export function lastStep(parts: SignInStepParts, subject: Subject, fetched: (token: Token) => void): Step {
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
  const { prompt, name, keep, problem, missing } = isKey ? keyWords(subject.draft) : secretWords();
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
  const wantsSecret = replaces === undefined && oauthService(draft.service)?.hasSecret === true;
  const { prompt, placeholder, problem } = wantsSecret ? wantedSecretWords(page) : optionalSecretWords(page);
  return {
    ...{ number: 5, prompt, placeholder, problem },
    value: "",
    password: true,
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
