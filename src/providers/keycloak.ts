// Keycloak: an issuer is a realm, https://host/realms/name (before version 17 with /auth before it).
import { generic } from "./generic.ts";
import type { ProviderTraits } from "./traits.ts";

export const keycloak: ProviderTraits = {
  ...generic,
  id: "keycloak",
  name: "Keycloak",
  sources: [
    "https://www.keycloak.org/securing-apps/oidc-layers#_redirect-uris",
    "https://www.keycloak.org/docs/latest/server_admin/#_offline-access",
    "https://www.keycloak.org/docs/latest/upgrading/#jwt-client-authentication-audience",
  ],
  addresses: [/^https?:\/\/[^/]+(\/[\w-]+)?\/realms\/[^/]+\/?/],
  // http://127.0.0.1 matches any port, localhost does not in every version.
  redirect: generic.redirect,
  offline: { scope: "offline_access", parameters: {} },
  defaultScopes: { machine: [], person: ["openid"] },
  apiBy: "scope",
  assertionAudience: "issuer",
  authorizationOnly: [],
  errors: [
    { says: "Invalid parameter: redirect_uri", code: "request_rejected", reason: "redirect_not_registered" },
    { says: "Invalid client or Invalid client credentials", code: "client_rejected", reason: "secret_wrong" },
    { says: "Client not enabled to retrieve service account", code: "flow_unsupported", reason: "grant_not_allowed" },
    { says: "Client is not allowed to initiate", code: "flow_unsupported", reason: "grant_not_allowed" },
    { says: "Offline tokens not allowed", code: "request_rejected", reason: "offline_not_allowed" },
    { says: "Invalid scopes", code: "request_rejected", reason: "scope_unknown" },
    { says: "Session not active", code: "interaction_required", reason: "session_expired" },
    { says: "Token is not active", code: "interaction_required", reason: "session_expired" },
    { says: "User disabled", code: "sign_in_refused", reason: "account_disabled" },
    { says: "Realm does not exist", code: "not_an_issuer", reason: "tenant_unknown" },
  ],
};
