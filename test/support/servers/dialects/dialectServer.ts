// An authorization server that behaves as strictly as one service is documented to (dialects.ts): what the real one refuses is refused here.
// Signs a person in without asking; keeps its sessions over a restart, as the real ones do.
import type { IncomingMessage, ServerResponse } from "node:http";
import { decodeJwt, decodeProtectedHeader, generateKeyPair, SignJWT, type CryptoKey } from "jose";
import { listenOnLoopback, readBody, sendJson, type Loopback } from "../loopback.ts";
import { refuse, type Asked, type Dialect, type Fields, type Refusal } from "./dialect.ts";

export const dialectClient = { id: "client-of-the-dialects", secret: "the secret/of the+dialects", redirectPort: 0 };

export type DialectServer = {
  readonly origin: string;
  readonly issuerUrl: string;
  readonly tokenUrl: string;
  /** Every token request, in order: what was sent and the status of the answer. */
  readonly requests: readonly { readonly fields: Fields; readonly status: number }[];
  readonly revoked: ReadonlySet<string>;
  /** The port that is registered where the service compares it. */
  redirectPort: number;
  /** What the service refuses everything with, while it is set. */
  refusal: Refusal | undefined;
  /** How far the server's clock is ahead of this machine's, in what it dates and issues. */
  clockAheadSeconds: number;
  /** Header and claims of the last client assertion. */
  readonly assertion: Asked["assertion"];
  /** Ends every connection, and comes back at the same port with what it had stored. */
  restart(): Promise<void>;
  close(): Promise<void>;
};

type State = {
  readonly dialect: Dialect;
  readonly key: CryptoKey;
  readonly codes: Map<string, Fields>;
  readonly sessions: Map<string, Fields>;
  readonly requests: { readonly fields: Fields; readonly status: number }[];
  readonly revoked: Set<string>;
  loopback: Loopback;
  redirectPort: number;
  refusal: Refusal | undefined;
  clockAheadSeconds: number;
  assertion: Asked["assertion"];
};

export async function startDialectServer(dialect: Dialect): Promise<DialectServer> {
  const { privateKey } = await generateKeyPair("RS256");
  const loopback = await listenOnLoopback();
  const state: State = {
    ...{ dialect, key: privateKey, codes: new Map(), sessions: new Map(), requests: [], revoked: new Set() },
    ...{ loopback, redirectPort: 0, refusal: undefined, clockAheadSeconds: 0, assertion: undefined },
  };
  loopback.listener = listener(state);
  const { origin } = loopback;
  return {
    ...{ origin, issuerUrl: origin + dialect.issuerPath, tokenUrl: origin + dialect.tokenPath },
    ...{ requests: state.requests, revoked: state.revoked },
    get redirectPort() {
      return state.redirectPort;
    },
    set redirectPort(port) {
      state.redirectPort = port;
    },
    get refusal() {
      return state.refusal;
    },
    set refusal(refusal) {
      state.refusal = refusal;
    },
    get clockAheadSeconds() {
      return state.clockAheadSeconds;
    },
    set clockAheadSeconds(seconds) {
      state.clockAheadSeconds = seconds;
    },
    get assertion() {
      return state.assertion;
    },
    async restart() {
      await state.loopback.close();
      state.loopback = await listenOnLoopback(loopback.port);
      state.loopback.listener = listener(state);
    },
    close: () => state.loopback.close(),
  };
}

function listener(state: State) {
  return (request: IncomingMessage, response: ServerResponse): void => {
    void answer(state, request, response).catch((error: unknown) => {
      response.writeHead(500).end(String(error));
    });
  };
}

async function answer(state: State, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { dialect, loopback } = state;
  const { pathname, searchParams } = new URL(request.url ?? "/", loopback.origin);
  const fields = Object.fromEntries(new URLSearchParams((await readBody(request)).toString()));
  if (isDocument(dialect, pathname)) sendJson(response, 200, documentOf(state));
  else if (pathname === "/authorize") authorize(state, Object.fromEntries(searchParams), response);
  else if (pathname === dialect.tokenPath && request.method === "POST") await token(state, request, fields, response);
  else if (pathname === "/revoke" && dialect.revokes) {
    state.revoked.add(fields["token"] ?? "");
    state.sessions.delete(fields["token"] ?? "");
    sendJson(response, 200, {});
  } else response.writeHead(404, { "content-type": "text/html" }).end("<h1>Not Found</h1>");
}

