// The one error of signing in: a closed list of codes, each saying in a sentence what happened and whether a retry helps.
// Pure. The broker maps the codes to the wire, messages/failure.ts to a sentence and a button.
import * as l10n from "@vscode/l10n";

const kinds = {
  /** The connection's settings cannot work as they are. */
  invalid_configuration: { retryHelps: false, says: () => l10n.t("The connection's settings are not valid") },
  /** http to a host that is not this machine. */
  insecure_url: {
    retryHelps: false,
    says: () => l10n.t("The address must be https; http is allowed only for this machine"),
  },
  /** No client secret in SecretStorage. */
  secret_missing: { retryHelps: false, says: () => l10n.t("The client secret is not stored on this machine") },
  /** SecretStorage failed or is locked. */
  storage_failed: { retryHelps: true, says: () => l10n.t("The editor's secret storage does not answer") },
  /** RFC 6749 section 5.2: invalid_client, unauthorized_client. */
  client_rejected: {
    retryHelps: false,
    says: () => l10n.t("The authorization server does not accept this client id and secret"),
  },
  /** RFC 6749 section 5.2: invalid_grant; the person has to sign in again. */
  interaction_required: { retryHelps: false, says: () => l10n.t("Signing in again is necessary") },
  /** RFC 6749 section 5.2: invalid_scope, invalid_request, unsupported_grant_type; RFC 8707: invalid_target. */
  request_rejected: { retryHelps: false, says: () => l10n.t("The authorization server refuses the request") },
  /** The discovery document is missing, is not one, or names another issuer. */
  not_an_issuer: { retryHelps: false, says: () => l10n.t("The address is not an OAuth issuer") },
  /** The reply is not a token response that can be used (RFC 6749 section 5.1). */
  invalid_response: { retryHelps: true, says: () => l10n.t("The authorization server's answer cannot be used") },
  /** No connection: name not found, refused, TLS. */
  unreachable: { retryHelps: true, says: () => l10n.t("The authorization server cannot be reached") },
  timeout: { retryHelps: true, says: () => l10n.t("The authorization server does not answer in time") },
  /** HTTP 5xx. */
  server_error: { retryHelps: true, says: () => l10n.t("The authorization server has a fault") },
  /** HTTP 429. */
  rate_limited: { retryHelps: true, says: () => l10n.t("The authorization server asks to wait") },
  /** RFC 6749 section 4.1.2.1 and RFC 8628 section 3.5: access_denied. */
  sign_in_refused: { retryHelps: false, says: () => l10n.t("The sign-in was refused") },
  /** A wrong state (RFC 6749 section 10.12) or another issuer (RFC 9207). */
  foreign_answer: {
    retryHelps: false,
    says: () => l10n.t("What the browser brought back does not belong to this sign-in"),
  },
  /** Nobody came back from the browser, or entered the device code, before the deadline. */
  sign_in_expired: { retryHelps: false, says: () => l10n.t("Nobody signed in before the time was over") },
  /** The server has no such endpoint or grant, or this machine no way to use it. */
  flow_unsupported: { retryHelps: false, says: () => l10n.t("This way to sign in is not available here") },
  /** HTTP 401 or 403 of a LanceDB server to an API key, or a key that no header can carry. */
  key_rejected: { retryHelps: false, says: () => l10n.t("The LanceDB server does not accept this API key") },
  lancedb_unreachable: { retryHelps: true, says: () => l10n.t("The LanceDB server cannot be asked") },
  /** The command that prints a token could not be started, ended badly, took too long, or printed none. */
  command_failed: { retryHelps: true, says: () => l10n.t("The command that prints a token failed") },
  /** No managed identity answers on this machine. */
  no_identity: { retryHelps: true, says: () => l10n.t("No Azure managed identity answers on this machine") },
  /** The local socket or the client files: a full disk, a read-only home. */
  session_failed: { retryHelps: false, says: () => l10n.t("Programs cannot be given this window's session") },
  cancelled: { retryHelps: false, says: () => l10n.t("Cancelled") },
  /** The person signed out, or has not signed in yet. */
  signed_out: { retryHelps: false, says: () => l10n.t("Signed out") },
} as const satisfies Record<string, { readonly retryHelps: boolean; readonly says: () => string }>;

