// Stands in for Azure's endpoints of managed identities: the instance metadata service, and the one that IDENTITY_ENDPOINT names in App
// Service and Container Apps. Refuses what they refuse.
import { listenOnLoopback, sendJson } from "./loopback.ts";

export type IdentityRequest = {
  readonly path: string;
  readonly metadata: string;
  readonly identityHeader: string;
  readonly query: Readonly<Record<string, string>>;
};

export type IdentityEndpoint = {
  readonly origin: string;
  readonly env: { readonly IDENTITY_ENDPOINT: string; readonly IDENTITY_HEADER: string };
  readonly requests: readonly IdentityRequest[];
  close(): Promise<void>;
};

const lifeSeconds = 3600;

/** @param token what it hands out */
export async function startIdentityEndpoint(token: () => Promise<string>): Promise<IdentityEndpoint> {
  const loopback = await listenOnLoopback();
  const secret = crypto.randomUUID();
  const requests: IdentityRequest[] = [];
  loopback.listener = (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? "/", loopback.origin);
    const header = (name: string): string => String(request.headers[name] ?? "");
    const asked = { path: pathname, metadata: header("metadata"), identityHeader: header("x-identity-header") };
    requests.push({ ...asked, query: Object.fromEntries(searchParams) });
    const isMetadata = pathname === "/metadata/identity/oauth2/token";
    const fits = isMetadata ? asked.metadata === "true" : pathname === "/msi/token" && asked.identityHeader === secret;
    if (!fits) {
      sendJson(response, 400, { error: "invalid_request", error_description: "Required header not specified" });
      return;
    }
    const end = String(Math.floor(Date.now() / 1000) + lifeSeconds);
    const resource = searchParams.get("resource") ?? "";
    void token().then((access_token) => {
      const reply = { access_token, expires_on: end, resource, token_type: "Bearer" };
      sendJson(response, 200, isMetadata ? { ...reply, expires_in: String(lifeSeconds) } : reply);
    });
  };
  const env = { IDENTITY_ENDPOINT: `${loopback.origin}/msi/token`, IDENTITY_HEADER: secret };
  return { origin: loopback.origin, env, requests, close: () => loopback.close() };
}