function isDocument({ document, issuerPath }: Dialect, path: string): boolean {
  if (document === "openid-configuration") {
    return path === `${issuerPath.replace(/\/$/, "")}/.well-known/openid-configuration`;
  }
  return document !== "none" && path === `/.well-known/oauth-authorization-server${issuerPath}`;
}

const issuerOf = ({ dialect, loopback }: State): string => dialect.namesItself ?? loopback.origin + dialect.issuerPath;

function documentOf(state: State): Readonly<Record<string, unknown>> {
  const { dialect, loopback } = state;
  return {
    ...{ issuer: issuerOf(state), authorization_endpoint: `${loopback.origin}/authorize` },
    ...{ token_endpoint: loopback.origin + dialect.tokenPath, response_types_supported: ["code"] },
    ...(dialect.revokes ? { revocation_endpoint: `${loopback.origin}/revoke` } : {}),
    ...(dialect.scopesSupported === undefined ? {} : { scopes_supported: dialect.scopesSupported }),
  };
}

/** What goes wrong before the redirect address is known to be right stays on the service's own page. */
function authorize(state: State, fields: Fields, response: ServerResponse): void {
  const { dialect } = state;
  const redirect = fields["redirect_uri"] ?? "";
  const problem = isRegistered(state, redirect)
    ? dialect.page?.(fields)
    : `redirect_uri is not registered: ${redirect}`;
  if (problem !== undefined || fields["client_id"] !== dialectClient.id) {
    response.writeHead(400, { "content-type": "text/html" }).end(problem ?? "no such client");
    return;
  }
  const unknown = scopesIn(fields).find((scope) => !dialect.scopes.includes(scope));
  const back = new URL(redirect);
  back.searchParams.set("state", fields["state"] ?? "");
  const refusal = state.refusal ?? (unknown === undefined ? undefined : dialect.unknownScope);
  if (refusal !== undefined) {
    for (const name of ["error", "error_description"]) {
      if (typeof refusal.body[name] === "string") back.searchParams.set(name, refusal.body[name]);
    }
  } else {
    const code = crypto.randomUUID();
    state.codes.set(code, fields);
    back.searchParams.set("code", code);
  }
  response.writeHead(302, { location: back.href }).end();
}

function isRegistered({ dialect, redirectPort }: State, redirect: string): boolean {
  const { host, path, anyPort } = dialect.redirect;
  const port = anyPort ? "(:\\d+)?" : `:${String(redirectPort)}`;
  return new RegExp(`^http://${host.replaceAll(".", "\\.")}${port}${path}$`).test(redirect);
}

const scopesIn = ({ scope = "" }: Fields): readonly string[] => scope.split(" ").filter((each) => each !== "");

async function token(state: State, request: IncomingMessage, fields: Fields, response: ServerResponse): Promise<void> {
  const asked = askedBy(state, request, fields);
  state.assertion = asked.assertion;
  const reply = await tokenReply(state, asked);
  response.setHeader("date", new Date(Date.now() + state.clockAheadSeconds * 1000).toUTCString());
  state.requests.push({ fields, status: reply.status });
  sendJson(response, reply.status, reply.body);
}

function askedBy({ dialect, loopback }: State, request: IncomingMessage, fields: Fields): Asked {
  const basic = /^Basic (.+)$/.exec(request.headers.authorization ?? "")?.[1];
  const assertion = fields["client_assertion"];
  const by =
    basic !== undefined ? "basic" : assertion !== undefined ? "assertion" : "client_secret" in fields ? "post" : "none";
  const [id = "", secret = ""] = Buffer.from(basic ?? "", "base64")
    .toString()
    .split(":")
    .map((part) => decodeURIComponent(part.replaceAll("+", " ")));
  const known = basic === undefined ? {} : { client_id: id, client_secret: secret };
  const place = { origin: loopback.origin, tokenUrl: loopback.origin + dialect.tokenPath };
  const asked = {
    fields: { ...fields, ...known },
    by,
    ...place,
    issuer: loopback.origin + dialect.issuerPath,
  } as const;
  if (assertion === undefined) return asked;
  return { ...asked, assertion: { header: { ...decodeProtectedHeader(assertion) }, claims: decodeJwt(assertion) } };
}

