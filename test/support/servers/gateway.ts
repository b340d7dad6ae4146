// Who may use the tests' LanceDB server: verifies the access token of a request as an API gateway would.
import type { IncomingMessage } from "node:http";
import { createRemoteJWKSet, errors, jwtVerify } from "jose";

export type Refusal = { readonly status: 401 | 403 | 503; readonly message: string };

export type GatewayOptions = {
  readonly issuerUrl: string;
  readonly jwksUrl: string;
  readonly audience: string;
  /** Accepted in x-api-key instead of a token. */
  readonly apiKey?: string;
  /** How long after its end a token is still accepted, not at all by default; and who is told of each such request. */
  readonly leeway?: { readonly seconds: number; readonly onUse: () => void };
};

/** Answers what is wrong with the request's credentials, or nothing. */
export type Gateway = (request: IncomingMessage, scope: string) => Promise<Refusal | undefined>;

export function createGateway(options: GatewayOptions): Gateway {
  // Without a cool-down, so that an authorization server that was started again is believed at once.
  const keys = createRemoteJWKSet(new URL(options.jwksUrl), { cooldownDuration: 0, timeoutDuration: 5_000 });
  return async (request, scope) => {
    const apiKey = request.headers["x-api-key"];
    if (apiKey !== undefined && apiKey === options.apiKey) return undefined;
    const [, token] = /^Bearer ([\w.-]+)$/i.exec(request.headers.authorization ?? "") ?? [];
    if (token === undefined) return { status: 401, message: missing(request) };
    try {
      const { issuerUrl: issuer, audience, leeway } = options;
      const clockTolerance = leeway?.seconds ?? 0;
      const { payload } = await jwtVerify(token, keys, { issuer, audience, clockTolerance, requiredClaims: ["exp"] });
      const { scope: granted, exp = 0 } = payload;
      if (exp * 1000 <= Date.now()) leeway?.onUse();
      if (typeof granted === "string" && granted.split(" ").includes(scope)) return undefined;
      return { status: 403, message: `The access token lacks the scope ${scope}.` };
    } catch (error) {
      return refusalFor(error);
    }
  };
}

function missing({ headers }: IncomingMessage): string {
  if (headers["x-api-key"] !== undefined) return "The API key is not valid here: an OAuth access token is needed.";
  if (headers.authorization === undefined) return "No access token was sent.";
  return "The Authorization header holds no Bearer token that could be read.";
}

function refusalFor(error: unknown): Refusal {
  if (error instanceof errors.JWTExpired) return { status: 401, message: "The access token has expired." };
  if (error instanceof errors.JWTClaimValidationFailed) {
    return { status: 401, message: `The access token is not for this server: ${error.message}.` };
  }
  if (error instanceof errors.JWKSTimeout || !(error instanceof errors.JOSEError)) {
    return { status: 503, message: "The identity provider cannot be reached, so no token can be verified now." };
  }
  // jose has one class for a key set that came with another status or was no JSON.
  if (error.code === "ERR_JOSE_GENERIC") return { status: 503, message: "The identity provider gives no keys now." };
  return { status: 401, message: `The access token is not valid: ${error.message}.` };
}
