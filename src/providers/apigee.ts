// Apigee and gateways like it: token_type "BearerToken", numbers as texts, and errors in words of their own.
import { generic } from "./generic.ts";
import type { ProviderTraits } from "./traits.ts";

export const apigee: ProviderTraits = {
  ...generic,
  id: "apigee",
  name: "Apigee",
  sources: [
    "https://cloud.google.com/apigee/docs/api-platform/security/oauth/access-tokens",
    "https://cloud.google.com/apigee/docs/api-platform/reference/policies/oauthv2-policy#errorreference",
  ],
  addresses: [/^https:\/\/[\w-]+\.apigee\.net(\/|$)/],
  offline: { parameters: {} },
  apiBy: "scope",
  // The policy's error codes have no invalid_grant.
  sessionEnds: ["keymanagement.service.invalid_refresh_token", "keymanagement.service.refresh_token_expired"],
  errors: [
    { says: "invalid_client-app_not_approved", code: "client_rejected", reason: "client_disabled" },
    { says: "InvalidClientIdentifier", code: "client_rejected", reason: "client_unknown" },
    { says: "invalid_refresh_token", code: "interaction_required", reason: "session_expired" },
    { says: "refresh_token_expired", code: "interaction_required", reason: "session_expired" },
    { says: "InvalidAPICallAsNoApiProductMatchFound", code: "client_rejected", reason: "api_not_granted" },
    { says: "InvalidScope", code: "request_rejected", reason: "scope_unknown" },
  ],
};
