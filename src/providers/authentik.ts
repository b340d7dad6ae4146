// authentik: an issuer for each application, https://host/application/o/slug/.
import { generic } from "./generic.ts";
import type { ProviderTraits } from "./traits.ts";

export const authentik: ProviderTraits = {
  ...generic,
  id: "authentik",
  name: "authentik",
  sources: [
    "https://docs.goauthentik.io/add-secure-apps/providers/oauth2/",
    "https://docs.goauthentik.io/add-secure-apps/providers/oauth2/client_credentials/",
    "https://docs.goauthentik.io/releases/2024.2/",
  ],
  addresses: [/^https?:\/\/[^/]+\/application\/o\//],
  // "Strict" compares the whole address, port included; "Regex" is the other choice.
  redirect: { ...generic.redirect, anyPort: false },
  offline: { scope: "offline_access", parameters: {} },
  defaultScopes: { machine: [], person: ["openid"] },
  apiBy: "scope",
  assertionAudience: "token_endpoint",
  errors: [
    {
      says: "redirect URI is missing, invalid, or mismatching",
      code: "request_rejected",
      reason: "redirect_not_registered",
    },
    { says: "Client authentication failed", code: "client_rejected", reason: "secret_wrong" },
    { says: "The requested scope is invalid", code: "request_rejected", reason: "scope_unknown" },
  ],
};
