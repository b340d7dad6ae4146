// The services that somebody else runs, as data: what is asked, in the words of their consoles, and how issuer, scopes and audience follow.
// What a service wants differently on the wire is not here but among the traits of providers. Pure.
import * as l10n from "@vscode/l10n";
import {
  clientIdQuestion,
  fitsOrUrl,
  hostIn,
  hostProblem,
  isUrl,
  withoutSlash,
  wordProblem,
  type OAuthService,
} from "./oauthService.ts";

const guid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

const entra: OAuthService = {
  id: "entra",
  questions: [
    {
      id: "tenant",
      prompt: () => l10n.t("The Directory (tenant) ID, from the Overview page of the app registration."),
      placeholder: "8f14e45f-ceea-467f-a0e6-9d1c5b3a7d20",
      problem: fitsOrUrl(/^([0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[a-z0-9-]+(\.[a-z0-9-]+)+)$/i, () =>
        l10n.t("A Directory (tenant) ID has 32 digits in five groups; a domain of the directory serves as well."),
      ),
      completesIssuer: true,
    },
    {
      ...clientIdQuestion,
      prompt: () => l10n.t("The Application (client) ID, from the same page."),
      placeholder: "1c383cd3-0b7b-4c9a-8e5f-2f6d1a9b4e77",
    },
  ],
  build: ({ tenant = "", clientId = "" }) => ({
    issuer: isUrl(tenant) ? tenant : `https://login.microsoftonline.com/${tenant}/v2.0`,
    // By its GUID, for an application that asks for a token for itself is refused by any other name (AADSTS90009).
    scopes: [`${clientId}/.default`],
  }),
  registration: () => [
    l10n.t("Authentication → Add Redirect URI → Mobile and desktop applications: the redirect address"),
    l10n.t("Expose an API → Add a scope; API permissions → Grant admin consent"),
    l10n.t("LanceDB has a registration of its own? Then scopes is api://ITS-CLIENT-ID/.default"),
  ],
};

const okta: OAuthService = {
  id: "okta",
  questions: [
    {
      id: "domain",
      prompt: () => l10n.t("Your Okta domain, from the menu under your name in the Admin Console."),
      placeholder: "example.okta.com",
      problem: hostProblem,
    },
    {
      id: "server",
      prompt: () =>
        l10n.t("The authorization server, from Security → API. The organisation’s own one serves Okta alone."),
      placeholder: "default",
      usual: "default",
      problem: wordProblem,
      completesIssuer: true,
    },
    { ...clientIdQuestion, prompt: () => l10n.t("The Client ID, from the General tab of the app integration.") },
  ],
  build: ({ domain = "", server = "" }) => ({
    issuer: isUrl(domain) && domain.includes("/oauth2/") ? domain : `${originIn(domain)}/oauth2/${server}`,
    scopes: ["lancedb"],
  }),
  registration: () => [
    l10n.t("App integration: OIDC, Native Application; grants Authorization Code and Refresh Token"),
    l10n.t("Sign-in redirect URIs: the redirect address"),
    l10n.t("Security → API → the authorization server → Scopes: what stands at scopes above"),
  ],
};

/** The scheme that was typed stays: a server on this machine has no https. */
function originIn(domain: string): string {
  return isUrl(domain) ? new URL(domain).origin : `https://${hostIn(domain)}`;
}

const auth0: OAuthService = {
  id: "auth0",
  questions: [
    {
      id: "domain",
      prompt: () => l10n.t("The Domain, from the application’s Settings."),
      placeholder: "example.eu.auth0.com",
      problem: hostProblem,
      completesIssuer: true,
    },
    { ...clientIdQuestion, prompt: () => l10n.t("The Client ID, from the application’s Settings.") },
    {
      id: "audience",
      prompt: () => l10n.t("The Identifier (API audience) of LanceDB’s API, from Applications → APIs."),
      placeholder: "https://lancedb.example.com",
      problem: wordProblem,
    },
  ],
  build: ({ domain = "", audience = "" }) => ({
    issuer: `${originIn(domain)}/`,
    ...(audience === "" ? {} : { audience }),
  }),
  registration: () => [
    l10n.t("Application of the type Native; Settings → Allowed Callback URLs: the redirect address"),
    l10n.t("Applications → APIs → Settings: Allow Offline Access"),
  ],
};

const google: OAuthService = {
  id: "google",
  questions: [
    {
      ...clientIdQuestion,
      prompt: () =>
        l10n.t("The Client ID of an OAuth client of the type Desktop app, from Google Auth Platform → Clients."),
      placeholder: "1234-abc.apps.googleusercontent.com",
      completesIssuer: true,
    },
  ],
  build: () => ({ issuer: "https://accounts.google.com", scopes: ["openid", "email"] }),
  registration: () => [
    l10n.t("Google Auth Platform → Clients: the type Desktop app, which needs no redirect address"),
    l10n.t("Its client secret is asked for next; Google wants it all the same"),
  ],
  hasSecret: true,
  onlyPeople: true,
};

const cognito: OAuthService = {
  id: "cognito",
  questions: [
    {
      id: "pool",
      prompt: () => l10n.t("The User pool ID, from the pool’s Overview. The region is its first part."),
      placeholder: "eu-central-1_AbCdEf123",
      problem: fitsOrUrl(/^[a-z]{2}(-[a-z]+)+-\d+_[A-Za-z0-9]+$/, () =>
        l10n.t("A User pool ID looks like eu-central-1_AbCdEf123."),
      ),
      completesIssuer: true,
    },
    { ...clientIdQuestion, prompt: () => l10n.t("The Client ID, from Applications → App clients.") },
    {
      id: "scope",
      prompt: () => l10n.t("A custom scope of LanceDB’s resource server, from Branding → Domain → Resource servers."),
      placeholder: "lancedb/read",
      problem: wordProblem,
    },
  ],
  build: ({ pool = "", scope = "" }) => ({
    issuer: isUrl(pool) ? pool : `https://cognito-idp.${pool.replace(/_.*$/, "")}.amazonaws.com/${pool}`,
    ...(scope === "" ? {} : { scopes: [scope] }),
  }),
  registration: () => [
    l10n.t("App client without a secret; Login pages → Allowed callback URLs: the redirect address"),
    l10n.t("Login pages: Authorization code grant, and what stands at scopes above"),
  ],
};

const ping: OAuthService = {
  id: "ping",
  questions: [
    {
      id: "region",
      prompt: () => l10n.t("The end of PingOne’s address in your region: com, eu, ca, asia, com.au or sg."),
      placeholder: "com",
      usual: "com",
      problem: fitsOrUrl(/^(com|eu|ca|asia|com\.au|sg)$/, () =>
        l10n.t("It is one of com, eu, ca, asia, com.au and sg."),
      ),
    },
    {
      id: "environment",
      prompt: () => l10n.t("The Environment ID, from Settings → Environment Properties."),
      placeholder: "5f0c9b1e-3a7d-4c2b-9e8f-6d1a2b3c4d5e",
      problem: fitsOrUrl(guid, () => l10n.t("An Environment ID has 32 digits in five groups.")),
      completesIssuer: true,
    },
    { ...clientIdQuestion, prompt: () => l10n.t("The Client ID, from the application’s Configuration tab.") },
  ],
  build: ({ region = "", environment = "" }) => ({
    issuer: isUrl(environment)
      ? environment
      : `${isUrl(region) ? withoutSlash(region) : `https://auth.pingone.${region}`}/${environment}/as`,
    scopes: ["openid"],
  }),
  registration: () => [
    l10n.t("Application of the type Native; Configuration → Redirect URIs: the redirect address"),
    l10n.t("Grant types Authorization Code and Refresh Token; PKCE enforcement S256_REQUIRED"),
    l10n.t("Resources: the scopes of LanceDB’s resource; they belong to scopes above"),
  ],
};

export const hostedServices: readonly OAuthService[] = [entra, okta, auth0, google, cognito, ping];
