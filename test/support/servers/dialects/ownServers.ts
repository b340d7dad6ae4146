// Servers that companies run themselves, and gateways: Keycloak, Ory, authentik, ZITADEL, Apigee, as they are documented.
import { refuse, refusesPageParameters, type Dialect } from "./dialect.ts";

const usual = {
  document: "openid-configuration",
  scopesSupported: ["openid", "profile", "offline_access"],
  redirect: { host: "127.0.0.1", path: "/callback", anyPort: true },
  scopes: ["openid", "profile", "offline_access", "lancedb"],
  person: { scopes: ["openid", "lancedb"] },
  checkRenewal: refusesPageParameters,
  renewsWhen: ({ scope = "" }: Readonly<Record<string, string>>) => scope.includes("offline_access"),
  rotates: true,
  revokes: true,
  unknownScope: refuse(400, "invalid_scope", "Invalid scopes: nope"),
  badGrant: refuse(400, "invalid_grant", "Token is not active"),
} as const;

export const keycloakDialect: Dialect = {
  ...usual,
  id: "keycloak",
  name: "Keycloak",
  source: "https://www.keycloak.org/securing-apps/oidc-layers",
  issuerPath: "/realms/data",
  tokenPath: "/realms/data/protocol/openid-connect/token",
  machine: { clientAuthentication: "basic" },
  wrongSecret: refuse(401, "unauthorized_client", "Invalid client or Invalid client credentials"),
  reply: { refresh_expires_in: 0, "not-before-policy": 0, session_state: "s", scope: "openid lancedb" },
  misconfiguration: {
    ...{ what: "a client without a service account", of: "machine" },
    refusal: refuse(401, "unauthorized_client", "Client not enabled to retrieve service account"),
    ...{ code: "flow_unsupported", reason: "grant_not_allowed" },
  },
};

export const oryDialect: Dialect = {
  ...usual,
  id: "ory",
  name: "Ory Hydra",
  source: "https://www.ory.sh/docs/oauth2-oidc/refresh-token-grant",
  issuerPath: "/",
  tokenPath: "/oauth2/token",
  machine: { audience: "lancedb", clientAuthentication: "basic" },
  checkMachine: ({ fields }) =>
    fields["audience"] === "lancedb"
      ? undefined
      : refuse(400, "invalid_request", "Requested audience 'x' has not been whitelisted by the OAuth 2.0 Client."),
  wrongSecret: refuse(
    401,
    "invalid_client",
    "Client authentication failed (e.g., unknown client, no client authentication included, or unsupported authentication method).",
  ),
  misconfiguration: {
    ...{ what: "an audience that the client may not have", of: "machine", fields: { audience: "other" } },
    ...{ code: "request_rejected", reason: "api_unknown" },
  },
};

export const authentikDialect: Dialect = {
  ...usual,
  id: "authentik",
  name: "authentik",
  source: "https://docs.goauthentik.io/add-secure-apps/providers/oauth2/",
  issuerPath: "/application/o/lancedb/",
  tokenPath: "/application/o/token/",
  redirect: { ...usual.redirect, anyPort: false },
  machine: { scopes: ["lancedb"], clientAuthentication: "post" },
  wrongSecret: refuse(
    400,
    "invalid_client",
    "Client authentication failed (e.g., unknown client, no client authentication included, or unsupported authentication method)",
  ),
  misconfiguration: {
    ...{ what: "a wrong secret", of: "machine", secret: "wrong-secret" },
    ...{ code: "client_rejected", reason: "secret_wrong" },
  },
};

export const zitadelDialect: Dialect = {
  ...usual,
  id: "zitadel",
  name: "ZITADEL",
  source: "https://zitadel.com/docs/apis/openidoauth/endpoints",
  issuerPath: "",
  tokenPath: "/oauth/v2/token",
  scopes: [...usual.scopes, "urn:zitadel:iam:org:project:id:1:aud"],
  machine: { scopes: ["openid", "urn:zitadel:iam:org:project:id:1:aud"], clientAuthentication: "basic" },
  checkMachine: ({ fields }) =>
    fields["scope"]?.includes("openid") === true ? undefined : refuse(400, "invalid_scope", "openid is missing"),
  wrongSecret: refuse(400, "invalid_client", "Errors.App.NotFound"),
  misconfiguration: {
    ...{ what: "a client id that it does not know", of: "machine", fields: { clientId: "another-client" } },
    ...{ code: "client_rejected", reason: "client_unknown" },
  },
};

const { person: _none, ...withoutPerson } = usual;

export const apigeeDialect: Dialect = {
  ...withoutPerson,
  id: "apigee",
  name: "Apigee",
  source: "https://cloud.google.com/apigee/docs/api-platform/security/oauth/access-tokens",
  issuerPath: "",
  tokenPath: "/oauth/client_credential/accesstoken",
  document: "none",
  machine: { scopes: [], clientAuthentication: "basic" },
  revokes: false,
  wrongSecret: { status: 401, body: { ErrorCode: "invalid_client", Error: "ClientId is Invalid" } },
  // Everything is a text, and the type of the token a word of its own.
  reply: {
    ...{ token_type: "BearerToken", expires_in: "3599", issued_at: "1700000000000", scope: "", status: "approved" },
    ...{ refresh_token_expires_in: "0", refresh_token: null, id_token: null, api_product_list: "[lancedb]" },
  },
  replyStatus: 201,
  misconfiguration: {
    ...{ what: "an application that is not approved", of: "machine" },
    refusal: {
      status: 401,
      body: {
        fault: {
          faultstring: "Application is not approved",
          detail: { errorcode: "keymanagement.service.invalid_client-app_not_approved" },
        },
      },
    },
    ...{ code: "client_rejected", reason: "client_disabled" },
  },
};
