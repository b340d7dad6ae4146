// A real authorization server (oidc-provider) on loopback: client credentials, sign-in by browser and by device code, JWT
// access tokens, a log of what it was asked.
// The lifetime of its tokens can be changed while it runs, and token requests can be held back and let go.
import type { IncomingMessage, ServerResponse } from "node:http";
import { exportJWK, generateKeyPair } from "jose";
import Provider, { errors, type Client, type Configuration, type JWK, type KoaContextWithOIDC } from "oidc-provider";
import { clientRegistrations, clients, defaultScope, personalClient } from "./authorizationClients.ts";
import { makeSigningClients, type SigningClients } from "./signingClients.ts";
import { answerSignIn, devicePages, findAccount, signInPath } from "./authorizationSignIn.ts";
import { memoryAdapter } from "./authorizationStore.ts";
import { listenOnLoopback, readBody, sendJson } from "./loopback.ts";

export { clients, defaultScope, personalClient, scopes, type TestClient } from "./authorizationClients.ts";

export type TokenRequest = {
  readonly at: number;
  readonly clientId: string;
  readonly grant: string;
  /** How the client authenticated. */
  readonly authentication: "basic" | "post" | "jwt" | "none";
  readonly status: number;
  /** What else was asked for: scope, audience, resource and the like; never a credential. */
  readonly parameters: Readonly<Record<string, string>>;
};

/** A browser sent here to sign in, or a request for a device code; never the state or the challenge themselves. */
export type SignInRequest = {
  readonly by: "browser" | "device";
  readonly clientId: string;
  readonly scope: string;
  readonly redirectUri: string;
  readonly responseType: string;
  /** "S256" with PKCE (RFC 7636). */
  readonly challengeMethod: string;
  readonly hasState: boolean;
  readonly hasNonce: boolean;
};

export type AuthorizationServerOptions = {
  /** A free port by default; a fixed one lets a server be stopped and started again. */
  readonly port?: number;
  readonly accessTokenSeconds?: number;
};

export type AuthorizationServer = {
  readonly issuerUrl: string;
  readonly tokenUrl: string;
  /** Takes only a JSON body, as some hosted services do, and passes it on as a form. */
  readonly jsonTokenUrl: string;
  readonly jwksUrl: string;
  /** The `aud` of every access token that was asked for without a resource. */
  readonly audience: string;
  readonly clients: typeof clients;
  readonly personalClient: typeof personalClient;
  /** Clients that authenticate by a signature (private_key_jwt), one for each kind of key. */
  readonly signingClients: SigningClients;
  /** The lifetime of the tokens that are issued from now on. */
  accessTokenSeconds: number;
  /** Every answered request to the token endpoint, oldest first. */
  readonly tokenRequests: readonly TokenRequest[];
  /** Every request to sign a person in, oldest first. */
  readonly signInRequests: readonly SignInRequest[];
  /** Every access, refresh and ID token that was handed out, for whoever searches for them. */
  readonly handedOut: readonly string[];
  /** The HTTP status of every request to revoke a token, oldest first. */
  readonly revocations: readonly number[];
  /** Keeps the answers to token requests back until the returned function is called. */
  holdTokenRequests(): () => void;
  close(): Promise<void>;
};

const audience = "https://lancedb.example/api";
const neverLogged = /secret|token|code|assertion|password|^client_id$|^grant_type$/;

