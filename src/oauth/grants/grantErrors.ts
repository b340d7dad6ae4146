// Turns what openid-client throws into an AuthError. Causes are dropped on purpose: they can hold the reply with its token.
import * as l10n from "@vscode/l10n";
import { AuthorizationResponseError, ClientError, ResponseBodyError } from "openid-client";
import { clockError } from "./clockCheck.ts";
import { AuthError, type AuthErrorCode, type Challenge } from "../errors.ts";
import { generic } from "../../providers/generic.ts";
import type { ErrorTrait, ProviderTraits } from "../../providers/traits.ts";

const longestClaims = 4_096;

/** RFC 6749 section 5.2, RFC 8707 section 2, and what real servers send instead. */
const codeOf: Readonly<Record<string, AuthErrorCode>> = {
  invalid_client: "client_rejected",
  unauthorized_client: "client_rejected",
  // A wrong secret, at one hosted service; at the sign-in page it is the person's no, see below.
  access_denied: "client_rejected",
  expired_token: "sign_in_expired",
  unsupported_grant_type: "flow_unsupported",
  unsupported_response_type: "flow_unsupported",
  invalid_grant: "interaction_required",
  interaction_required: "interaction_required",
  login_required: "interaction_required",
  consent_required: "interaction_required",
  // RFC 9470, and OpenID Connect Core: Unmet Authentication Requirements 1.0.
  insufficient_user_authentication: "interaction_required",
  insufficient_claims: "interaction_required",
  unmet_authentication_requirements: "interaction_required",
  temporarily_unavailable: "server_error",
  server_error: "server_error",
  slow_down: "rate_limited",
};

/**
 * @param otherwise what a reply that is no error, yet not the expected document, means at this point
 * @param traits of the service that answered, for its own codes
 */
export function grantError(
  thrown: unknown,
  otherwise: "not_an_issuer" | "invalid_response",
  host: string,
  traits: ProviderTraits = generic,
): AuthError {
  const own = ownError(thrown);
  if (own !== undefined) return own;
  if (thrown instanceof ResponseBodyError || thrown instanceof AuthorizationResponseError) {
    return refusal(thrown, traits);
  }
  const foreign = foreignAnswer(thrown);
  if (foreign !== undefined) return new AuthError("foreign_answer", { detail: foreign });
  if (thrown instanceof ClientError) {
    if (thrown.code === "OAUTH_TIMEOUT") return new AuthError("timeout", { detail: host });
    const aheadMs = clockDifference(thrown);
    if (aheadMs !== undefined) return clockError("invalid_response", aheadMs);
    if (otherwise === "invalid_response" && statusOf(thrown) === 401) return new AuthError("client_rejected");
    return new AuthError(otherwise, { detail: said(thrown, host) });
  }
  return new AuthError(otherwise, { detail: host });
}

function refusal(thrown: ResponseBodyError | AuthorizationResponseError, traits: ProviderTraits): AuthError {
  const { error, error_description } = thrown;
  const detail = [error, error_description].filter((part) => part !== undefined).join(", ");
  const known = serviceError(traits, error, error_description ?? "");
  const isPersonsNo = thrown instanceof AuthorizationResponseError && error === "access_denied";
  const usual = isPersonsNo ? "sign_in_refused" : (codeOf[error] ?? "request_rejected");
  const details = { detail, reason: known?.reason, challenge: challengeIn(thrown.cause) };
  return new AuthError(known?.code ?? usual, details);
}

/** What the service's own code means; its table comes before what any service says. */
function serviceError({ errors }: ProviderTraits, error: string, description: string): ErrorTrait | undefined {
  const isSaid = ({ says }: ErrorTrait): boolean => saysWholly(error, says) || saysWholly(description, says);
  return errors.find(isSaid) ?? generic.errors.find(isSaid);
}

/** AADSTS70011 is not said by AADSTS700112. */
function saysWholly(text: string, words: string): boolean {
  const at = text.indexOf(words);
  return at !== -1 && !(/\d$/.test(words) && /^\d/.test(text.slice(at + words.length)));
}

/** What more of a person is asked for: Entra ID's claims challenge. */
function challengeIn(cause: unknown): Challenge | undefined {
  const claims = typeof cause === "object" && cause !== null && "claims" in cause ? cause.claims : undefined;
  return typeof claims === "string" && claims !== "" && claims.length <= longestClaims ? { claims } : undefined;
}

/** What is wrong with the browser's answer itself, before any token request. */
function foreignAnswer(thrown: unknown): string | undefined {
  const inner = thrown instanceof ClientError && thrown.cause instanceof Error ? thrown.cause : undefined;
  const details = inner?.cause;
  if (inner === undefined || typeof details !== "object" || details === null || !("parameters" in details)) {
    return undefined;
  }
  if (inner.message.includes('"state"')) return l10n.t("its state is not the one that was sent");
  if (inner.message.includes('"iss"')) return l10n.t("it does not come from the issuer that was asked");
  return l10n.t("it cannot be read");
}

function ownError(thrown: unknown): AuthError | undefined {
  for (let error = thrown, depth = 0; error instanceof Error && depth < 5; error = error.cause, depth++) {
    if (error instanceof AuthError) return error;
  }
  return undefined;
}

function said(error: ClientError, host: string): string {
  const code = statusOf(error);
  const status = code === undefined ? "" : ` (HTTP ${code})`;
  switch (error.code) {
    case "OAUTH_RESPONSE_IS_NOT_JSON":
      return l10n.t("{0} did not answer with JSON{1}", host, status);
    case "OAUTH_RESPONSE_IS_NOT_CONFORM":
      return l10n.t("{0} did not answer as OAuth asks{1}", host, status);
    case "OAUTH_PARSE_ERROR":
      return l10n.t("{0} sent JSON that cannot be read", host);
    case "OAUTH_JSON_ATTRIBUTE_COMPARISON_FAILED":
      return l10n.t("{0} says that it is another issuer", host);
    case "OAUTH_INVALID_RESPONSE":
      return `${host}: ${memberProblem(error) ?? error.message}`;
    case undefined:
    default:
      return `${host}: ${error.message}`;
  }
}

/** Which member of the reply is wrong, "user_code must be a string"; its value is not said. */
function memberProblem({ cause }: ClientError): string | undefined {
  const said = cause instanceof Error ? cause.message : "";
  const [, member, problem] = /^"response" body "(\w+)" property (must be [\w -]+)$/.exec(said) ?? [];
  return member === undefined || problem === undefined ? undefined : `${member} ${problem}`;
}

/** How far this machine's clock is ahead, milliseconds, where an id_token's times were refused: it was issued a moment ago. */
function clockDifference({ code, cause }: ClientError): number | undefined {
  if (code !== "OAUTH_JWT_TIMESTAMP_CHECK_FAILED" || !(cause instanceof Error)) return undefined;
  const { now, claims } = parseTimes(cause.cause);
  return now === undefined || claims?.iat === undefined ? undefined : (now - claims.iat) * 1000;
}

function parseTimes(details: unknown): { readonly now?: number; readonly claims?: { readonly iat?: number } } {
  return typeof details === "object" && details !== null ? details : {};
}

function statusOf({ cause }: ClientError): number | undefined {
  return cause instanceof Response ? cause.status : undefined;
}
