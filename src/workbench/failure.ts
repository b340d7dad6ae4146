// What a person reads when something fails, and the one button that helps: each code of AuthError, mapped. Pure.
import { commandIds } from "../ids.ts";
import type { AuthError, AuthErrorCode } from "../oauth/errors.ts";

export interface Remedy {
  readonly advice: string;
  readonly button: string;
  readonly command: (typeof commandIds)[keyof typeof commandIds];
}

const editConnection = { button: "Edit Connection", command: commandIds.editConnection } as const;
const tryAgain = { button: "Try Again", command: commandIds.refreshToken } as const;
const signIn = { button: "Sign In", command: commandIds.signIn } as const;

const remedies: Readonly<Record<AuthErrorCode, Remedy>> = {
  invalid_configuration: { advice: "Correct the connection.", ...editConnection },
  insecure_url: { advice: "Correct the connection's address.", ...editConnection },
  secret_missing: { advice: "Sign in to enter it.", ...signIn },
  storage_failed: { advice: "Unlock your keyring and try again.", ...tryAgain },
  client_rejected: {
    advice: "Enter the client secret again, or correct the client id.",
    button: "Enter Secret",
    command: commandIds.signIn,
  },
  interaction_required: { advice: "Sign in again.", ...signIn },
  request_rejected: { advice: "Check scopes, audience and resource of the connection.", ...editConnection },
  not_an_issuer: { advice: "Check the issuer URL.", ...editConnection },
  invalid_response: { advice: "Check the issuer or token URL of the connection.", ...editConnection },
  unreachable: { advice: "Check your network, VPN and proxy.", ...tryAgain },
  timeout: { advice: "Check your network, or try again later.", ...tryAgain },
  server_error: { advice: "Try again later.", ...tryAgain },
  rate_limited: { advice: "Try again later.", ...tryAgain },
  sign_in_refused: { advice: "Sign in again, and agree.", ...signIn },
  foreign_answer: { advice: "Sign in again.", ...signIn },
  sign_in_expired: { advice: "Sign in again.", ...signIn },
  flow_unsupported: { advice: "Choose another way to sign in.", ...editConnection },
  key_rejected: { advice: "Enter another API key.", button: "Enter API Key", command: commandIds.signIn },
  lancedb_unreachable: { advice: "Check the connection's server, your network, VPN and proxy.", ...editConnection },
  command_failed: { advice: "Run it in a terminal to see why.", ...tryAgain },
  no_identity: { advice: "Check that this machine has one, and its client id.", ...editConnection },
  session_failed: {
    advice: "Run LanceDB: Diagnose, and reload the window when the cause is gone.",
    button: "Diagnose",
    command: commandIds.diagnose,
  },
  cancelled: { advice: "Try again when you are ready.", ...tryAgain },
  signed_out: { advice: "Sign in.", ...signIn },
};

export function remedyFor(error: AuthError): Remedy {
  return remedies[error.code];
}

/** "What happened. What to do." in plain text. */
export function sentenceFor(error: AuthError): string {
  return `${ended(error.message)} ${remedyFor(error).advice}`;
}

/** After a sign-out that the server could not be told of. */
export function unrevokedSentence(connection: string, { message }: AuthError): string {
  return `“${connection}” is signed out here, but the server could not be told. ${ended(message)} The session there lasts until the server ends it.`;
}

function ended(message: string): string {
  return /[.!?…]$/.test(message) ? message : `${message}.`;
}

/** Whether the failure stays until the person does something. */
export function needsPerson(error: AuthError): boolean {
  return !error.retryHelps;
}
