// Google: refresh tokens by access_type=offline, no scope for them; desktop clients have a secret that is none.
import { generic } from "./generic.ts";
import type { ProviderTraits } from "./traits.ts";

export const google: ProviderTraits = {
  ...generic,
  id: "google",
  name: "Google",
  sources: [
    "https://developers.google.com/identity/protocols/oauth2/native-app",
    "https://developers.google.com/identity/protocols/oauth2/web-server#offline",
    "https://developers.google.com/identity/protocols/oauth2/limited-input-device",
  ],
  addresses: [/^https:\/\/(accounts\.google\.com|oauth2\.googleapis\.com)(\/|$)/],
  // A refresh token comes with the first consent alone, unless consent is asked for again.
  offline: { parameters: { access_type: "offline", prompt: "consent" } },
  defaultScopes: { machine: [], person: ["openid", "email"] },
  apiBy: "scope",
  assertionAudience: "token_endpoint",
  errors: [
    { says: "redirect_uri_mismatch", code: "request_rejected", reason: "redirect_not_registered" },
    { says: "deleted_client", code: "client_rejected", reason: "client_unknown" },
    { says: "The OAuth client was not found", code: "client_rejected", reason: "client_unknown" },
    { says: "client_secret is missing", code: "client_rejected", reason: "secret_needed" },
    { says: "org_internal", code: "sign_in_refused", reason: "account_foreign" },
    { says: "admin_policy_enforced", code: "sign_in_refused", reason: "policy_blocks" },
    { says: "invalid_rapt", code: "interaction_required", reason: "session_expired" },
  ],
};
