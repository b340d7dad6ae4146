// What is asked of an authorization server beside who asks: scopes, audience, resource and parameters of one's own, for each kind of request.
// What a service wants differently is in the table of providers. Pure.
import type { Connection } from "../connection.ts";
import type { Challenge } from "../errors.ts";
import { authorizationOnly } from "../../providers/authorizationOnly.ts";
import { traitsOf } from "../../providers/providers.ts";
import type { IssuerMetadata } from "./issuer.ts";

type Parameters = Record<string, string>;

/** For a token that nobody signs in for. */
export function machineParameters(connection: Connection): Parameters {
  const { machine } = traitsOf(connection).defaultScopes;
  return parameters(connection, connection.scopes.length === 0 ? machine : connection.scopes);
}

/** For the page on which a person signs in; asks for a refresh token in the service's own way. */
export function authorizationParameters(connection: Connection, server: IssuerMetadata): Parameters {
  const { offline } = traitsOf(connection);
  const scopes = personalScopes(connection, server);
  const isAsked = offline.scope === undefined || scopes.includes(offline.scope);
  return { ...(isAsked ? offline.parameters : {}), ...parameters(connection, scopes) };
}

/** Step-up: RFC 9470 section 4, and Entra ID's claims challenge (OpenID Connect Core 1.0 section 5.5). */
export function challengeParameters({ claims, acrValues, maxAge }: Challenge = {}): Parameters {
  return {
    ...(claims === undefined ? {} : { claims }),
    ...(acrValues === undefined ? {} : { acr_values: acrValues }),
    ...(maxAge === undefined ? {} : { max_age: maxAge }),
  };
}

/** For a device code: no page of ours, so what a page would be told is sent only where the scope alone would be passed over. */
export function deviceParameters(connection: Connection, server: IssuerMetadata): Parameters {
  const { offline } = traitsOf(connection);
  return offline.scope === undefined
    ? parameters(connection, personalScopes(connection, server))
    : authorizationParameters(connection, server);
}

/** For a renewal: nothing that is for the page alone, and the scopes only where the service wants them repeated. */
export function renewalParameters(connection: Connection, server: IssuerMetadata): Parameters {
  const { renewalSendsScope, authorizationOnly: more } = traitsOf(connection);
  const asked = parameters(connection, renewalSendsScope ? personalScopes(connection, server) : []);
  const isForThePage = (name: string): boolean => authorizationOnly.includes(name) || more.includes(name);
  return Object.fromEntries(Object.entries(asked).filter(([name]) => !isForThePage(name)));
}

/** The scopes of the connection, and the one for a refresh token where the issuer has it (OpenID Connect Core 1.0 section 11). */
function personalScopes(connection: Connection, server: IssuerMetadata): readonly string[] {
  const { offline, defaultScopes } = traitsOf(connection);
  const wanted = connection.scopes.length === 0 ? defaultScopes.person : connection.scopes;
  const offered = ["openid", offline.scope].filter((scope) => scope !== undefined && isOffered(server, scope));
  const renewable = offline.scope !== undefined && offered.includes(offline.scope) ? offered : [];
  return [...new Set([...renewable, ...wanted])].filter((scope) => scope !== undefined);
}

function isOffered({ scopes_supported: supported }: IssuerMetadata, scope: string): boolean {
  return supported?.includes(scope) === true;
}

function parameters({ audience, resource, extraParameters }: Connection, scopes: readonly string[]): Parameters {
  return {
    ...extraParameters,
    ...(scopes.length === 0 ? {} : { scope: scopes.join(" ") }),
    ...(audience === undefined ? {} : { audience }),
    ...(resource === undefined ? {} : { resource }),
  };
}