async function tokenReply(state: State, asked: Asked): Promise<Refusal> {
  const { dialect } = state;
  const { fields, by } = asked;
  if (state.refusal !== undefined) return state.refusal;
  if (fields["client_id"] !== dialectClient.id && dialect.id !== "google") return dialect.wrongSecret;
  if ((by === "basic" || by === "post") && fields["client_secret"] !== dialectClient.secret) return dialect.wrongSecret;
  switch (fields["grant_type"] ?? "") {
    case "client_credentials": {
      const times = clockProblem(state, asked);
      if (times !== undefined) return times;
      return machine(state, asked);
    }
    case "urn:ietf:params:oauth:grant-type:token-exchange":
      return machine(state, asked);
    case "authorization_code":
      return redeemed(state, fields);
    case "refresh_token":
      return renewed(state, asked);
    default:
      return refuse(400, "unsupported_grant_type");
  }
}

async function machine(state: State, asked: Asked): Promise<Refusal> {
  const { dialect } = state;
  const unknown = scopesIn(asked.fields).some((scope) => !dialect.scopes.includes(scope));
  const refusal = dialect.checkMachine?.(asked) ?? (unknown ? dialect.unknownScope : undefined);
  return refusal ?? granted(state, asked.fields, false);
}

/** RFC 7523 section 3: an assertion that is over, or not yet valid, is none. */
function clockProblem({ clockAheadSeconds }: State, { assertion }: Asked): Refusal | undefined {
  const now = Date.now() / 1000 + clockAheadSeconds;
  const { exp, iat } = assertion?.claims ?? {};
  if (typeof exp !== "number" || typeof iat !== "number" || (iat <= now + 5 && now < exp)) return undefined;
  return refuse(401, "invalid_client", "AADSTS700024: Client assertion is not within its valid time range.");
}

async function redeemed(state: State, fields: Fields): Promise<Refusal> {
  const asked = state.codes.get(fields["code"] ?? "");
  state.codes.delete(fields["code"] ?? "");
  const verifier = new TextEncoder().encode(fields["code_verifier"] ?? "");
  const challenge = Buffer.from(await crypto.subtle.digest("SHA-256", verifier)).toString("base64url");
  if (asked?.["code_challenge"] !== challenge || asked["redirect_uri"] !== fields["redirect_uri"]) {
    return state.dialect.badGrant;
  }
  return granted(state, asked, state.dialect.renewsWhen(asked));
}

async function renewed(state: State, asked: Asked): Promise<Refusal> {
  const { dialect, sessions } = state;
  const held = asked.fields["refresh_token"] ?? "";
  const session = sessions.get(held);
  if (session === undefined) return dialect.badGrant;
  const refusal = dialect.checkRenewal?.(asked);
  if (refusal !== undefined) return refusal;
  if (dialect.rotates) sessions.delete(held);
  return granted(state, { ...session, nonce: "" }, dialect.rotates);
}

async function granted(state: State, asked: Fields, renews: boolean): Promise<Refusal> {
  const { dialect, sessions, key } = state;
  const refreshToken = crypto.randomUUID();
  if (renews) sessions.set(refreshToken, asked);
  const now = Math.floor(Date.now() / 1000) + state.clockAheadSeconds;
  const isOpenid = scopesIn(asked).includes("openid") && asked["nonce"] !== undefined;
  const idToken = new SignJWT(asked["nonce"] === "" ? {} : { nonce: asked["nonce"] ?? "" })
    .setProtectedHeader({ alg: "RS256" })
    .setIssuer(issuerOf(state).replace("{tenantid}", "11111111-2222-3333-4444-555555555555"))
    .setSubject("somebody")
    .setAudience(dialectClient.id)
    .setIssuedAt(now)
    .setExpirationTime(now + 300);
  const body = {
    ...{ access_token: crypto.randomUUID(), token_type: "Bearer", expires_in: 3599 },
    ...(renews ? { refresh_token: refreshToken } : {}),
    ...(isOpenid ? { id_token: await idToken.sign(key) } : {}),
    ...dialect.reply,
  };
  return { status: dialect.replyStatus ?? 200, body };
}
