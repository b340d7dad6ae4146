// What an authorization server may want differently from the RFCs, as data: one entry of this shape a service, over one default.
// The grants read these fields and never ask which service it is. Pure.
import type { AuthErrorCode, Reason } from "../oauth/errors.ts";

/** The services that have an entry; "generic" is every other one. LanceDB Cloud is none: an API key asks no authorization server. */
export const providerIds = [
  ...["entra", "entraExternalId", "okta", "auth0", "keycloak", "google", "cognito"],
  ...["ping", "adfs", "ory", "authentik", "zitadel", "github", "apigee", "generic"],
] as const;
export type ProviderId = (typeof providerIds)[number];

/** Where a browser on this machine may come back to (RFC 8252 section 7.3). */
export interface RedirectTrait {
  /** The name that the service lets one register. */
  readonly host: "127.0.0.1" | "localhost";
  /** Empty where the address is registered without a path. */
  readonly path: string;
  /** Whether the service passes over the port, as RFC 8252 asks; otherwise {@link registeredPort} is used and must be registered. */
  readonly anyPort: boolean;
}

/** The port that is registered where a service compares it, and the connection names none. */
export const registeredPort = 28_549;

export interface OfflineTrait {
  /** Asked for where the issuer lists it among its scopes, or does not list any. */
  readonly scope?: string;
  /** Sent with the authorization request alone. */
  readonly parameters: Readonly<Record<string, string>>;
}

/** What an answer means, where the service says it in a code of its own. */
export interface ErrorTrait {
  /** The `error`, or a code within its description: "AADSTS50011". */
  readonly says: string;
  readonly code: AuthErrorCode;
  /** Chooses the sentence and the button; see messages/reasons.ts. */
  readonly reason?: Reason;
}

export interface ProviderTraits {
  readonly id: ProviderId;
  /** As the service calls itself; not translated. */
  readonly name: string;
  /** The documentation that this entry was read from. */
  readonly sources: readonly string[];
  /** Recognize the service by an issuer or token URL; none where it can be anywhere. */
  readonly addresses: readonly RegExp[];
  /** Issuers that a discovery document of the service may name though it was asked under another address. */
  readonly namesItself?: RegExp;
  readonly redirect: RedirectTrait;
  /** How a refresh token is asked for. */
  readonly offline: OfflineTrait;
  /** Where the connection names no scopes. */
  readonly defaultScopes: { readonly machine: readonly string[]; readonly person: readonly string[] };
  /** Whether a renewal repeats the scopes; otherwise it leaves them out (RFC 6749 section 6). */
  readonly renewalSendsScope: boolean;
  /** By which parameter an API is named. */
  readonly apiBy: "scope" | "audience" | "resource";
  /** For whom a client assertion is (RFC 7523 section 3). */
  readonly assertionAudience: "issuer" | "token_endpoint";
  /** Members of a device authorization reply by another name than RFC 8628 gives them: theirs, then the RFC's. */
  readonly deviceNames: Readonly<Record<string, string>>;
  /** Parameters for the sign-in page alone, beside those that every service has (authorizationOnly.ts). */
  readonly authorizationOnly: readonly string[];
  /** Answers to a renewal that are documented to mean that the session is over, beside invalid_grant. */
  readonly sessionEnds: readonly string[];
  readonly errors: readonly ErrorTrait[];
}