export type AuthErrorCode = keyof typeof kinds;

/** Finer than the code, where a service says more: chooses the advice and the button. The code alone says whether a retry helps. */
export const reasons = [
  ...["redirect_not_registered", "consent_missing", "admin_consent_missing", "scope_unknown", "scope_wants_default"],
  ...["api_unknown", "api_not_granted", "resource_refused", "offline_not_allowed", "grant_not_allowed", "dpop_only"],
  ...["client_unknown", "client_disabled", "client_is_public", "public_client_not_allowed"],
  ...["secret_wrong", "secret_expired", "secret_needed", "authentication_method_wrong", "certificate_unknown"],
  ...["federation_unmatched", "clock_off", "tenant_unknown", "renewal_refused"],
  ...["account_foreign", "account_not_assigned", "account_disabled", "password_changed", "session_expired"],
  ...["policy_blocks", "device_not_compliant", "second_factor_needed"],
] as const;
export type Reason = (typeof reasons)[number];

/** What a server wants to see of a person beyond what it has seen (RFC 9470, and Entra ID's claims challenge). */
export interface Challenge {
  readonly claims?: string;
  readonly acrValues?: string;
  readonly maxAge?: string;
}

export interface AuthErrorDetails {
  readonly cause?: unknown;
  /** Plain text that says more: a setting's name, a host, a server's error_description. Cleaned and cut here. */
  readonly detail?: string | undefined;
  /** How long the server asked to wait, milliseconds (RFC 9110 section 10.2.3). */
  readonly retryAfterMs?: number | undefined;
  readonly reason?: Reason | undefined;
  readonly challenge?: Challenge | undefined;
  /** The server has said that this refresh token is over: only then may it be deleted. */
  readonly sessionIsOver?: boolean;
}

export class AuthError extends Error {
  override readonly name = "AuthError";
  readonly code: AuthErrorCode;
  readonly detail: string;
  readonly retryAfterMs: number | undefined;
  readonly reason: Reason | undefined;
  readonly sessionIsOver: boolean;
  readonly challenge: Challenge | undefined;

  constructor(code: AuthErrorCode, details: AuthErrorDetails = {}) {
    const { cause, detail = "", retryAfterMs, reason, challenge, sessionIsOver = false } = details;
    const cleaned = plainText(detail);
    super(cleaned === "" ? `${kinds[code].says()}.` : `${kinds[code].says()}: ${cleaned}`, { cause });
    this.code = code;
    this.detail = cleaned;
    this.retryAfterMs = retryAfterMs;
    this.reason = reason;
    this.sessionIsOver = sessionIsOver;
    this.challenge = challenge;
  }

  /** Whether the same request may succeed later without anybody doing something. */
  get retryHelps(): boolean {
    return kinds[this.code].retryHelps;
  }
}

/**
 * One line of at most 200 characters without control characters: text from a server is never shown as it comes. VS Code makes links,
 * also such that run commands, of [label](target) in notifications and below input boxes, and icons of $(name): there is none left.
 */
export function plainText(text: string): string {
  const line = text
    .replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, " ")
    .replaceAll(/([\]$])\(/g, "$1 (")
    .replaceAll(/ {2,}/g, " ")
    .trim();
  return line.length <= 200 ? line : `${line.slice(0, 199)}…`;
}

/** What was thrown, as an AuthError; looks through the causes of foreign errors. */
export function asAuthError(thrown: unknown): AuthError {
  for (let error = thrown, depth = 0; error instanceof Error && depth < 5; error = error.cause, depth++) {
    if (error instanceof AuthError) return error;
  }
  return new AuthError("invalid_response", { cause: thrown, detail: thrown instanceof Error ? thrown.message : "" });
}