export async function startAuthorizationServer(options: AuthorizationServerOptions = {}): Promise<AuthorizationServer> {
  const loopback = await listenOnLoopback(options.port);
  const log: TokenRequest[] = [];
  const signIns: SignInRequest[] = [];
  const [revocations, handedOut]: [number[], string[]] = [[], []];
  let gate = Promise.resolve();
  const server: AuthorizationServer = {
    issuerUrl: loopback.origin,
    tokenUrl: `${loopback.origin}/token`,
    jsonTokenUrl: `${loopback.origin}/json/token`,
    jwksUrl: `${loopback.origin}/jwks`,
    audience,
    clients,
    personalClient,
    signingClients: await makeSigningClients(),
    accessTokenSeconds: options.accessTokenSeconds ?? 600,
    tokenRequests: log,
    signInRequests: signIns,
    ...{ revocations, handedOut },
    holdTokenRequests: () => {
      const { promise, resolve } = Promise.withResolvers<undefined>();
      gate = promise.then(() => undefined);
      return () => {
        resolve(undefined);
      };
    },
    close: () => loopback.close(),
  };
  const provider = new Provider(loopback.origin, await configuration(server));
  provider.use(async (ctx, next) => {
    const at = Date.now();
    const counts = ctx.path === "/token";
    if (counts) await gate;
    await next();
    if (counts) log.push(describeTokenRequest(ctx as KoaContextWithOIDC, at));
    if (counts) handedOut.push(...tokensIn(ctx.body));
    if (ctx.path === "/token/revocation") revocations.push(ctx.status);
    const by = ({ "/auth": "browser", "/device/auth": "device" } as const)[ctx.path];
    if (by !== undefined) signIns.push(describeSignIn(ctx as KoaContextWithOIDC, by));
  });
  takeEditorAddress(provider);
  provider.on("server_error", (_, error) => {
    console.error(error);
  });
  const answer = provider.callback();
  loopback.listener = (request, response) => {
    const path = request.url ?? "/";
    if (path === "/json/token") void forwardJson(request, response, server.tokenUrl);
    else if (path.startsWith(signInPath)) void answerSignIn(provider, request, response, defaultScope, audience);
    else void answer(request, response);
  };
  return server;
}

async function configuration(server: AuthorizationServer): Promise<Configuration> {
  const { privateKey } = await generateKeyPair("ES256", { extractable: true });
  const key = { ...(await exportJWK(privateKey)), alg: "ES256", use: "sig", kid: crypto.randomUUID() } as JWK;
  const seconds = (): number => server.accessTokenSeconds;
  return {
    adapter: memoryAdapter(),
    clients: [...clientRegistrations(), ...server.signingClients.map(({ registration }) => registration)],
    clientDefaults: { id_token_signed_response_alg: "ES256" },
    jwks: { keys: [key] },
    cookies: { keys: [crypto.randomUUID()] },
    scopes: ["openid", "offline_access", ...defaultScope.split(" ")],
    ttl: {
      ...{ AccessToken: seconds, ClientCredentials: seconds, IdToken: 600, AuthorizationCode: 60, DeviceCode: 600 },
      ...{ RefreshToken: 86_400, Grant: 86_400, Interaction: 600, Session: 86_400 },
    },
    findAccount,
    interactions: { url: (_, interaction) => `${signInPath}${interaction.uid}` },
    features: {
      clientCredentials: { enabled: true },
      deviceFlow: { enabled: true, ...devicePages },
      revocation: { enabled: true },
      devInteractions: { enabled: false },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => audience,
        useGrantedResource: () => true,
        getResourceServerInfo: (ctx, resource, client) => {
          requireRegisteredAuthentication(ctx, client);
          addDefaultScope(ctx, client);
          return {
            scope: defaultScope,
            audience: resource,
            accessTokenFormat: "jwt",
            jwt: { sign: { alg: "ES256" } },
          };
        },
      },
    },
  };
}

/** oidc-provider takes Basic and POST for one another; many servers do not, and the tests must tell them apart. */
function requireRegisteredAuthentication(ctx: KoaContextWithOIDC, client: Client): void {
  const registered =
    {
      ...{ client_secret_basic: "basic", client_secret_post: "post" },
      ...{ private_key_jwt: "jwt", client_secret_jwt: "jwt" },
    }[String(client.clientAuthMethod)] ?? "none";
  if (ctx.path === "/token" && registered !== authenticationOf(ctx)) {
    throw new errors.InvalidClientAuth(`this client must authenticate with ${registered}`);
  }
}

