// Ping Identity: PingOne (auth.pingone.*), PingFederate and Advanced Identity Cloud on hosts of their own.
import { generic } from "./generic.ts";
import type { ProviderTraits } from "./traits.ts";

export const ping: ProviderTraits = {
  ...generic,
  id: "ping",
  name: "Ping Identity",
  sources: [
    "https://docs.pingidentity.com/pingone/applications/p1_wildcard_redirect_uri.html",
    "https://docs.pingidentity.com/pingone/applications/p1_resources_and_scopes.html",
    "https://developer.pingidentity.com/pingone-api/auth/openid-connect-oauth-2.html",
  ],
  addresses: [/^https:\/\/auth\.pingone\.(com|eu|ca|asia|com\.au|sg)\//, /^https:\/\/[\w-]+\.forgeblocks\.com\//],
  offline: { scope: "offline_access", parameters: {} },
  defaultScopes: { machine: [], person: ["openid"] },
  apiBy: "scope",
  assertionAudience: "token_endpoint",
  errors: [
    { says: "Redirect URI mismatch", code: "request_rejected", reason: "redirect_not_registered" },
    { says: "NOT_FOUND", code: "client_rejected", reason: "client_unknown" },
    { says: "Unsupported authentication method", code: "client_rejected", reason: "authentication_method_wrong" },
    { says: "Invalid client credentials", code: "client_rejected", reason: "secret_wrong" },
    { says: "May not request scopes for multiple resources", code: "request_rejected", reason: "scope_unknown" },
  ],
};
