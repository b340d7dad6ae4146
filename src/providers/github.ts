// GitHub's own OAuth, and servers like it: no discovery, errors with status 200, one token without an end unless expiry is switched on.
import { generic } from "./generic.ts";
import type { ProviderTraits } from "./traits.ts";

export const github: ProviderTraits = {
  ...generic,
  id: "github",
  name: "GitHub",
  sources: [
    "https://docs.github.com/apps/oauth-apps/building-oauth-apps/authorizing-oauth-apps",
    "https://docs.github.com/apps/oauth-apps/maintaining-oauth-apps/troubleshooting-oauth-app-access-token-request-errors",
    "https://docs.github.com/apps/creating-github-apps/authenticating-with-a-github-app/refreshing-user-access-tokens",
  ],
  addresses: [/^https:\/\/github\.com\/login\/oauth/],
  offline: { parameters: {} },
  apiBy: "scope",
  authorizationOnly: ["login", "allow_signup"],
  // GitHub answers bad_refresh_token where others say invalid_grant.
  sessionEnds: ["bad_refresh_token"],
  errors: [
    { says: "redirect_uri_mismatch", code: "request_rejected", reason: "redirect_not_registered" },
    { says: "incorrect_client_credentials", code: "client_rejected", reason: "secret_wrong" },
    { says: "bad_verification_code", code: "sign_in_expired" },
    { says: "bad_refresh_token", code: "interaction_required", reason: "session_expired" },
    { says: "device_flow_disabled", code: "flow_unsupported", reason: "grant_not_allowed" },
    { says: "incorrect_device_code", code: "sign_in_expired" },
  ],
};
