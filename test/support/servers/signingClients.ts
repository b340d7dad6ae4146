// Clients of the tests' authorization server that authenticate by a signature, each with a key of its own, made at its start.
import { exportJWK, exportPKCS8, generateKeyPair, type JWK } from "jose";
import type { ClientMetadata } from "oidc-provider";
import { defaultScope } from "./authorizationClients.ts";

export type SigningClient = {
  readonly id: string;
  readonly algorithm: string;
  /** The private key. */
  readonly pem: string;
  readonly jwk: JWK;
  readonly registration: ClientMetadata;
};

export type SigningClients = readonly [SigningClient, ...SigningClient[]];

export async function makeSigningClients(): Promise<SigningClients> {
  const others = ["PS256", "ES256", "Ed25519"].map(makeSigningClient);
  return [await makeSigningClient("RS256"), ...(await Promise.all(others))];
}

async function makeSigningClient(algorithm: string): Promise<SigningClient> {
  const { privateKey, publicKey } = await generateKeyPair(algorithm, { extractable: true });
  const kid = crypto.randomUUID();
  const id = `${algorithm.toLowerCase()}-client`;
  const registration: ClientMetadata = {
    client_id: id,
    grant_types: ["client_credentials"],
    response_types: [],
    redirect_uris: [],
    token_endpoint_auth_method: "private_key_jwt",
    token_endpoint_auth_signing_alg: algorithm as NonNullable<ClientMetadata["token_endpoint_auth_signing_alg"]>,
    jwks: { keys: [{ ...(await exportJWK(publicKey)), kid, use: "sig" }] },
    scope: defaultScope,
  };
  const jwk = { ...(await exportJWK(privateKey)), kid, alg: algorithm };
  return { id, algorithm, pem: await exportPKCS8(privateKey), jwk, registration };
}
