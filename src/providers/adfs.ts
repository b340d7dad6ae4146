// Active Directory Federation Services: an API is named by `resource`, a certificate by x5t, and offline_access is no scope.
// The codes are those of https://learn.microsoft.com/windows-server/identity/ad-fs/troubleshooting/ad-fs-tshoot-oauth
import { generic } from "./generic.ts";
import type { ProviderTraits } from "./traits.ts";

export const adfs: ProviderTraits = {
  ...generic,
  id: "adfs",
  name: "AD FS",
  sources: [
    "https://learn.microsoft.com/windows-server/identity/ad-fs/overview/ad-fs-openid-connect-oauth-flows-scenarios",
    "https://learn.microsoft.com/windows-server/identity/ad-fs/overview/ad-fs-openid-connect-oauth-concepts",
    "https://learn.microsoft.com/windows-server/identity/ad-fs/overview/ad-fs-faq",
  ],
  addresses: [/^https:\/\/[^/]+\/adfs(\/|$)/],
  redirect: { host: "localhost", path: "/callback", anyPort: false },
  offline: { parameters: {} },
  defaultScopes: { machine: [], person: ["openid"] },
  apiBy: "resource",
  assertionAudience: "token_endpoint",
  authorizationOnly: ["domain_hint", "whr", "wauth"],
  errors: [
    { says: "MSIS9224", code: "request_rejected", reason: "redirect_not_registered" },
    { says: "MSIS9223", code: "client_rejected", reason: "client_unknown" },
    { says: "MSIS9602", code: "request_rejected", reason: "api_unknown" },
    { says: "MSIS9607", code: "client_rejected", reason: "api_not_granted" },
    { says: "MSIS9622", code: "client_rejected", reason: "secret_wrong" },
    { says: "MSIS9623", code: "client_rejected", reason: "certificate_unknown" },
    { says: "MSIS9611", code: "client_rejected", reason: "api_not_granted" },
    { says: "MSIS9612", code: "interaction_required", reason: "session_expired" },
    { says: "MSIS9615", code: "interaction_required", reason: "session_expired" },
    { says: "MSIS9660", code: "request_rejected", reason: "scope_unknown" },
  ],
};
