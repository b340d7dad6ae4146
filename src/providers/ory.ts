// Ory Network and Ory Hydra. A refresh token is turned once: a second use ends the session.
import { generic } from "./generic.ts";
import type { ProviderTraits } from "./traits.ts";

export const ory: ProviderTraits = {
  ...generic,
  id: "ory",
  name: "Ory",
  sources: [
    "https://www.ory.sh/docs/oauth2-oidc/authorization-code-flow",
    "https://www.ory.sh/docs/oauth2-oidc/refresh-token-grant",
    "https://www.ory.sh/docs/oauth2-oidc/audience",
    "https://www.ory.sh/docs/hydra/guides/jwt",
  ],
  addresses: [/^https:\/\/[\w-]+\.projects\.oryapis\.com(\/|$)/],
  // RFC 8252: http://127.0.0.1 with any port, localhost as it is registered.
  redirect: generic.redirect,
  offline: { scope: "offline_access", parameters: {} },
  defaultScopes: { machine: [], person: ["openid"] },
  apiBy: "audience",
  assertionAudience: "token_endpoint",
  errors: [
    { says: "redirect_uri' parameter does not match", code: "request_rejected", reason: "redirect_not_registered" },
    { says: "not allowed to request scope", code: "request_rejected", reason: "scope_unknown" },
    { says: "has not been whitelisted", code: "request_rejected", reason: "api_unknown" },
    { says: "supports client authentication method", code: "client_rejected", reason: "authentication_method_wrong" },
    { says: "not allowed to use authorization grant", code: "flow_unsupported", reason: "grant_not_allowed" },
  ],
};
