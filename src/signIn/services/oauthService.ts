// What a service to sign in with is for the dialogue: the questions that it asks in the service's own words, and what follows from the
// answers. Types, and checks of what is typed. Pure: asks nobody and builds no request.
import * as l10n from "@vscode/l10n";
import { problemWithUrl } from "../../oauth/connection.ts";
import type { Problem } from "../../oauth/fields.ts";
import type { ProviderId } from "../../providers/traits.ts";

/** The services of the table of providers, and what asks no authorization server. */
export type ServiceId = ProviderId | "lancedbCloud" | "vscode" | "command" | "azure_managed_identity";

export type Answers = Readonly<Record<string, string>>;

export interface Question {
  /** The answer's name. "clientId" is the connection's own. */
  readonly id: string;
  readonly prompt: () => string;
  readonly placeholder: string;
  /** What stands in the box when it is first opened. */
  readonly usual?: string;
  readonly problem: Problem;
  /** Whether the issuer is known with this answer; it is then asked for its discovery document. */
  readonly completesIssuer?: boolean;
}

/** What follows from the answers. */
export interface Built {
  readonly issuer: string;
  readonly scopes?: readonly string[];
  readonly audience?: string;
  readonly resource?: string;
}

export interface OAuthService {
  readonly id: ProviderId;
  readonly questions: readonly Question[];
  readonly build: (answers: Answers) => Built;
  /** What has to be registered there, in the words of its console: lines that fit into a list. */
  readonly registration: () => readonly string[];
  /** Its clients for people have a secret all the same. */
  readonly hasSecret?: boolean;
  /** It gives programs no token of their own. */
  readonly onlyPeople?: boolean;
}

/** A whole issuer URL is taken as it is, whatever a service asks for: for its sovereign clouds, own domains and servers. */
export function isUrl(text: string): boolean {
  return /^https?:\/\//.test(text);
}

/** "https://example.com/" and "example.com" are the same host to a person. */
export function hostIn(text: string): string {
  return text.replace(/^https?:\/\//, "").replace(/\/.*$/, "");
}

export function withoutSlash(text: string): string {
  return text.replace(/\/+$/, "");
}

export function fitsOrUrl(pattern: RegExp, sentence: () => string): Problem {
  return (text) => (isUrl(text) ? problemWithUrl(text) : pattern.test(text) ? undefined : sentence());
}

export const hostProblem: Problem = fitsOrUrl(/^[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+(:\d+)?$/, () =>
  l10n.t("This is not the name of a server; it looks like login.example.com."),
);

export const wordProblem: Problem = (text) =>
  /^\S+$/.test(text) ? undefined : l10n.t("The answer is one word, without blanks.");

export const clientIdQuestion: Question = {
  id: "clientId",
  prompt: () => l10n.t("The OAuth client id that your organisation gave you."),
  placeholder: "client-id",
  problem: wordProblem,
};
