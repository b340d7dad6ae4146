// Microsoft Entra ID: one tenant or "organizations", in the public and the sovereign clouds.
// The codes are those of https://learn.microsoft.com/entra/identity-platform/reference-error-codes
import { generic } from "./generic.ts";
import type { ErrorTrait, ProviderTraits } from "./traits.ts";

export const entraErrors: readonly ErrorTrait[] = [
  { says: "AADSTS50011", code: "request_rejected", reason: "redirect_not_registered" },
  { says: "AADSTS500113", code: "request_rejected", reason: "redirect_not_registered" },
  { says: "AADSTS65001", code: "interaction_required", reason: "consent_missing" },
  { says: "AADSTS90094", code: "sign_in_refused", reason: "admin_consent_missing" },
  { says: "AADSTS90008", code: "request_rejected", reason: "consent_missing" },
  { says: "AADSTS70011", code: "request_rejected", reason: "scope_unknown" },
  { says: "AADSTS1002012", code: "request_rejected", reason: "scope_wants_default" },
  { says: "AADSTS90009", code: "request_rejected", reason: "scope_wants_default" },
  { says: "AADSTS500011", code: "request_rejected", reason: "api_unknown" },
  { says: "AADSTS650057", code: "request_rejected", reason: "api_unknown" },
  { says: "AADSTS9010010", code: "request_rejected", reason: "resource_refused" },
  { says: "AADSTS700016", code: "client_rejected", reason: "client_unknown" },
  { says: "AADSTS7000112", code: "client_rejected", reason: "client_disabled" },
  { says: "AADSTS7000215", code: "client_rejected", reason: "secret_wrong" },
  { says: "AADSTS7000222", code: "client_rejected", reason: "secret_expired" },
  { says: "AADSTS7000218", code: "client_rejected", reason: "public_client_not_allowed" },
  { says: "AADSTS700025", code: "client_rejected", reason: "client_is_public" },
  { says: "AADSTS700027", code: "client_rejected", reason: "certificate_unknown" },
  { says: "AADSTS700024", code: "client_rejected", reason: "clock_off" },
  { says: "AADSTS70021", code: "client_rejected", reason: "federation_unmatched" },
  { says: "AADSTS700211", code: "client_rejected", reason: "federation_unmatched" },
  { says: "AADSTS700212", code: "client_rejected", reason: "federation_unmatched" },
  { says: "AADSTS700213", code: "client_rejected", reason: "federation_unmatched" },
  { says: "AADSTS90002", code: "not_an_issuer", reason: "tenant_unknown" },
  { says: "AADSTS50020", code: "sign_in_refused", reason: "account_foreign" },
  { says: "AADSTS50105", code: "sign_in_refused", reason: "account_not_assigned" },
  { says: "AADSTS50057", code: "sign_in_refused", reason: "account_disabled" },
  { says: "AADSTS53003", code: "interaction_required", reason: "policy_blocks" },
  { says: "AADSTS53000", code: "interaction_required", reason: "device_not_compliant" },
  { says: "AADSTS53001", code: "interaction_required", reason: "device_not_compliant" },
  { says: "AADSTS530003", code: "interaction_required", reason: "device_not_compliant" },
  { says: "AADSTS50076", code: "interaction_required", reason: "second_factor_needed" },
  { says: "AADSTS50079", code: "interaction_required", reason: "second_factor_needed" },
  { says: "AADSTS50158", code: "interaction_required", reason: "second_factor_needed" },
  { says: "AADSTS50173", code: "interaction_required", reason: "password_changed" },
  { says: "AADSTS700082", code: "interaction_required", reason: "session_expired" },
  { says: "AADSTS70008", code: "interaction_required", reason: "session_expired" },
  { says: "AADSTS70043", code: "interaction_required", reason: "session_expired" },
];

export const entra: ProviderTraits = {
  ...generic,
  id: "entra",
  name: "Microsoft Entra ID",
  sources: [
    "https://learn.microsoft.com/entra/identity-platform/reply-url#localhost-exceptions",
    "https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow#refresh-the-access-token",
    "https://learn.microsoft.com/entra/identity-platform/certificate-credentials",
    "https://learn.microsoft.com/entra/identity-platform/authentication-national-cloud",
    "https://learn.microsoft.com/entra/identity-platform/reference-error-codes",
  ],
  addresses: [
    /^https:\/\/login\.(microsoftonline\.(com|us)|partner\.microsoftonline\.cn|windows\.net)\//,
    /^https:\/\/sts\.windows\.net\//,
  ],
  // "organizations" is a template, and a tenant's name becomes its number.
  namesItself:
    /^https:\/\/(login\.microsoftonline\.(com|us)|login\.partner\.microsoftonline\.cn|sts\.windows\.net)\/(\{tenantid\}|[\da-f-]{36})\/(v2\.0)?$/,
  // The portal takes http://localhost and not 127.0.0.1; the port is passed over, the path is not.
  redirect: { host: "localhost", path: "", anyPort: true },
  // prompt=consent asks for an administrator, also where one has consented already.
  offline: { scope: "offline_access", parameters: {} },
  defaultScopes: { machine: [], person: ["openid"] },
  // AADSTS90009 without it, where API and client are one registration.
  renewalSendsScope: true,
  apiBy: "scope",
  assertionAudience: "token_endpoint",
  authorizationOnly: ["amr_values"],
  errors: entraErrors,
};
