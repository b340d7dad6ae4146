// Okta, Auth0, Google, Amazon Cognito, Ping and GitHub as they are documented.
import { anyOf, refuse, refusesPageParameters, type Check, type Dialect } from "./dialect.ts";

const usual = {
  issuerPath: "",
  document: "openid-configuration",
  rotates: true,
  revokes: true,
  badGrant: refuse(400, "invalid_grant", "The refresh token is invalid or expired."),
} as const;

const wantsOffline = ({ scope = "" }: Readonly<Record<string, string>>): boolean => scope.includes("offline_access");

export const oktaDialect: Dialect = {
  ...usual,
  id: "okta",
  name: "Okta, custom server",
  source: "https://developer.okta.com/docs/api/openapi/okta-oauth/oauth/customas/",
  issuerPath: "/oauth2/default",
  tokenPath: "/oauth2/default/v1/token",
  scopesSupported: ["openid", "profile", "offline_access"],
  redirect: { host: "127.0.0.1", path: "/callback", anyPort: false },
  scopes: ["openid", "profile", "offline_access", "lancedb"],
  machine: { scopes: ["lancedb"], clientAuthentication: "basic" },
  person: { scopes: ["openid", "lancedb"] },
  page: ({ scope = "" }) =>
    scope === ""
      ? "invalid_scope: The authorization server resource does not have any configured default scopes."
      : undefined,
  checkMachine: ({ fields }) =>
    fields["scope"] === undefined
      ? refuse(
          400,
          "invalid_scope",
          "The authorization server resource does not have any configured default scopes, 'scope' must be provided.",
        )
      : undefined,
  checkRenewal: refusesPageParameters,
  renewsWhen: wantsOffline,
  unknownScope: refuse(
    400,
    "invalid_scope",
    "One or more scopes are not configured for the authorization server resource.",
  ),
  wrongSecret: refuse(401, "invalid_client", "The client secret supplied for a confidential client is invalid."),
  misconfiguration: {
    ...{ what: "an application that requires DPoP", of: "machine" },
    refusal: refuse(400, "invalid_dpop_proof", "The DPoP proof JWT header is missing."),
    ...{ code: "flow_unsupported", reason: "dpop_only" },
  },
};

const auth0Api = "https://lancedb.example.com";

export const auth0Dialect: Dialect = {
  ...usual,
  id: "auth0",
  name: "Auth0",
  source: "https://auth0.com/docs/api/authentication",
  issuerPath: "/",
  tokenPath: "/oauth/token",
  scopesSupported: ["openid", "profile", "offline_access"],
  redirect: { host: "127.0.0.1", path: "/callback", anyPort: false },
  scopes: ["openid", "profile", "offline_access", "read:tables"],
  machine: { audience: auth0Api, clientAuthentication: "post" },
  person: { audience: auth0Api, scopes: ["openid", "read:tables"] },
  checkMachine: ({ fields, by }) => {
    if (by !== "post") return refuse(401, "access_denied", "Unauthorized");
    if (fields["audience"] === undefined)
      return refuse(
        403,
        "access_denied",
        "No audience parameter was provided, and no default audience has been configured",
      );
    return fields["audience"] === auth0Api
      ? undefined
      : refuse(403, "access_denied", `Service not found: ${fields["audience"]}`);
  },
  checkRenewal: refusesPageParameters,
  renewsWhen: wantsOffline,
  unknownScope: refuse(403, "access_denied", "Client has not been granted scopes: nope"),
  wrongSecret: refuse(401, "access_denied", "Unauthorized"),
  badGrant: refuse(403, "invalid_grant", "Unknown or invalid refresh token."),
  misconfiguration: {
    ...{ what: "an API that it does not know", of: "machine", fields: { audience: "https://other.example.com" } },
    ...{ code: "request_rejected", reason: "api_unknown" },
  },
};

/** https://cloud.google.com/iam/docs/reference/sts/rest/v1/TopLevel/token */
const googleExchange: Check = ({ fields }) => {
  const wanted = ["audience", "scope", "requested_token_type", "subject_token", "subject_token_type"];
  const lacking = wanted.find((name) => (fields[name] ?? "") === "");
  if (lacking !== undefined) return refuse(400, "invalid_request", `Invalid value for ${lacking}`);
  return fields["subject_token"] === "a-token-of-the-workload"
    ? undefined
    : refuse(400, "invalid_grant", "The subject token is not valid.");
};

const pool = "//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/providers/k";

