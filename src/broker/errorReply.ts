// What a failure looks like on the wire: a code for the program and one sentence for the person, which says what to do in
// VS Code. Exhaustive over AuthErrorCode.
import * as l10n from "@vscode/l10n";
import { AuthError, type AuthErrorCode } from "../oauth/errors.ts";
import { errorStatus, protocolVersion, type BrokerErrorCode, type ErrorReply } from "./protocol.ts";

/** A refusal that is the broker's own. */
export class BrokerError extends Error {
  override readonly name = "BrokerError";
  readonly code: BrokerErrorCode;

  constructor(code: BrokerErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

const signIn = (): string => l10n.t('Run "LanceDB: Sign In" in VS Code.');
const edit = (): string => l10n.t('Run "LanceDB: Edit Connection" in VS Code.');
const retry = (): string => l10n.t('Try again, or run "LanceDB: Show Log" in VS Code.');

const onTheWire = {
  invalid_configuration: { code: "unavailable", remedy: edit },
  insecure_url: { code: "unavailable", remedy: edit },
  secret_missing: { code: "interaction_required", remedy: signIn },
  storage_failed: { code: "unavailable", remedy: () => l10n.t("Unlock the keyring of this machine, then try again.") },
  client_rejected: { code: "interaction_required", remedy: edit },
  interaction_required: { code: "interaction_required", remedy: signIn },
  request_rejected: { code: "unavailable", remedy: edit },
  not_an_issuer: { code: "unavailable", remedy: edit },
  invalid_response: { code: "unavailable", remedy: retry },
  unreachable: { code: "unavailable", remedy: () => l10n.t("Check the network, then try again.") },
  timeout: { code: "unavailable", remedy: () => l10n.t("Check the network, then try again.") },
  server_error: { code: "unavailable", remedy: retry },
  rate_limited: { code: "unavailable", remedy: () => l10n.t("Wait a moment, then try again.") },
  sign_in_refused: { code: "interaction_required", remedy: signIn },
  foreign_answer: { code: "interaction_required", remedy: signIn },
  sign_in_expired: { code: "interaction_required", remedy: signIn },
  flow_unsupported: { code: "interaction_required", remedy: edit },
  key_rejected: { code: "interaction_required", remedy: signIn },
  lancedb_unreachable: { code: "unavailable", remedy: () => l10n.t("Check the network, then try again.") },
  command_failed: { code: "unavailable", remedy: retry },
  no_identity: { code: "unavailable", remedy: retry },
  session_failed: { code: "unavailable", remedy: retry },
  cancelled: { code: "unavailable", remedy: () => l10n.t("Try again.") },
  signed_out: { code: "interaction_required", remedy: signIn },
} as const satisfies Record<AuthErrorCode, { readonly code: BrokerErrorCode; readonly remedy: () => string }>;

export function asBrokerError(thrown: unknown, connectionName?: string): BrokerError {
  if (thrown instanceof BrokerError) return thrown;
  if (!(thrown instanceof AuthError))
    return new BrokerError("unavailable", l10n.t("LanceDB Auth has a fault. {0}", retry()));
  const { code, remedy } = onTheWire[thrown.code];
  const about = connectionName === undefined ? "LanceDB" : l10n.t('LanceDB connection "{0}"', connectionName);
  return new BrokerError(code, `${about}: ${thrown.message.replace(/\.?$/, ".")} ${remedy()}`);
}

export function errorReply({ code, message }: BrokerError): { readonly status: number; readonly body: ErrorReply } {
  return { status: errorStatus[code], body: { version: protocolVersion, error: { code, message } } };
}
