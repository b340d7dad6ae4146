// Amazon Cognito: the issuer names region and pool, the pages are on the pool's own domain; offline_access is no scope there.
import { generic } from "./generic.ts";
import type { ProviderTraits } from "./traits.ts";

export const cognito: ProviderTraits = {
  ...generic,
  id: "cognito",
  name: "Amazon Cognito",
  sources: [
    "https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_CreateUserPoolClient.html",
    "https://docs.aws.amazon.com/cognito/latest/developerguide/token-endpoint.html",
    "https://docs.aws.amazon.com/cognito/latest/developerguide/authorization-endpoint.html",
  ],
  addresses: [
    /^https:\/\/cognito-idp\.[\w-]+\.amazonaws\.com(\.cn)?\//,
    /^https:\/\/[\w-]+\.auth(-fips)?\.[\w-]+\.amazoncognito\.com\//,
  ],
  // Plain http is allowed for localhost alone, and the port is compared.
  redirect: { host: "localhost", path: "/callback", anyPort: false },
  offline: { parameters: {} },
  defaultScopes: { machine: [], person: ["openid"] },
  apiBy: "scope",
  authorizationOnly: ["identity_provider", "idp_identifier", "lang"],
  errors: [
    { says: "redirect_mismatch", code: "request_rejected", reason: "redirect_not_registered" },
    { says: "invalid_client_secret", code: "client_rejected", reason: "secret_wrong" },
    { says: "unauthorized_client", code: "flow_unsupported", reason: "grant_not_allowed" },
  ],
};
