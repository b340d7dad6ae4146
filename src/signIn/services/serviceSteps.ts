// The steps of the dialogue that starts with a service: which one, what that service calls what it needs, what follows from it, and the
// sign-in. Only what is not known already is asked. Saves nothing itself.
import * as l10n from "@vscode/l10n";
import { problemWithRegion, problemWithUri, problemWithUrl } from "../../oauth/connection.ts";
import { asAuthError } from "../../oauth/errors.ts";
import type { IssuerFacts } from "../../oauth/grants/issuer.ts";
import type { Token } from "../../oauth/token.ts";
import type { Known } from "../../settings/knownConnection.ts";
import { fitting, nameFor, takeBuilt, type Draft } from "../draft.ts";
import type { Choice } from "../quickChoice.ts";
import type { AnyStep, Step, StepMaker } from "../quickSteps.ts";
import type { Subject } from "../signInStepParts.ts";
import { lastStep } from "../signInSteps.ts";
import { providerStep } from "../sourceSteps.ts";
import { reviewStep, type ReviewParts } from "./reviewStep.ts";
import type { OAuthService, Question } from "./oauthService.ts";
import { oauthService, serviceGroups } from "./serviceTable.ts";
import { takeService } from "./takeService.ts";

export interface ServiceDialogue {
  readonly parts: ReviewParts;
  readonly subject: Subject;
  readonly known: Known;
  readonly title: string;
  readonly fetched: (token: Token) => void;
  /** What the issuer said of itself, as soon as it was asked. */
  readonly heard: { facts?: IssuerFacts };
}

export function serviceChoice(draft: Draft): Choice {
  const items = serviceGroups().flatMap(({ heading, rows }) =>
    rows.map(({ id, ...row }, at) => ({
      ...row,
      ...(at === 0 ? { heading } : {}),
      take: () => {
        takeService(draft, id);
      },
    })),
  );
  const rows = serviceGroups().flatMap((group) => group.rows);
  const chosen = rows.find(({ id }) => id === draft.service)?.label ?? "";
  return { question: l10n.t("What do you sign in with?"), items, chosen };
}

/** What follows the choice of a service; the boxes count themselves. */
export function serviceSteps(dialogue: ServiceDialogue): readonly StepMaker[] {
  const { draft } = dialogue.subject;
  const service = oauthService(draft.service);
  const database = databaseStep(dialogue, service !== undefined);
  const first = database === undefined ? [] : [() => databaseStep(dialogue, service !== undefined)];
  const makers = [...first, ...(service === undefined ? plainSteps(dialogue) : oauthSteps(dialogue, service))];
  return makers.map((make, at) => () => {
    const step = make();
    return step === undefined ? undefined : { ...step, number: at + 1, total: makers.length };
  });
}

function plainSteps({ parts, subject, fetched }: ServiceDialogue): readonly StepMaker[] {
  const provider = (): AnyStep | undefined => providerStep(parts, subject.draft);
  return [...(provider() === undefined ? [] : [provider]), () => lastStep(parts, subject, fetched)];
}

function oauthSteps(dialogue: ServiceDialogue, service: OAuthService): readonly StepMaker[] {
  const { parts, subject, fetched, heard } = dialogue;
  return [
    ...service.questions.map((question) => () => questionStep(dialogue, service, question)),
    () => reviewStep({ ...dialogue, service, facts: () => heard.facts }),
    () => {
      // The way to sign in was chosen a moment ago: what is left to do there needs no other Enter.
      const isEntered = subject.draft.flow !== "client_credentials" && service.hasSecret !== true;
      return { ...lastStep(parts, subject, fetched), isEntered };
    },
  ];
}

/** Database and server in one box; only what is not known. A server is needed where somebody signs in by OAuth: Cloud takes keys. */
function databaseStep({ parts, subject, known }: ServiceDialogue, needsHost: boolean): Step | undefined {
  const { draft } = subject;
  const taken = parts.names();
  if (known.uri !== undefined && (!needsHost || known.host !== undefined)) return undefined;
  const isHostAlone = known.uri !== undefined;
  return {
    number: 1,
    ...(isHostAlone ? hostWords() : databaseWords(needsHost)),
    value: isHostAlone ? draft.host : [draft.uri, draft.host].filter((text) => text !== "").join(" "),
    problem: (text) => (isHostAlone ? problemWithHost(text) : problemWithDatabase(text, needsHost)),
    accept: (text) => {
      const [uri = "", host = ""] = isHostAlone ? [draft.uri, text] : text.split(/\s+/);
      if (uri !== draft.uri || draft.name === "" || taken.includes(draft.name)) draft.name = nameFor(uri, taken);
      Object.assign(draft, { uri, host });
    },
  };
}

type Words = Pick<Step, "prompt" | "placeholder">;

function hostWords(): Words {
  return { prompt: l10n.t("The URL of your LanceDB server."), placeholder: "https://lancedb.example.com" };
}

function databaseWords(needsHost: boolean): Words {
  return needsHost
    ? {
        prompt: l10n.t("Your database URI, a blank, and the URL of your LanceDB server."),
        placeholder: "db://my-database https://lancedb.example.com",
      }
    : {
        prompt: l10n.t(
          "Your database URI. After a blank: a region other than us-east-1, or the URL of a server of your own.",
        ),
        placeholder: "db://my-database",
      };
}

function problemWithDatabase(text: string, needsHost: boolean): string | undefined {
  const [uri = "", host, more] = text.split(/\s+/);
  if (more !== undefined) return l10n.t("This is more than a database URI and a server.");
  const problem = problemWithUri(uri);
  if (problem !== undefined) return problem;
  if (host !== undefined) return problemWithHost(host);
  return needsHost ? l10n.t("The server is missing: a blank, and its URL.") : undefined;
}

function problemWithHost(text: string): string | undefined {
  return text.includes(":") || text.includes(".") ? problemWithUrl(text) : problemWithRegion(text);
}

function questionStep(
  { parts, subject: { draft }, heard }: ServiceDialogue,
  service: OAuthService,
  question: Question,
): Step {
  const { id, prompt, placeholder, usual = "", problem } = question;
  const take = (text: string): void => {
    draft.answers = { ...draft.answers, [id]: text };
    if (id === "clientId") draft.clientId = text;
    takeBuilt(draft, service.build(draft.answers));
  };
  return {
    number: 1,
    prompt: prompt(),
    placeholder,
    value: draft.answers[id] ?? usual,
    problem: (text) => (text === "" ? l10n.t("An answer is needed.") : problem(text)),
    accept: async (text, signal) => {
      take(text);
      if (question.completesIssuer !== true) return;
      const facts = await parts.discover(draft.issuer, signal, service.id);
      heard.facts = facts;
      draft.clientAuthentication = fitting(draft, facts);
    },
    wayOut: (failure) =>
      asAuthError(failure).retryHelps ? { purpose: l10n.t("go on without this check"), accept: take } : undefined,
  };
}
