// What a service is documented to want and to answer, as strict as it is: the shape of one row of dialects.ts.
import type { ProviderId } from "../../../../src/providers/traits.ts";

export type Fields = Readonly<Record<string, string>>;

/** What was asked, and of whom. */
export type Asked = {
  readonly fields: Fields;
  /** How the client authenticated. */
  readonly by: "basic" | "post" | "assertion" | "none";
  /** Of a client assertion, unverified. */
  readonly assertion?: {
    readonly header: Readonly<Record<string, unknown>>;
    readonly claims: Readonly<Record<string, unknown>>;
  };
  readonly origin: string;
  /** Where tokens are asked for. */
  readonly tokenUrl: string;
  readonly issuer: string;
};

export type Refusal = { readonly status: number; readonly body: Readonly<Record<string, unknown>> };

/** Refuses, or says nothing. */
export type Check = (asked: Asked) => Refusal | undefined;

export type Misconfiguration = {
  readonly what: string;
  readonly of: "machine" | "person";
  /** What is wrong in the connection. */
  readonly fields?: Readonly<Record<string, unknown>>;
  readonly secret?: string;
  /** What is wrong at the service. */
  readonly refusal?: Refusal;
  /** What the person is told by. */
  readonly code: string;
  readonly reason: string | undefined;
};

export type Dialect = {
  readonly id: ProviderId;
  readonly name: string;
  /** The documentation that the row was read from. */
  readonly source: string;
  readonly issuerPath: string;
  readonly tokenPath: string;
  /** By which document the service is found. */
  readonly document: "openid-configuration" | "oauth-authorization-server" | "none";
  /** The issuer that the document names, where it is not the one that was asked for. */
  readonly namesItself?: string;
  readonly scopesSupported?: readonly string[];
  readonly redirect: {
    readonly host: string;
    readonly path: string;
    readonly anyPort: boolean;
  };
  /** The scopes that the service knows; another one is refused. */
  readonly scopes: readonly string[];
  /** The connection's fields for each, and how the client authenticates; none where the service has no such way. */
  readonly machine?: Readonly<Record<string, unknown>>;
  readonly person?: Readonly<Record<string, unknown>>;
  /** Shown on a page of the service: the browser does not come back. */
  readonly page?: (asked: Fields) => string | undefined;
  readonly checkMachine?: Check;
  readonly checkRenewal?: Check;
  /** Whether a refresh token comes with a sign-in. */
  readonly renewsWhen: (asked: Fields) => boolean;
  readonly rotates: boolean;
  readonly revokes: boolean;
  readonly unknownScope: Refusal;
  readonly wrongSecret: Refusal;
  readonly badGrant: Refusal;
  /** Members that the service adds to a token reply, or writes differently; null takes nothing away, it is sent. */
  readonly reply?: Readonly<Record<string, unknown>>;
  readonly replyStatus?: number;
  readonly misconfiguration: Misconfiguration;
};

export const refuse = (status: number, error: string, error_description?: string, more = {}): Refusal => ({
  status,
  body: { error, ...(error_description === undefined ? {} : { error_description }), ...more },
});

/** Parameters that are for the sign-in page, and refused at a token endpoint. */
export const pageOnly = ["prompt", "access_type", "login_hint", "domain_hint", "max_age"];

export const refusesPageParameters: Check = ({ fields }) => {
  const found = pageOnly.find((name) => name in fields);
  return found === undefined
    ? undefined
    : refuse(400, "invalid_request", `Parameter not allowed for this message type: ${found}`);
};

export const anyOf =
  (...checks: readonly Check[]): Check =>
  (asked) => {
    for (const check of checks) {
      const found = check(asked);
      if (found !== undefined) return found;
    }
    return undefined;
  };
