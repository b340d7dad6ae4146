// What a person reads when something fails, and the one button that helps: each code of AuthError, mapped. Pure.
import * as l10n from "@vscode/l10n";
import { commandIds } from "../ids.ts";
import type { AuthError, AuthErrorCode } from "../oauth/errors.ts";
import { reasonRemedies } from "./reasons.ts";
import type { Remedy } from "./remedy.ts";

const editConnection = (): Omit<Remedy, "advice"> => ({
  button: l10n.t("Edit Connection"),
  command: commandIds.editConnection,
});
const tryAgain = (): Omit<Remedy, "advice"> => ({ button: l10n.t("Try Again"), command: commandIds.refreshToken });
const signIn = (): Omit<Remedy, "advice"> => ({ button: l10n.t("Sign In"), command: commandIds.signIn });

const remedies: Readonly<Record<AuthErrorCode, () => Remedy>> = {
  invalid_configuration: () => ({ advice: l10n.t("Correct the connection."), ...editConnection() }),
  insecure_url: () => ({ advice: l10n.t("Correct the connection's address."), ...editConnection() }),
  secret_missing: () => ({ advice: l10n.t("Sign in to enter it."), ...signIn() }),
  storage_failed: () => ({ advice: l10n.t("Unlock your keyring and try again."), ...tryAgain() }),
  client_rejected: () => ({
    advice: l10n.t("Enter the client secret again, or correct the client id."),
    button: l10n.t("Enter Secret"),
    command: commandIds.signIn,
  }),
  interaction_required: () => ({ advice: l10n.t("Sign in again."), ...signIn() }),
  request_rejected: () => ({
    advice: l10n.t("Check scopes, audience and resource of the connection."),
    ...editConnection(),
  }),
  not_an_issuer: () => ({ advice: l10n.t("Check the issuer URL."), ...editConnection() }),
  invalid_response: () => ({ advice: l10n.t("Check the issuer or token URL of the connection."), ...editConnection() }),
  unreachable: () => ({ advice: l10n.t("Check your network, VPN and proxy."), ...tryAgain() }),
  timeout: () => ({ advice: l10n.t("Check your network, or try again later."), ...tryAgain() }),
  server_error: () => ({ advice: l10n.t("Try again later."), ...tryAgain() }),
  rate_limited: () => ({ advice: l10n.t("Try again later."), ...tryAgain() }),
  sign_in_refused: () => ({ advice: l10n.t("Sign in again, and agree."), ...signIn() }),
  foreign_answer: () => ({ advice: l10n.t("Sign in again."), ...signIn() }),
  sign_in_expired: () => ({ advice: l10n.t("Sign in again."), ...signIn() }),
  flow_unsupported: () => ({ advice: l10n.t("Choose another way to sign in."), ...editConnection() }),
  key_rejected: () => ({
    advice: l10n.t("Enter another API key."),
    button: l10n.t("Enter API Key"),
    command: commandIds.signIn,
  }),
  lancedb_unreachable: () => ({
    advice: l10n.t("Check the connection's server, your network, VPN and proxy."),
    ...editConnection(),
  }),
  command_failed: () => ({ advice: l10n.t("Run it in a terminal to see why."), ...tryAgain() }),
  no_identity: () => ({ advice: l10n.t("Check that this machine has one, and its client id."), ...editConnection() }),
  session_failed: () => ({
    advice: l10n.t("Run LanceDB: Diagnose, and reload the window when the cause is gone."),
    button: l10n.t("Diagnose"),
    command: commandIds.diagnose,
  }),
  cancelled: () => ({ advice: l10n.t("Try again when you are ready."), ...tryAgain() }),
  signed_out: () => ({ advice: l10n.t("Sign in."), ...signIn() }),
};

export function remedyFor(error: AuthError): Remedy {
  return error.reason === undefined ? remedies[error.code]() : reasonRemedies[error.reason]();
}

/** "What happened. What to do." in plain text. */
export function sentenceFor(error: AuthError): string {
  return `${ended(error.message)} ${remedyFor(error).advice}`;
}

/** After a sign-out that the server could not be told of. */
export function unrevokedSentence(connection: string, { message }: AuthError): string {
  return l10n.t(
    "“{0}” is signed out here, but the server could not be told. {1} The session there lasts until the server ends it.",
    connection,
    ended(message),
  );
}

function ended(message: string): string {
  return /[.!?…]$/.test(message) ? message : `${message}.`;
}

/** Whether the failure stays until the person does something. */
export function needsPerson(error: AuthError): boolean {
  return !error.retryHelps;
}
