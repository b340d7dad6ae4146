// Parameters for the page on which a person signs in. A renewal leaves them out: nobody looks at a page then, and some servers refuse them.
// OpenID Connect Core 1.0 section 3.1.2.1, and what services have added. Pure.

export const authorizationOnly: readonly string[] = [
  ...["prompt", "login_hint", "max_age", "acr_values", "display", "ui_locales", "claims_locales", "id_token_hint"],
  // Google: https://developers.google.com/identity/protocols/oauth2/web-server
  ...["access_type", "approval_prompt", "include_granted_scopes", "hd"],
  // Entra ID: https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow
  ...["domain_hint"],
  // Keycloak: https://www.keycloak.org/docs/latest/server_admin/#_client_suggested_idp
  ...["kc_idp_hint", "kc_action"],
];
