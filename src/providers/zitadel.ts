// ZITADEL: an API is named by a scope of its project, urn:zitadel:iam:org:project:id:{id}:aud.
import { generic } from "./generic.ts";
import type { ProviderTraits } from "./traits.ts";

export const zitadel: ProviderTraits = {
  ...generic,
  id: "zitadel",
  name: "ZITADEL",
  sources: [
    "https://zitadel.com/docs/apis/openidoauth/scopes",
    "https://zitadel.com/docs/apis/openidoauth/authn-methods",
    "https://zitadel.com/docs/guides/integrate/login/oidc/oauth-recommended-flows",
  ],
  addresses: [/^https:\/\/[\w.-]+\.zitadel\.cloud(\/|$)/],
  // Applications of the type Native: http to localhost or 127.0.0.1, any port.
  redirect: generic.redirect,
  offline: { scope: "offline_access", parameters: {} },
  defaultScopes: { machine: ["openid"], person: ["openid"] },
  apiBy: "scope",
  assertionAudience: "issuer",
  errors: [
    {
      says: "The requested redirect_uri is missing in the client configuration",
      code: "request_rejected",
      reason: "redirect_not_registered",
    },
    { says: "Errors.App.NotFound", code: "client_rejected", reason: "client_unknown" },
    { says: "Errors.RefreshToken.Expired", code: "interaction_required", reason: "session_expired" },
  ],
};
