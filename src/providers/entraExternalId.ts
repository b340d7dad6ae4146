// Microsoft Entra External ID: the customers' tenants (ciamlogin.com), and Azure AD B2C before it.
import { entra } from "./entra.ts";
import type { ProviderTraits } from "./traits.ts";

export const entraExternalId: ProviderTraits = {
  ...entra,
  id: "entraExternalId",
  name: "Microsoft Entra External ID",
  sources: [
    "https://learn.microsoft.com/entra/external-id/customers/concept-supported-features-customers",
    "https://learn.microsoft.com/azure/active-directory-b2c/error-codes",
  ],
  addresses: [/^https:\/\/[\w-]+\.(ciamlogin|b2clogin)\.com\//],
  namesItself: /^https:\/\/[\w-]+\.(ciamlogin|b2clogin)\.com\/[\da-f-]{36}\/v2\.0\/?$/,
  errors: [
    ...entra.errors,
    { says: "AADB2C90006", code: "request_rejected", reason: "redirect_not_registered" },
    { says: "AADB2C90117", code: "request_rejected", reason: "scope_unknown" },
    { says: "AADB2C90080", code: "interaction_required", reason: "session_expired" },
    { says: "AADB2C90091", code: "sign_in_refused" },
  ],
};
