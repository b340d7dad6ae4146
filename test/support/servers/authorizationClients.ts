// The clients that the tests' authorization server knows: one for each way to authenticate, and a few for special cases.
// The secrets are made up, and each is distinct enough to be searched for in places where it must not be.
import type { ClientMetadata } from "oidc-provider";

export type TestClient = { readonly id: string; readonly secret: string };

export const scopes = { read: "lancedb:read", write: "lancedb:write" } as const;

/** What a client gets that asks for no scope (RFC 6749 section 3.3). */
export const defaultScope = `${scopes.read} ${scopes.write}`;

export const clients = {
  /** The client of the demo; Basic, as most are. */
  demo: { id: "lancedb-demo", secret: "demo-secret-penguin-7431" },
  basic: { id: "basic-client", secret: "basic-secret-6b1f0c7e" },
  /** Authenticates in the form body; Basic is refused. */
  post: { id: "post-client", secret: "post-secret-a83d92e4" },
  /** As the JSON front forwards it. */
  json: { id: "json-client", secret: "json-secret-51c7be20" },
  /**
   * Must be form-encoded before it goes into a Basic header (RFC 6749 section 2.3.1). Other than ASCII is not allowed in
   * a client id or secret (appendix A), and the server refuses it.
   */
  awkward: { id: "team:a b+c%20&d", secret: "p:ss w+rd%2B=&?/~" },
  /** Signs with its secret (client_secret_jwt). */
  signing: { id: "signing-client", secret: "signing-secret-4e8d1b7703a94c5f9d21" },
  /** May not write. */
  reader: { id: "reader-client", secret: "reader-secret-0f9a4417" },
} as const satisfies Record<string, TestClient>;

/** Public: a person signs in with it, by redirect to any loopback port, or by device code. */
export const personalClient = { id: "personal-client" } as const;

function confidential({ id, secret }: TestClient, more: Partial<ClientMetadata> = {}): ClientMetadata {
  return {
    client_id: id,
    client_secret: secret,
    grant_types: ["client_credentials"],
    response_types: [],
    redirect_uris: [],
    token_endpoint_auth_method: "client_secret_basic",
    scope: defaultScope,
    ...more,
  };
}

export function clientRegistrations(): ClientMetadata[] {
  return [
    confidential(clients.demo),
    confidential(clients.basic),
    confidential(clients.post, { token_endpoint_auth_method: "client_secret_post" }),
    confidential(clients.json, { token_endpoint_auth_method: "client_secret_post" }),
    confidential(clients.awkward),
    confidential(clients.signing, { token_endpoint_auth_method: "client_secret_jwt" }),
    confidential(clients.reader, { scope: scopes.read }),
    {
      client_id: personalClient.id,
      application_type: "native",
      grant_types: ["authorization_code", "refresh_token", "urn:ietf:params:oauth:grant-type:device_code"],
      response_types: ["code"],
      redirect_uris: ["http://127.0.0.1/callback"],
      token_endpoint_auth_method: "none",
      scope: `openid offline_access ${defaultScope}`,
    },
  ];
}
