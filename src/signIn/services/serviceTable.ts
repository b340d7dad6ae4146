// The services of the dialogue's first question, in the order in which they are offered. Pure.
import * as l10n from "@vscode/l10n";
import type { Flow } from "../../oauth/connection.ts";
import { flowName } from "../../messages/flowNames.ts";
import { providers } from "../../providers/providers.ts";
import { hostedServices } from "./hosted.ts";
import { selfHostedServices } from "./selfHosted.ts";
import type { OAuthService, ServiceId } from "./oauthService.ts";

/** The most used ones first. */
const order: readonly ServiceId[] = ["entra", "okta", "auth0", "keycloak", "google", "cognito", "ping"];

export const oauthServices: readonly OAuthService[] = [...hostedServices, ...selfHostedServices].toSorted(
  (one, other) => rank(one) - rank(other),
);

function rank({ id }: OAuthService): number {
  const at = order.indexOf(id);
  return at === -1 ? order.length : at;
}

export function oauthService(id: ServiceId): OAuthService | undefined {
  return oauthServices.find((each) => each.id === id);
}

/** Services whose credential is no client's: the way to sign in follows from the choice. */
const flowsOf: Readonly<Partial<Record<ServiceId, Flow>>> = {
  lancedbCloud: "api_key",
  vscode: "vscode",
  command: "command",
  azure_managed_identity: "azure_managed_identity",
};

export function flowOf(id: ServiceId): Flow | undefined {
  return flowsOf[id];
}

export interface ServiceRow {
  readonly id: ServiceId;
  readonly label: string;
  readonly description?: string;
}

export interface ServiceGroup {
  readonly heading: string;
  readonly rows: readonly ServiceRow[];
}

export function serviceGroups(): readonly ServiceGroup[] {
  return [
    {
      heading: l10n.t("API key"),
      rows: [
        {
          id: "lancedbCloud",
          label: l10n.t("LanceDB Cloud"),
          description: l10n.t("or another server that takes API keys"),
        },
      ],
    },
    {
      heading: l10n.t("Your organisation’s sign-in"),
      rows: [
        ...oauthServices.map(({ id }) => ({ id, label: providers[id].name })),
        { id: "generic", label: l10n.t("Other OpenID provider"), description: l10n.t("by its URL, step by step") },
      ],
    },
    {
      heading: l10n.t("What this machine has"),
      rows: (["vscode", "command", "azure_managed_identity"] as const).map((id) => ({ id, label: flowName(id) })),
    },
  ];
}
