// The table of provider traits: which entry is for a connection, by what the connection says or else by its addresses. Pure.
import { adfs } from "./adfs.ts";
import { apigee } from "./apigee.ts";
import { auth0 } from "./auth0.ts";
import { authentik } from "./authentik.ts";
import { cognito } from "./cognito.ts";
import { entra } from "./entra.ts";
import { entraExternalId } from "./entraExternalId.ts";
import { generic } from "./generic.ts";
import { github } from "./github.ts";
import { google } from "./google.ts";
import { keycloak } from "./keycloak.ts";
import { okta } from "./okta.ts";
import { ory } from "./ory.ts";
import { ping } from "./ping.ts";
import { registeredPort, type ProviderId, type ProviderTraits } from "./traits.ts";
import { zitadel } from "./zitadel.ts";

export const providers: Readonly<Record<ProviderId, ProviderTraits>> = {
  ...{ entra, entraExternalId, okta, auth0, keycloak, google, cognito, ping, adfs, ory },
  ...{ authentik, zitadel, github, apigee, generic },
};

/** What of a connection says which service it is. */
export interface ProviderQuestion {
  readonly provider?: ProviderId;
  readonly issuerUrl?: string;
  readonly tokenUrl?: string;
}

/** The service that the connection names, else the one whose address it has, else what the RFCs say. */
export function traitsOf({ provider, issuerUrl, tokenUrl }: ProviderQuestion): ProviderTraits {
  if (provider !== undefined) return providers[provider];
  const addresses = [issuerUrl, tokenUrl].filter((address) => address !== undefined).map(slashed);
  const found = Object.values(providers).find((traits) =>
    traits.addresses.some((pattern) => addresses.some((address) => pattern.test(address))),
  );
  return found ?? generic;
}

/** Where the browser comes back to on this machine. */
export interface RedirectAddress {
  readonly host: "127.0.0.1" | "localhost";
  readonly path: string;
  /** Any free one where it is absent. */
  readonly port?: number;
}

export interface RedirectQuestion extends ProviderQuestion {
  readonly redirectUri?: string;
  readonly redirectPort?: number;
}

/** What the connection says, else what its service lets one register. */
export function redirectOf(connection: RedirectQuestion): RedirectAddress {
  if (connection.redirectUri !== undefined) return ownRedirect(connection.redirectUri, connection.redirectPort);
  const { host, path, anyPort } = traitsOf(connection).redirect;
  const port = connection.redirectPort ?? (anyPort ? undefined : registeredPort);
  return port === undefined ? { host, path } : { host, path, port };
}

/** The address to register with the service: without a port where it passes over that. */
export function redirectToRegister(connection: RedirectQuestion): string {
  const { host, path, port } = redirectOf(connection);
  return `http://${host}${port === undefined ? "" : `:${String(port)}`}${path}`;
}

/** An address without a path is one: "http://localhost" is registered, and sent, without a slash. */
function ownRedirect(redirectUri: string, redirectPort: number | undefined): RedirectAddress {
  const { hostname, port } = new URL(redirectUri);
  const path = redirectUri.replace(/^http:\/\/[^/]+/, "");
  const chosen = port === "" ? redirectPort : Number(port);
  const host = hostname === "localhost" ? "localhost" : "127.0.0.1";
  return chosen === undefined ? { host, path } : { host, path, port: chosen };
}

function slashed(address: string): string {
  return URL.canParse(address) && new URL(address).pathname === "/" ? new URL(address).href : address;
}
