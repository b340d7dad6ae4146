// Auth0: an API is named by `audience`; without it the access token is opaque and good for the profile alone.
import { generic } from "./generic.ts";
import type { ProviderTraits } from "./traits.ts";

export const auth0: ProviderTraits = {
  ...generic,
  id: "auth0",
  name: "Auth0",
  sources: [
    "https://auth0.com/docs/get-started/applications/application-settings",
    "https://auth0.com/docs/secure/tokens/refresh-tokens/get-refresh-tokens",
    "https://auth0.com/docs/get-started/authentication-and-authorization-flow/authenticate-with-private-key-jwt",
    "https://auth0.com/docs/get-started/authentication-and-authorization-flow/client-credentials-flow/call-your-api-using-the-client-credentials-flow",
    "https://auth0.com/docs/api/authentication/device-authorization-flow/get-device-code",
  ],
  addresses: [/^https:\/\/[\w.-]+\.auth0\.com\//],
  redirect: { ...generic.redirect, anyPort: false },
  offline: { scope: "offline_access", parameters: {} },
  defaultScopes: { machine: [], person: ["openid"] },
  apiBy: "audience",
  assertionAudience: "issuer",
  authorizationOnly: ["connection", "connection_scope", "screen_hint", "invitation"],
  errors: [
    { says: "Callback URL mismatch", code: "request_rejected", reason: "redirect_not_registered" },
    { says: "Service not found", code: "request_rejected", reason: "api_unknown" },
    { says: "Client has not been granted scopes", code: "request_rejected", reason: "scope_unknown" },
    { says: "Client is not authorized to access", code: "client_rejected", reason: "api_not_granted" },
    { says: "Grant type", code: "flow_unsupported", reason: "grant_not_allowed" },
    { says: "Unknown client", code: "client_rejected", reason: "client_unknown" },
    { says: "mfa_required", code: "interaction_required", reason: "second_factor_needed" },
    // A wrong secret, of a machine: https://auth0.com/docs/libraries/common-auth0-library-authentication-errors
    { says: "Unauthorized", code: "client_rejected", reason: "secret_wrong" },
  ],
};
