// Stands in for Azure's endpoints of managed identities: the instance metadata service, and the one that IDENTITY_ENDPOINT names in App
// Service and Container Apps, and the one of Azure Arc, which wants to see a file's content first. Refuses what they refuse.
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
  /** As on a server that Azure Arc manages. */
  readonly arc: {
    readonly env: { readonly IDENTITY_ENDPOINT: string; readonly IMDS_ENDPOINT: string };
    /** The file that its challenge names; may be set to another one. */
    keyPath: string;
    readonly key: string;
  };
  readonly requests: readonly IdentityRequest[];
  close(): Promise<void>;
};

const lifeSeconds = 3600;
/** https://learn.microsoft.com/azure/azure-arc/servers/managed-identity-authentication */
const arcVersion = "2020-06-01";

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
    if (searchParams.get("api-version") === arcVersion) {
      const proven = header("authorization") === `Basic ${arc.key}`;
      if (asked.metadata !== "true" || !proven) {
        const challenge = { "www-authenticate": `Basic realm=${arc.keyPath}` };
        sendJson(response, 401, { error: "unauthorized_client" }, challenge);
        return;
      }
    }
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
  const arc = {
    env: {
      IDENTITY_ENDPOINT: `${loopback.origin}/metadata/identity/oauth2/token`,
      IMDS_ENDPOINT: loopback.origin,
    },
    keyPath: `/var/opt/azcmagent/tokens/${crypto.randomUUID()}.key`,
    key: crypto.randomUUID(),
  };
  const env = { IDENTITY_ENDPOINT: `${loopback.origin}/msi/token`, IDENTITY_HEADER: secret };
  return { origin: loopback.origin, env, arc, requests, close: () => loopback.close() };
}
