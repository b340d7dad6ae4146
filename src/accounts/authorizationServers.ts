// What is asked of authorization servers. The OAuth library is loaded with the first question, not at start-up.
// Stores and shows nothing.
import type { BrowserParts } from "../oauth/grants/authorizationCode.ts";
import type { Granted, GrantRequest } from "../oauth/grants/clientConfiguration.ts";
import type { Connection } from "../oauth/connection.ts";
import type { DeviceParts } from "../oauth/grants/deviceCode.ts";
import type { TokenFetcher } from "../oauth/headerProvider.ts";
import type { Fetch } from "../oauth/http.ts";
import type { IssuerFacts } from "../oauth/grants/issuer.ts";
import type { ProviderId } from "../providers/traits.ts";
import type { Secret } from "../oauth/secret.ts";

export type ClientSecret = () => Promise<Secret | undefined>;

/** Every call rejects with AuthError. */
export interface AuthorizationServers {
  discover(issuerUrl: string, signal: AbortSignal | undefined, provider?: ProviderId): Promise<IssuerFacts>;
  /** @param subjectToken reads the token that the flow token_exchange exchanges */
  clientCredentials(connection: Connection, secret: ClientSecret, subjectToken?: () => Promise<Secret>): TokenFetcher;
  renew(connection: Connection, secret: ClientSecret, refreshToken: Secret): Promise<Granted>;
  revoke(connection: Connection, secret: ClientSecret, refreshToken: Secret): Promise<boolean>;
  /** The issuer's page that ends a session there, where it has one. */
  endSessionUrl(connection: Connection): Promise<string | undefined>;
  /** Asks the connection's LanceDB server, which is no authorization server, whether it takes the key. */
  tryApiKey(connection: Connection, key: Secret, signal: AbortSignal | undefined): Promise<void>;
  signInWithBrowser(request: PersonalRequest, parts: BrowserParts): Promise<Granted>;
  signInWithDeviceCode(request: PersonalRequest, parts: DeviceParts): Promise<Granted>;
}

export type PersonalRequest = Omit<GrantRequest, "fetch">;

const discoveryTimeoutSeconds = 10;

export function authorizationServers(fetch: Fetch): AuthorizationServers {
  return {
    discover: async (issuerUrl, signal, provider) => {
      const { discoverIssuer } = await import("../oauth/grants/issuer.ts");
      return discoverIssuer({ issuerUrl, provider, timeoutSeconds: discoveryTimeoutSeconds, fetch, signal });
    },
    clientCredentials: (connection, secret, subjectToken) => {
      let fetcher: TokenFetcher | undefined;
      return async (signal) => {
        const { clientCredentials } = await import("../oauth/grants/grants.ts");
        fetcher ??= clientCredentials(connection, secret, fetch, subjectToken);
        return fetcher(signal);
      };
    },
    renew: async (connection, clientSecret, refreshToken) =>
      (await import("../oauth/grants/grants.ts")).renew({ connection, clientSecret, fetch }, refreshToken),
    revoke: async (connection, clientSecret, refreshToken) =>
      (await import("../oauth/grants/grants.ts")).revoke({ connection, clientSecret, fetch }, refreshToken),
    endSessionUrl: async (connection) => {
      const clientSecret: ClientSecret = () => Promise.resolve(undefined);
      return (await import("../oauth/grants/grants.ts")).endSessionUrl({ connection, clientSecret, fetch });
    },
    tryApiKey: async (connection, key, signal) =>
      (await import("../oauth/apiKey.ts")).tryApiKey(connection, key, fetch, signal),
    signInWithBrowser: async (request, parts) =>
      (await import("../oauth/grants/authorizationCode.ts")).signInWithBrowser({ ...request, fetch }, parts),
    signInWithDeviceCode: async (request, parts) =>
      (await import("../oauth/grants/deviceCode.ts")).signInWithDeviceCode({ ...request, fetch }, parts),
  };
}