export const googleDialect: Dialect = {
  ...usual,
  id: "google",
  name: "Google",
  source: "https://developers.google.com/identity/protocols/oauth2/native-app",
  tokenPath: "/token",
  scopesSupported: ["openid", "email", "profile"],
  redirect: { host: "127.0.0.1", path: "/callback", anyPort: true },
  scopes: ["openid", "email", "https://www.googleapis.com/auth/cloud-platform"],
  machine: {
    ...{ flow: "token_exchange", audience: pool, scopes: ["https://www.googleapis.com/auth/cloud-platform"] },
    extraParameters: { requested_token_type: "urn:ietf:params:oauth:token-type:access_token" },
  },
  person: { scopes: ["openid", "email"], clientAuthentication: "post" },
  page: ({ scope = "" }) =>
    scope === "" ? "Error 400: invalid_request. Missing required parameter: scope" : undefined,
  checkMachine: googleExchange,
  checkRenewal: anyOf(refusesPageParameters, ({ by }) =>
    by === "none" ? refuse(400, "invalid_request", "client_secret is missing.") : undefined,
  ),
  renewsWhen: ({ access_type }) => access_type === "offline",
  rotates: false,
  unknownScope: refuse(400, "invalid_scope", "Some requested scopes were invalid."),
  wrongSecret: refuse(401, "invalid_client", "The provided client secret is invalid."),
  badGrant: refuse(400, "invalid_grant", "Token has been expired or revoked."),
  misconfiguration: {
    ...{ what: "a desktop client without its secret", of: "person" },
    refusal: refuse(400, "invalid_request", "client_secret is missing."),
    ...{ code: "client_rejected", reason: "secret_needed" },
  },
};

export const cognitoDialect: Dialect = {
  ...usual,
  id: "cognito",
  name: "Amazon Cognito",
  source: "https://docs.aws.amazon.com/cognito/latest/developerguide/token-endpoint.html",
  issuerPath: "/eu-central-1_abc",
  tokenPath: "/oauth2/token",
  scopesSupported: ["openid", "email", "phone", "profile"],
  redirect: { host: "localhost", path: "/callback", anyPort: false },
  scopes: ["openid", "email", "lancedb/read"],
  machine: { scopes: ["lancedb/read"], clientAuthentication: "basic" },
  person: { scopes: ["openid", "lancedb/read"] },
  checkRenewal: refusesPageParameters,
  renewsWhen: () => true,
  rotates: false,
  // The service says a code and nothing else.
  unknownScope: refuse(400, "invalid_scope"),
  wrongSecret: refuse(400, "invalid_client"),
  badGrant: refuse(400, "invalid_grant"),
  misconfiguration: {
    ...{ what: "an app client without this grant", of: "machine", refusal: refuse(400, "unauthorized_client") },
    ...{ code: "flow_unsupported", reason: "grant_not_allowed" },
  },
};

export const pingDialect: Dialect = {
  ...usual,
  id: "ping",
  name: "PingOne",
  source: "https://developer.pingidentity.com/pingone-api/auth/openid-connect-oauth-2.html",
  issuerPath: "/11111111-2222-3333-4444-555555555555/as",
  tokenPath: "/11111111-2222-3333-4444-555555555555/as/token",
  scopesSupported: ["openid", "profile", "offline_access"],
  redirect: { host: "127.0.0.1", path: "/callback", anyPort: true },
  scopes: ["openid", "offline_access", "lancedb"],
  machine: { scopes: ["lancedb"], clientAuthentication: "post" },
  person: { scopes: ["openid", "lancedb"] },
  checkRenewal: refusesPageParameters,
  renewsWhen: wantsOffline,
  unknownScope: refuse(400, "invalid_scope", "May not request scopes for multiple resources"),
  wrongSecret: refuse(401, "invalid_client", "Request denied: Invalid client credentials (Correlation ID: 0)"),
  misconfiguration: {
    ...{ what: "another way to authenticate", of: "machine" },
    refusal: refuse(401, "invalid_client", "Request denied: Unsupported authentication method (Correlation ID: 0)"),
    ...{ code: "client_rejected", reason: "authentication_method_wrong" },
  },
};

export const githubDialect: Dialect = {
  ...usual,
  id: "github",
  name: "GitHub",
  source: "https://docs.github.com/apps/oauth-apps/building-oauth-apps/authorizing-oauth-apps",
  issuerPath: "/login/oauth",
  tokenPath: "/login/oauth/access_token",
  document: "oauth-authorization-server",
  redirect: { host: "127.0.0.1", path: "/callback", anyPort: true },
  scopes: ["read:user"],
  person: { scopes: ["read:user"], clientAuthentication: "post" },
  renewsWhen: () => true,
  revokes: false,
  // Errors come with status 200.
  unknownScope: refuse(200, "invalid_scope"),
  wrongSecret: refuse(200, "incorrect_client_credentials", "The client_id and/or client_secret passed are incorrect."),
  badGrant: refuse(200, "bad_refresh_token", "The refresh token passed is incorrect or expired."),
  reply: { token_type: "bearer", scope: "read:user", refresh_token_expires_in: 15_897_600 },
  misconfiguration: {
    ...{ what: "a wrong secret", of: "person", secret: "wrong-secret" },
    ...{ code: "client_rejected", reason: "secret_wrong" },
  },
};
