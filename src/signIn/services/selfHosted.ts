// The services that companies run themselves, and those that are to be had both ways, as data: what is asked, in the words of their consoles,
// and how issuer, scopes and audience follow. What they want differently on the wire is among the traits of providers. Pure.
import * as l10n from "@vscode/l10n";
import { problemWithUrl } from "../../oauth/connection.ts";
import {
  clientIdQuestion,
  fitsOrUrl,
  hostProblem,
  isUrl,
  withoutSlash,
  wordProblem,
  type OAuthService,
} from "./oauthService.ts";

function originIn(server: string): string {
  return withoutSlash(isUrl(server) ? server : `https://${server}`);
}

const keycloak: OAuthService = {
  id: "keycloak",
  questions: [
    {
      id: "server",
      prompt: () => l10n.t("Keycloak’s URL, with its path where it has one."),
      placeholder: "https://keycloak.example.com",
      problem: problemWithUrl,
    },
    {
      id: "realm",
      prompt: () => l10n.t("The realm, from the menu at the top left of the admin console."),
      placeholder: "example",
      problem: wordProblem,
      completesIssuer: true,
    },
    { ...clientIdQuestion, prompt: () => l10n.t("The Client ID, from the realm’s Clients."), placeholder: "lancedb" },
  ],
  build: ({ server = "", realm = "" }) => ({ issuer: `${withoutSlash(server)}/realms/${realm}` }),
  registration: () => [
    l10n.t("Client → Settings: Client authentication off, Standard flow on"),
    l10n.t("Client → Settings → Valid redirect URIs: the redirect address"),
  ],
};

const adfs: OAuthService = {
  id: "adfs",
  questions: [
    {
      id: "server",
      prompt: () => l10n.t("The Federation Service name."),
      placeholder: "adfs.example.com",
      problem: hostProblem,
      completesIssuer: true,
    },
    { ...clientIdQuestion, prompt: () => l10n.t("The Client Identifier of the native or server application.") },
    {
      id: "resource",
      prompt: () => l10n.t("The Identifier of LanceDB’s Web API, as the relying party has it."),
      placeholder: "https://lancedb.example.com",
      problem: wordProblem,
    },
  ],
  build: ({ server = "", resource = "" }) => ({
    issuer: `${originIn(server)}/adfs`,
    scopes: ["openid"],
    ...(resource === "" ? {} : { resource }),
  }),
  registration: () => [
    l10n.t("Application Group → Native application → Redirect URI: the redirect address"),
    l10n.t("Web API → Client Permissions: openid, and offline_access where it is offered"),
  ],
};

const authentik: OAuthService = {
  id: "authentik",
  questions: [
    {
      id: "server",
      prompt: () => l10n.t("The server of authentik."),
      placeholder: "authentik.example.com",
      problem: hostProblem,
    },
    {
      id: "slug",
      prompt: () => l10n.t("The Slug of the application, from Applications → Applications."),
      placeholder: "lancedb",
      problem: wordProblem,
      completesIssuer: true,
    },
    { ...clientIdQuestion, prompt: () => l10n.t("The Client ID, from the application’s provider.") },
  ],
  build: ({ server = "", slug = "" }) => ({
    issuer: `${originIn(server)}/application/o/${slug}/`,
    scopes: ["openid", "offline_access"],
  }),
  registration: () => [
    l10n.t("OAuth2/OpenID Provider: Client type Public; Redirect URIs: the redirect address, Strict"),
    l10n.t("Advanced protocol settings → Scopes: offline_access"),
  ],
};

const zitadel: OAuthService = {
  id: "zitadel",
  questions: [
    {
      id: "domain",
      prompt: () => l10n.t("The domain of your ZITADEL instance."),
      placeholder: "example.eu1.zitadel.cloud",
      problem: hostProblem,
      completesIssuer: true,
    },
    { ...clientIdQuestion, prompt: () => l10n.t("The Client ID, from the project’s application.") },
    {
      id: "project",
      prompt: () => l10n.t("The Resource Id of LanceDB’s project: the token is for it."),
      placeholder: "301234567890123456",
      problem: wordProblem,
    },
  ],
  build: ({ domain = "", project = "" }) => ({
    issuer: originIn(domain),
    scopes: ["openid", ...(project === "" ? [] : [`urn:zitadel:iam:org:project:id:${project}:aud`])],
  }),
  registration: () => [
    l10n.t("Application of the type Native; Redirect Settings: the redirect address"),
    l10n.t("OIDC Configuration: Refresh Token; Token Settings: Auth Token Type JWT"),
  ],
};

const ory: OAuthService = {
  id: "ory",
  questions: [
    {
      id: "project",
      prompt: () => l10n.t("The project’s slug at Ory Network, or the URL of your own Hydra."),
      placeholder: "nervous-shannon-abc123",
      problem: fitsOrUrl(/^[a-z0-9-]+$/, () => l10n.t("A slug holds lower-case letters, digits and dashes.")),
      completesIssuer: true,
    },
    { ...clientIdQuestion, prompt: () => l10n.t("The client’s ID, from OAuth 2 → OAuth2 Clients.") },
  ],
  build: ({ project = "" }) => ({
    issuer: isUrl(project) ? project : `https://${project}.projects.oryapis.com`,
    scopes: ["offline_access"],
  }),
  registration: () => [
    l10n.t("OAuth2 Client: authentication method None, scope offline_access"),
    l10n.t("Redirect URIs: the redirect address; Access token type: JWT"),
  ],
};

export const selfHostedServices: readonly OAuthService[] = [keycloak, adfs, authentik, zitadel, ory];
