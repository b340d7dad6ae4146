// The default: what the RFCs say. Every other entry is a difference from this one.
import type { ProviderTraits } from "./traits.ts";

export const generic: ProviderTraits = {
  id: "generic",
  name: "OpenID Connect",
  sources: [
    "https://www.rfc-editor.org/rfc/rfc6749#section-6",
    "https://www.rfc-editor.org/rfc/rfc8252#section-7.3",
    "https://openid.net/specs/openid-connect-core-1_0.html#OfflineAccess",
  ],
  addresses: [],
  redirect: { host: "127.0.0.1", path: "/callback", anyPort: true },
  // OpenID Connect Core 1.0 section 11: offline_access is passed over without prompt=consent.
  offline: { scope: "offline_access", parameters: { prompt: "consent" } },
  defaultScopes: { machine: [], person: [] },
  renewalSendsScope: false,
  apiBy: "audience",
  assertionAudience: "issuer",
  deviceNames: { verification_url: "verification_uri", verification_url_complete: "verification_uri_complete" },
  authorizationOnly: [],
  sessionEnds: [],
  // RFC 9449 section 5: a client that is registered for DPoP alone.
  errors: [
    { says: "invalid_dpop_proof", code: "flow_unsupported", reason: "dpop_only" },
    { says: "use_dpop_nonce", code: "flow_unsupported", reason: "dpop_only" },
    { says: "invalid_scope", code: "request_rejected", reason: "scope_unknown" },
    { says: "invalid_target", code: "request_rejected", reason: "api_unknown" },
  ],
};