function authenticationOf(ctx: KoaContextWithOIDC): TokenRequest["authentication"] {
  if (ctx.get("authorization") !== "") return "basic";
  if (typeof ctx.oidc.body?.["client_assertion"] === "string") return "jwt";
  return typeof ctx.oidc.params?.["client_secret"] === "string" ? "post" : "none";
}

function describeTokenRequest(ctx: KoaContextWithOIDC, at: number): TokenRequest {
  const sent = Object.entries(ctx.oidc.body ?? {});
  const texts = sent.filter((entry): entry is [string, string] => typeof entry[1] === "string");
  const { client_id: clientId, grant_type: grant } = Object.fromEntries(texts);
  return {
    at,
    clientId: ctx.oidc.client?.clientId ?? clientId ?? "",
    grant: grant ?? "",
    authentication: authenticationOf(ctx),
    status: ctx.status,
    parameters: Object.fromEntries(texts.filter(([name]) => !neverLogged.test(name))),
  };
}

function tokensIn(reply: unknown): readonly string[] {
  const { access_token, refresh_token, id_token } = (reply ?? {}) as Readonly<Record<string, unknown>>;
  return [access_token, refresh_token, id_token].filter((token) => typeof token === "string");
}

/** As servers do that have default scopes (RFC 6749 section 3.3): what LanceDB needs is granted also where it is not asked for. */
function addDefaultScope(ctx: KoaContextWithOIDC, client: Client): void {
  const { params } = ctx.oidc;
  if (params === undefined) return;
  const asked = typeof params["scope"] === "string" ? params["scope"].split(" ") : [];
  const [known, own] = [defaultScope.split(" "), (client.scope ?? "").split(" ")];
  if (asked.length === 0) params["scope"] = client.scope;
  else if (!asked.some((scope) => known.includes(scope))) {
    params["scope"] = [...asked, ...known.filter((scope) => own.includes(scope))].join(" ");
  }
}

/** As servers do that take a pattern: in a browser, VS Code's own redirect address is another one at every sign-in. */
function takeEditorAddress(provider: Provider): void {
  type Allowed = (this: unknown, value: string) => boolean;
  const { prototype } = provider.Client as unknown as { prototype: { redirectUriAllowed: Allowed } };
  const strict = prototype.redirectUriAllowed;
  prototype.redirectUriAllowed = function (value) {
    return strict.call(this, value) || /^http:\/\/127\.0\.0\.1:\d+\/([\w-]+\/)?callback\?vscode-reqid=/.test(value);
  };
}

function describeSignIn(ctx: KoaContextWithOIDC, by: SignInRequest["by"]): SignInRequest {
  const sent: Readonly<Record<string, unknown>> = by === "browser" ? ctx.query : (ctx.oidc.body ?? {});
  const text = (name: string): string => (typeof sent[name] === "string" ? sent[name] : "");
  return {
    by,
    clientId: text("client_id"),
    scope: text("scope"),
    redirectUri: text("redirect_uri"),
    responseType: text("response_type"),
    challengeMethod: text("code_challenge_method"),
    hasState: text("state").length >= 20,
    hasNonce: text("nonce").length >= 20,
  };
}

async function forwardJson(request: IncomingMessage, response: ServerResponse, tokenUrl: string): Promise<void> {
  const refuse = (description: string): void => {
    sendJson(response, 400, { error: "invalid_request", error_description: description });
  };
  const body = (await readBody(request)).toString();
  if (request.headers["content-type"]?.startsWith("application/json") !== true) {
    refuse("the body must be application/json");
    return;
  }
  try {
    const fields: unknown = JSON.parse(body);
    const form = new URLSearchParams(fields as Record<string, string>);
    const reply = await fetch(tokenUrl, { method: "POST", body: form });
    sendJson(response, reply.status, await reply.json());
  } catch {
    refuse("the body must be a JSON object of strings");
  }
}
