// The step that shows what a service's answers came to, before anybody signs in: issuer, scopes and audience, each open to change, and what has
// to be registered there, with the redirect address to copy. Its first row goes on.
import * as vscode from "vscode";
import { isPersonal, parseConnection, usualAuthentication, type Flow } from "../../oauth/connection.ts";
import { asAuthError } from "../../oauth/errors.ts";
import type { IssuerFacts } from "../../oauth/grants/issuer.ts";
import { sentenceFor } from "../../messages/failure.ts";
import { flowName } from "../../messages/flowNames.ts";
import { providers } from "../../providers/providers.ts";
import type { ConnectionField } from "../../settings/connectionFields.ts";
import { draftOf, fitting, merge } from "../draft.ts";
import { fieldRow, under } from "../edit/fieldRows.ts";
import type { ListRow, QuickList } from "../quickList.ts";
import type { SignInStepParts, Subject } from "../signInStepParts.ts";
import type { OAuthService } from "./oauthService.ts";

export interface ReviewParts extends SignInStepParts {
  names(): readonly string[];
  fields(): readonly ConnectionField[];
}

export interface Reviewed {
  readonly parts: ReviewParts;
  readonly subject: Subject;
  readonly title: string;
  readonly service: OAuthService;
  /** What the issuer said of itself, where it was asked. */
  readonly facts: () => IssuerFacts | undefined;
}

/** What a person may know to be otherwise; the rest is in Edit Connection. */
const shown = ["name", "uri", "hostOverride", "region", "issuerUrl", "clientId", "scopes", "audience", "resource"];

export function reviewStep(reviewed: Reviewed): QuickList {
  let copied = false;
  const copy = async (address: string): Promise<void> => {
    await vscode.env.clipboard.writeText(address);
    copied = true;
  };
  return {
    question: vscode.l10n.t("This is what your answers came to. Sign in, or pick what is otherwise."),
    rows: async () => [
      ...wayRows(reviewed),
      ...under(vscode.l10n.t("The connection"), connectionRows(reviewed)),
      ...under(vscode.l10n.t("To be registered at {0}", providers[reviewed.service.id].name), [
        await addressRow(reviewed, copied, copy),
        ...reviewed.service.registration().map((label) => ({ label, press: () => false })),
      ]),
    ],
  };
}

function wayRows({ subject: { draft }, service, facts }: Reviewed): readonly ListRow[] {
  const offers = facts()?.offers ?? { browser: true, deviceCode: true };
  const flows: readonly (readonly [Flow, boolean, string])[] = [
    ["authorization_code", offers.browser, vscode.l10n.t("you, on the service’s page")],
    ["device_code", offers.deviceCode, vscode.l10n.t("you, with a code on any machine")],
    ["client_credentials", service.onlyPeople !== true, vscode.l10n.t("an application, nobody has to be present")],
  ];
  return flows.flatMap(([flow, isOffered, description]) => {
    if (!isOffered) return [];
    const press = (): boolean => {
      draft.clientAuthentication = usualAuthentication(flow);
      draft.flow = flow;
      const found = facts();
      if (found !== undefined) draft.clientAuthentication = fitting(draft, found);
      return true;
    };
    return [{ label: `$(sign-in) ${flowName(flow)}`, description, press }];
  });
}

function connectionRows({ parts, subject: { draft }, title, service }: Reviewed): readonly ListRow[] {
  const entry = merge({}, draft);
  const subject = {
    ...{ title, entry, taken: parts.names() },
    sentence: (failure: unknown) => sentenceFor(asAuthError(failure)),
    take: (changed: typeof entry): void => {
      const { service: chosen, answers, flow, clientAuthentication } = draft;
      Object.assign(draft, { ...draftOf(changed), service: chosen, answers, flow, clientAuthentication });
    },
  };
  const built = service.build(draft.answers);
  const isShown = ({ name }: ConnectionField): boolean =>
    shown.includes(name) &&
    (name in entry || name === "scopes" || (name === "audience" && built.resource === undefined));
  return parts
    .fields()
    .filter(isShown)
    .map((field) => fieldRow(field, subject));
}

async function addressRow(
  { parts, subject: { draft } }: Reviewed,
  copied: boolean,
  copy: (address: string) => Promise<void>,
): Promise<ListRow> {
  const flow = isPersonal(draft) ? draft.flow : "authorization_code";
  const address = await parts.redirectAddress(parseConnection(merge({}, { ...draft, flow })));
  const icon = new vscode.ThemeIcon("copy");
  return {
    label: copied ? vscode.l10n.t("The redirect address is copied") : vscode.l10n.t("Copy the redirect address"),
    description: address,
    button: { iconPath: icon, tooltip: vscode.l10n.t("Copy the redirect address") },
    press: async () => {
      await copy(address);
      return false;
    },
  };
}
