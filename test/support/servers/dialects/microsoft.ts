// Microsoft's services as they are documented: Entra ID for one tenant, for "organizations", External ID, and AD FS.
import { anyOf, refuse, type Check, type Dialect, type Refusal } from "./dialect.ts";

const tenant = "11111111-2222-3333-4444-555555555555";
const api = "api://lancedb";

const entraError = (status: number, error: string, number: number, text: string): Refusal =>
  refuse(status, error, `AADSTS${String(number)}: ${text} Trace ID: 0 Correlation ID: 0`, { error_codes: [number] });

/** https://learn.microsoft.com/entra/identity-platform/certificate-credentials */
const wantsThumbprint: Check = ({ assertion, tokenUrl }) => {
  if (assertion === undefined) return undefined;
  const { header, claims } = assertion;
  const isNamed = typeof header["x5t"] === "string" || typeof header["x5t#S256"] === "string";
  if (isNamed && claims["aud"] === tokenUrl) return undefined;
  return entraError(
    401,
    "invalid_client",
    700027,
    "The certificate with identifier used to sign the client assertion is not registered on application.",
  );
};

/** https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow */
const wantsDefault: Check = ({ fields }) =>
  fields["scope"] === `${api}/.default`
    ? undefined
    : entraError(
        400,
        "invalid_scope",
        1002012,
        "The provided value for scope is not valid. Client credential flows must have a scope value with /.default suffixed.",
      );

/** A renewal for the application's own API must say so. */
const wantsScope: Check = ({ fields }) =>
  fields["scope"]?.includes(api) === true
    ? undefined
    : entraError(
        400,
        "invalid_request",
        90009,
        "Application is requesting a token for itself. This scenario is supported only if resource is specified using the GUID based App Identifier.",
      );

const refusesPage: Check = ({ fields }) =>
  "prompt" in fields
    ? entraError(400, "invalid_request", 900144, "The request body must not contain 'prompt'.")
    : undefined;

export const entraDialect: Dialect = {
  id: "entra",
  name: "Entra ID, one tenant",
  source: "https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow",
  issuerPath: `/${tenant}/v2.0`,
  tokenPath: `/${tenant}/oauth2/v2.0/token`,
  document: "openid-configuration",
  scopesSupported: ["openid", "profile", "email", "offline_access"],
  redirect: { host: "localhost", path: "", anyPort: true },
  scopes: ["openid", "profile", "offline_access", `${api}/.default`, `${api}/read`],
  machine: { scopes: [`${api}/.default`], clientAuthentication: "post" },
  person: { scopes: [`${api}/read`] },
  page: ({ prompt, resource }) =>
    prompt === "consent"
      ? "Need admin approval"
      : resource === undefined
        ? undefined
        : "AADSTS9010010: The resource parameter provided in the request doesn't match with the requested scopes.",
  checkMachine: anyOf(wantsThumbprint, wantsDefault),
  checkRenewal: anyOf(wantsScope, refusesPage),
  renewsWhen: ({ scope = "" }) => scope.includes("offline_access"),
  rotates: true,
  revokes: false,
  unknownScope: entraError(400, "invalid_scope", 70011, "The provided request must include a 'scope' input parameter."),
  wrongSecret: entraError(401, "invalid_client", 7000215, "Invalid client secret provided."),
  badGrant: entraError(400, "invalid_grant", 700082, "The refresh token has expired due to inactivity."),
  reply: { ext_expires_in: 3599 },
  misconfiguration: {
    ...{ what: "a scope without /.default", of: "machine", fields: { scopes: [`${api}/read`] } },
    ...{ code: "request_rejected", reason: "scope_wants_default" },
  },
};

/** The document of "organizations" names a template, and the id_token the tenant of whoever signed in. */
export const entraOrganizationsDialect: Dialect = {
  ...entraDialect,
  name: "Entra ID, organizations",
  source: "https://learn.microsoft.com/entra/identity-platform/v2-protocols-oidc",
  issuerPath: "/organizations/v2.0",
  tokenPath: "/organizations/oauth2/v2.0/token",
  namesItself: "https://login.microsoftonline.com/{tenantid}/v2.0",
  machine: { scopes: [`${api}/.default`], clientAuthentication: "post" },
  misconfiguration: {
    ...{ what: "an application that the tenant does not have", of: "machine" },
    refusal: entraError(
      400,
      "unauthorized_client",
      700016,
      "Application with identifier was not found in the directory.",
    ),
    ...{ code: "client_rejected", reason: "client_unknown" },
  },
};

export const externalIdDialect: Dialect = {
  ...entraDialect,
  id: "entraExternalId",
  name: "Entra External ID",
  source: "https://learn.microsoft.com/entra/external-id/customers/concept-supported-features-customers",
  issuerPath: "/contoso.onmicrosoft.com/v2.0",
  tokenPath: "/contoso.onmicrosoft.com/oauth2/v2.0/token",
  namesItself: `https://contoso.ciamlogin.com/${tenant}/v2.0`,
  misconfiguration: {
    ...{ what: "a secret that has expired", of: "machine" },
    refusal: entraError(401, "invalid_client", 7000222, "The provided client secret keys for app are expired."),
    ...{ code: "client_rejected", reason: "secret_expired" },
  },
};

/** https://learn.microsoft.com/windows-server/identity/ad-fs/overview/ad-fs-openid-connect-oauth-flows-scenarios */
export const adfsDialect: Dialect = {
  id: "adfs",
  name: "AD FS",
  source:
    "https://learn.microsoft.com/windows-server/identity/ad-fs/overview/ad-fs-openid-connect-oauth-flows-scenarios",
  issuerPath: "/adfs",
  tokenPath: "/adfs/oauth2/token",
  document: "openid-configuration",
  scopesSupported: ["openid", "profile", "email", "allatclaims", "user_impersonation"],
  redirect: { host: "localhost", path: "/callback", anyPort: false },
  scopes: ["openid", "profile", "email", "allatclaims"],
  machine: { resource: api, clientAuthentication: "post" },
  person: { resource: api },
  checkMachine: ({ fields }) =>
    fields["resource"] === api
      ? undefined
      : refuse(400, "invalid_resource", "MSIS9602: The received 'resource' parameter is invalid."),
  renewsWhen: () => true,
  rotates: false,
  revokes: false,
  unknownScope: refuse(400, "invalid_scope", "MSIS9660: The received scope is invalid."),
  wrongSecret: refuse(
    400,
    "invalid_client",
    "MSIS9622: Client authentication failed. Please verify the credential provided for client authentication is valid.",
  ),
  badGrant: refuse(
    400,
    "invalid_grant",
    "MSIS9615: The refresh token received in 'refresh_token' parameter has expired.",
  ),
  reply: { refresh_token_expires_in: 28_799, resource: api },
  misconfiguration: {
    ...{ what: "an API that it does not know", of: "machine", fields: { resource: "api://other" } },
    ...{ code: "request_rejected", reason: "api_unknown" },
  },
};
