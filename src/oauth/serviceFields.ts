// The fields of a connection that say which service its authorization server is, and what that service wants differently. Pure.
import * as l10n from "@vscode/l10n";
import { checked, flag, invalid, oneOf, optionalText, type Naming, type Problem } from "./fields.ts";
import { providerIds, type ProviderId } from "../providers/traits.ts";

export const assertionAudiences = ["issuer", "token_endpoint"] as const;
export type AssertionAudience = (typeof assertionAudiences)[number];

export interface ServiceFields {
  /** Which entry of the table of providers holds; without it the one whose address the issuer has. */
  readonly provider?: ProviderId;
  /** The address on this machine that is registered with the service, where it is not the service's usual one. */
  readonly redirectUri?: string;
  /** For whom a client assertion is; the service's usual choice without it. */
  readonly assertionAudience?: AssertionAudience;
  /** The absolute path of a file with a token of this workload, for clientAuthentication token_file and the flow token_exchange. */
  readonly tokenFile?: string;
  /** Whether headers may go to hostOverride by http, beyond this machine. Never for issuers. */
  readonly allowInsecureHost?: boolean;
}

type Fields = Readonly<Record<string, unknown>>;

/** Throws AuthError invalid_configuration. @param needsTokenFile whether the connection cannot do without one */
export function serviceFieldsOf(fields: Fields, within: Naming, needsTokenFile: boolean): ServiceFields {
  const redirectUri = optionalText(fields, "redirectUri", within);
  const tokenFile = optionalText(fields, "tokenFile", within);
  if (needsTokenFile && tokenFile === undefined) throw invalid(l10n.t("{0} is missing", within("tokenFile")));
  const choice = <const Choice extends string>(field: string, choices: readonly Choice[]): Choice | undefined =>
    fields[field] === undefined || fields[field] === "" ? undefined : oneOf(fields[field], choices, within(field));
  const provider = choice("provider", providerIds);
  const assertionAudience = choice("assertionAudience", assertionAudiences);
  return {
    ...(provider === undefined ? {} : { provider }),
    ...(redirectUri === undefined
      ? {}
      : { redirectUri: checked(redirectUri, within("redirectUri"), problemWithRedirectUri) }),
    ...(assertionAudience === undefined ? {} : { assertionAudience }),
    ...(tokenFile === undefined ? {} : { tokenFile: checked(tokenFile, within("tokenFile"), problemWithFilePath) }),
    ...(flag(fields["allowInsecureHost"], within("allowInsecureHost")) ? { allowInsecureHost: true } : {}),
  };
}

export const problemWithFilePath: Problem = (path) =>
  /^(\/|[A-Za-z]:[\\/])/.test(path) ? undefined : l10n.t("The path of a file is an absolute one.");

const problemWithRedirectUri: Problem = (text) =>
  /^http:\/\/(127\.0\.0\.1|localhost)(:\d{4,5})?(\/[\w./-]*)?$/.test(text)
    ? undefined
    : l10n.t("The redirect address is one of this machine, as in http://localhost/callback or http://127.0.0.1:8400/.");
