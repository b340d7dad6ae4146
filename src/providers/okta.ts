// Okta: org authorization servers and custom ones (/oauth2/default).
// DPoP-only applications are told so: LanceDB's clients send bearer tokens alone.
import { generic } from "./generic.ts";
import type { ProviderTraits } from "./traits.ts";

export const okta: ProviderTraits = {
  ...generic,
  id: "okta",
  name: "Okta",
  sources: [
    "https://support.okta.com/help/s/article/openid-connect-oidc-redirect-uri",
    "https://developer.okta.com/docs/guides/refresh-tokens/main/",
    "https://developer.okta.com/docs/api/openapi/okta-oauth/guides/client-auth/",
    "https://developer.okta.com/docs/guides/dpop/nonoktaresourceserver/main/",
    "https://developer.okta.com/docs/reference/error-codes/",
  ],
  addresses: [/^https:\/\/[\w-]+\.((okta|oktapreview|okta-emea|okta-gov)\.com|okta\.mil)\//],
  // The port is compared.
  redirect: { ...generic.redirect, anyPort: false },
  offline: { scope: "offline_access", parameters: {} },
  // A request without scope is refused: "The authorization server resource does not have any configured default scopes".
  defaultScopes: { machine: [], person: ["openid"] },
  apiBy: "scope",
  assertionAudience: "token_endpoint",
  authorizationOnly: ["idp", "sessionToken"],
  errors: [
    { says: "redirect_uri", code: "request_rejected", reason: "redirect_not_registered" },
    { says: "Policy evaluation failed", code: "sign_in_refused", reason: "policy_blocks" },
    { says: "not assigned to the client application", code: "sign_in_refused", reason: "account_not_assigned" },
    {
      says: "The client secret supplied for a confidential client is invalid",
      code: "client_rejected",
      reason: "secret_wrong",
    },
    { says: "Invalid value for 'client_id'", code: "client_rejected", reason: "client_unknown" },
    { says: "no_matching_policy", code: "sign_in_refused", reason: "policy_blocks" },
    { says: "no_matching_scope", code: "request_rejected", reason: "scope_unknown" },
  ],
};
