// How a client proves itself by a signed token (RFC 7521, RFC 7523): for whom it is, which certificate it names, or which file holds it.
// Keeps nothing; a file's token is what the caller has read a moment ago.
import type { ClientAuth, ModifyAssertionOptions } from "openid-client";
import { modifyAssertion } from "openid-client";
import type { Connection } from "../connection.ts";
import { traitsOf } from "../../providers/providers.ts";
import type { Secret } from "../secret.ts";
import type { IssuerMetadata } from "./issuer.ts";

const assertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/** A workload's token as it is: signed by whoever runs the workload, not by this client. */
export function tokenFileAuth(token: Secret): ClientAuth {
  return (_server, { client_id }, body) => {
    body.set("client_id", client_id);
    body.set("client_assertion_type", assertionType);
    body.set("client_assertion", token.reveal().trim());
  };
}

/**
 * The assertion is for the issuer or for the token endpoint (RFC 7523 section 3), as the connection says or else the service wants it.
 * @param header members of the header that name a certificate
 */
export function assertionOptions(
  connection: Connection,
  server: IssuerMetadata,
  header: Readonly<Record<string, string>> = {},
): ModifyAssertionOptions {
  const { assertionAudience, issuerUrl } = connection;
  const wanted = assertionAudience ?? traitsOf(connection).assertionAudience;
  // Where no issuer is known, the token endpoint is what both know.
  const isForEndpoint = wanted === "token_endpoint" || issuerUrl === undefined;
  return {
    [modifyAssertion]: (given, payload) => {
      Object.assign(given, header);
      if (isForEndpoint) Object.assign(payload, { aud: server.token_endpoint });
    },
  };
}
