// What a person reads where a service says more than a code of OAuth: each reason of AuthError, mapped to an advice and a button. Pure.
import * as l10n from "@vscode/l10n";
import { commandIds } from "../ids.ts";
import type { Reason } from "../oauth/errors.ts";
import type { Remedy } from "./remedy.ts";

type Button = Omit<Remedy, "advice">;

const edit = (): Button => ({ button: l10n.t("Edit Connection"), command: commandIds.editConnection });
const again = (): Button => ({ button: l10n.t("Try Again"), command: commandIds.refreshToken });
const signIn = (): Button => ({ button: l10n.t("Sign In"), command: commandIds.signIn });
const enterSecret = (): Button => ({ button: l10n.t("Enter Secret"), command: commandIds.signIn });
const diagnose = (): Button => ({ button: l10n.t("Diagnose"), command: commandIds.diagnose });

export const reasonRemedies: Readonly<Record<Reason, () => Remedy>> = {
  redirect_not_registered: () => ({
    advice: l10n.t("Add the redirect address to the application's registration, as the recipe of your service says."),
    ...edit(),
  }),
  consent_missing: () => ({
    advice: l10n.t("Sign in and agree; where your organization asks for it, an administrator has to agree first."),
    ...signIn(),
  }),
  admin_consent_missing: () => ({
    advice: l10n.t("An administrator of your organization has to grant this application its permissions once."),
    ...signIn(),
  }),
  scope_unknown: () => ({
    advice: l10n.t("The application may not ask for one of these scopes: correct them, or have them granted."),
    ...edit(),
  }),
  scope_wants_default: () => ({
    advice: l10n.t("Name one scope that ends in /.default, as in api://my-lancedb/.default."),
    ...edit(),
  }),
  api_unknown: () => ({
    advice: l10n.t("The API that scopes, audience or resource name is not known there: correct its name."),
    ...edit(),
  }),
  api_not_granted: () => ({
    advice: l10n.t("Have the application granted access to this API in the console of your service."),
    ...edit(),
  }),
  resource_refused: () => ({
    advice: l10n.t("This service names an API by its scopes: take resource out of the connection."),
    ...edit(),
  }),
  offline_not_allowed: () => ({
    advice: l10n.t("Have offline access allowed for this account, or take offline_access out of the scopes."),
    ...edit(),
  }),
  grant_not_allowed: () => ({
    advice: l10n.t("Switch this way to sign in on in the application's registration, or choose another one."),
    ...edit(),
  }),
  dpop_only: () => ({
    advice: l10n.t("Switch off “Require DPoP” for this application: LanceDB takes bearer tokens alone."),
    ...edit(),
  }),
  client_unknown: () => ({
    advice: l10n.t("No application has this client id there: correct it, or the issuer."),
    ...edit(),
  }),
  client_disabled: () => ({
    advice: l10n.t("An administrator has to enable this application."),
    ...again(),
  }),
  client_is_public: () => ({
    advice: l10n.t("The application is registered as a public client: set clientAuthentication to none."),
    ...edit(),
  }),
  public_client_not_allowed: () => ({
    advice: l10n.t(
      "Register the redirect address under “Mobile and desktop applications” and allow public client flows.",
    ),
    ...edit(),
  }),
  secret_wrong: () => ({
    advice: l10n.t("Enter the client secret again; what is wanted is its value, not its id."),
    ...enterSecret(),
  }),
  secret_expired: () => ({
    advice: l10n.t("Create a new client secret in the console of your service, and enter it."),
    ...enterSecret(),
  }),
  secret_needed: () => ({
    advice: l10n.t("This client has a secret: set clientAuthentication to post, and enter it."),
    ...edit(),
  }),
  authentication_method_wrong: () => ({
    advice: l10n.t("The application is registered for another clientAuthentication: choose that one."),
    ...edit(),
  }),
  certificate_unknown: () => ({
    advice: l10n.t("Upload the certificate to the application's registration, and keep it in one PEM with the key."),
    ...edit(),
  }),
  federation_unmatched: () => ({
    advice: l10n.t(
      "Issuer, subject and audience of the token must be those of the application's federated credential.",
    ),
    ...edit(),
  }),
  clock_off: () => ({ advice: l10n.t("Set this machine's clock."), ...again() }),
  tenant_unknown: () => ({ advice: l10n.t("Correct the tenant or realm in the issuer URL."), ...edit() }),
  renewal_refused: () => ({
    advice: l10n.t("Sign in again; where that does not help, check scopes, audience and resource."),
    ...signIn(),
  }),
  account_foreign: () => ({
    advice: l10n.t("Sign in with an account of the organization that the issuer names."),
    ...signIn(),
  }),
  account_not_assigned: () => ({
    advice: l10n.t("An administrator has to assign this application to your account."),
    ...signIn(),
  }),
  account_disabled: () => ({ advice: l10n.t("This account is disabled: ask your administrator."), ...signIn() }),
  password_changed: () => ({
    advice: l10n.t("The password was changed, or the sessions were revoked: sign in again."),
    ...signIn(),
  }),
  session_expired: () => ({ advice: l10n.t("The session has ended there: sign in again."), ...signIn() }),
  policy_blocks: () => ({
    advice: l10n.t("A policy of your organization does not allow this sign-in from here: ask your administrator."),
    ...diagnose(),
  }),
  device_not_compliant: () => ({
    advice: l10n.t("Your organization wants a managed device: sign in by the browser on one, not by a device code."),
    ...signIn(),
  }),
  second_factor_needed: () => ({ advice: l10n.t("Sign in again, with your second factor."), ...signIn() }),
};
