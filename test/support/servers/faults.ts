// What an authorization server, or what stands before it, can answer wrongly: the list of faults, by the endpoint where each makes sense.
import type { ServerResponse } from "node:http";
import { gzipSync } from "node:zlib";
import { sendJson } from "./loopback.ts";

export type Exchange = {
  readonly response: ServerResponse;
  /** What a healthy server would have answered, as JSON. */
  readonly healthy: Readonly<Record<string, unknown>>;
  readonly path: string;
  /** Of this server. */
  readonly origin: string;
  /** Another server, which must never see a secret. */
  readonly elsewhere: string;
  /** What came with the request: its Authorization header and its body. */
  readonly sent: string;
};

export type Fault = (exchange: Exchange) => void;

const html = "<!doctype html><html><head><title>Sign in</title></head><body><h1>Welcome</h1></body></html>";
const markup =
  'Ask <a href="https://evil.example">IT</a> or [run](command:workbench.action.terminal.new) $(alert) **now**';
const oneMegabyte = 1024 * 1024;

/** The server's clock is many years behind; the wait that it asks for is seven seconds. */
const sevenSecondsLongAgo = { date: "Mon, 01 Jan 2001 00:00:00 GMT", "retry-after": "Mon, 01 Jan 2001 00:00:07 GMT" };

/** Of every endpoint. */
const anywhere = {
  // Not JSON, or not whole.
  html: ({ response }) => void response.writeHead(200, { "content-type": "text/html" }).end(html),
  empty: ({ response }) => void response.writeHead(200, { "content-type": "application/json" }).end(),
  notJson: ({ response }) => void response.writeHead(200, { "content-type": "application/json" }).end("{'no': json"),
  jsonArray: ({ response }) => sendJson(response, 200, ["not", "an", "object"]),
  hang: () => undefined,
  hangsMidBody: ({ response }) =>
    void response.writeHead(200, { "content-type": "application/json" }).write('{"access_'),
  oneByteASecond: ({ response, healthy }) => drip(response, JSON.stringify(healthy)),
  slow: ({ response, healthy }) => void setTimeout(() => sendJson(response, 200, healthy), 300),
  deepJson: ({ response }) => {
    response.writeHead(200, { "content-type": "application/json" }).end("[".repeat(400_000) + "]".repeat(400_000));
  },
  closesAtOnce: ({ response }) => void response.destroy(),
  closesMidBody: ({ response }) => {
    response.writeHead(200, { "content-type": "application/json", "content-length": "1000" });
    response.write('{"access_token": "half', () => response.destroy());
  },
  hugeBody: ({ response }) => sendForEver(response),
  gzipBomb: ({ response }) => {
    response.writeHead(200, { "content-type": "application/json", "content-encoding": "gzip" }).end(gzipBomb());
  },

  // Refusals that may pass.
  status429: answer(429, { error: "slow_down" }, { "retry-after": "7" }),
  status500: answer(500, { error: "server_error" }),
  status502: ({ response }) => void response.writeHead(502, { "content-type": "text/html" }).end(html),
  status503: answer(503, { error: "temporarily_unavailable" }, { "retry-after": "7" }),
  status503Date: answer(503, { error: "temporarily_unavailable" }, { "retry-after": "Fri, 31 Dec 2100 23:59:59 GMT" }),

  status503OldDate: answer(503, { error: "temporarily_unavailable" }, sevenSecondsLongAgo),
  status429Date: answer(429, { error: "slow_down" }, sevenSecondsLongAgo),

  // Refusals that stay.
  status404: ({ response }) => void response.writeHead(404, { "content-type": "text/plain" }).end("Not Found"),
  invalid_client: answer(401, { error: "invalid_client" }, { "www-authenticate": 'Basic realm="faulty"' }),
  errorDescriptionWithMarkup: answer(400, { error: "invalid_request", error_description: markup }),

  // Quotes the request, secret included, as debugging servers do.
  echoesRequest: ({ response, sent }) =>
    sendJson(response, 401, { error: "invalid_client", error_description: `not accepted: ${sent}` }),

  // To another server, which takes what comes and answers well.
  redirectElsewhere: ({ response, elsewhere, path }) => {
    response.writeHead(307, { location: `${elsewhere}${path}` }).end();
  },
} as const satisfies Record<string, Fault>;

const ofDiscovery = {
  wrongIssuer: merge({ issuer: "https://another-issuer.example" }),
  noTokenEndpoint: merge({ token_endpoint: undefined }),
  plainHttpTokenEndpoint: merge({ token_endpoint: "http://issuer.example/token" }),

  /** Another place at each request; a client that asks for keys would be seen there. */
  jwksChanges: (exchange) => merge({ jwks_uri: `${exchange.origin}/jwks/${crypto.randomUUID()}` })(exchange),
} as const satisfies Record<string, Fault>;

/** Of a token reply: refusals, tokens and lifetimes. */
const ofToken = {
  unauthorized_client: answer(401, { error: "unauthorized_client" }),
  invalid_scope: answer(400, { error: "invalid_scope", error_description: "scope nope is unknown" }),
  invalid_grant: answer(400, { error: "invalid_grant" }),
  missingAccessToken: merge({ access_token: undefined }),
  emptyAccessToken: merge({ access_token: "" }),
  crlfToken: merge({ access_token: "abc\r\nx-injected: yes" }),
  nonAsciiToken: merge({ access_token: "tökén" }),
  hugeToken: merge({ access_token: "x".repeat(oneMegabyte) }),
  longestToken: merge({ access_token: "x".repeat(65_536) }),
  wrongTokenType: merge({ token_type: "DPoP" }),
  missingTokenType: merge({ token_type: undefined }),
  tokenTypeInWords: merge({ token_type: "BearerToken" }),
  nullMembers: merge({ scope: null, refresh_token: null, id_token: null, expires_in: null, token_type: null }),
  status201: answer(201),
  expiresInMissing: merge({ expires_in: undefined }),
  expiresInText: merge({ expires_in: "3600" }),
  expiresInWords: merge({ expires_in: "soon" }),
  expiresInZero: merge({ expires_in: 0 }),
  expiresInNegative: merge({ expires_in: -1 }),
  expiresInVast: merge({ expires_in: 1e12 }),
  expiresInFraction: merge({ expires_in: 1.5 }),
} as const satisfies Record<string, Fault>;

/** Of a device authorization reply (RFC 8628 section 3.2). */
const ofDevice = {
  unauthorized_client: ofToken.unauthorized_client,
  invalid_scope: ofToken.invalid_scope,
  missingDeviceCode: merge({ device_code: undefined }),
  missingUserCode: merge({ user_code: undefined }),
  userCodeWithMarkup: merge({ user_code: "[AB](command:workbench.action.terminal.new)" }),
  missingPage: merge({ verification_uri: undefined }),
  pageInWords: merge({ verification_uri: "ask IT" }),
  pageIsScript: merge({ verification_uri: "javascript:alert(1)" }),
  pageIsCommand: merge({ verification_uri: "command:workbench.action.terminal.new" }),
  plainHttpPage: merge({ verification_uri: "http://login.example/enter" }),
  pageWithMarkup: (exchange) =>
    merge({ verification_uri: `${exchange.origin}/[enter](command:workbench.action.terminal.new)` })(exchange),
  completePageIsScript: merge({ verification_uri_complete: "javascript:alert(1)" }),
  codeLifeMissing: merge({ expires_in: undefined }),
  codeLifeText: merge({ expires_in: "600" }),
  codeLifeWords: merge({ expires_in: "soon" }),
  codeLifeZero: merge({ expires_in: 0 }),
  codeLifeNegative: merge({ expires_in: -1 }),
  codeLifeVast: merge({ expires_in: 1e12 }),
  codeLifeFraction: merge({ expires_in: 600.5 }),
  intervalZero: merge({ interval: 0 }),
  intervalNegative: merge({ interval: -5 }),
  intervalDay: merge({ interval: 86_400 }),
  intervalText: merge({ interval: "5" }),
  intervalWords: merge({ interval: "a while" }),
  intervalFraction: merge({ interval: 0.001 }),
} as const satisfies Record<string, Fault>;

/** Of a revocation (RFC 7009 section 2.2.1). */
const ofRevocation = {
  unsupported_token_type: answer(400, { error: "unsupported_token_type" }),
} as const satisfies Record<string, Fault>;

export const faults = { ...anywhere, ...ofDiscovery, ...ofToken, ...ofDevice, ...ofRevocation } as const;

export type FaultName = "none" | keyof typeof faults;

export type Endpoint = "discovery" | "token" | "device" | "revocation";

/** The faults that make sense at each endpoint. */
export const faultsOf: Readonly<Record<Endpoint, readonly FaultName[]>> = {
  discovery: namesIn(anywhere, ofDiscovery),
  token: namesIn(anywhere, ofToken),
  device: namesIn(anywhere, ofDevice),
  revocation: namesIn(anywhere, ofRevocation),
};

function namesIn(...tables: readonly Partial<Record<FaultName, Fault>>[]): readonly FaultName[] {
  return tables.flatMap((table) => Object.keys(table) as FaultName[]);
}

export function faultOf(name: FaultName): Fault {
  return name === "none" ? answer(200) : faults[name];
}

/** Answers that, or the healthy reply, with a status. */
function answer(status: number, body?: Record<string, unknown>, headers?: Record<string, string>): Fault {
  return ({ response, healthy }) => sendJson(response, status, body ?? healthy, headers);
}

/** The healthy reply with some members replaced; undefined takes one away. */
function merge(changes: Record<string, unknown>): Fault {
  return ({ response, healthy }) => sendJson(response, 200, { ...healthy, ...changes });
}

/** Until the reader goes. */
function drip(response: ServerResponse, text: string): void {
  response.writeHead(200, { "content-type": "application/json" });
  let at = 0;
  const timer = setInterval(() => response.write(text.charAt(at++ % text.length)), 1000);
  response.on("close", () => clearInterval(timer));
}

/** A JSON string that never ends, sent as fast as it is read; stops after 256 MB or when the reader goes. */
function sendForEver(response: ServerResponse): void {
  const chunk = Buffer.alloc(oneMegabyte, "a");
  response.writeHead(200, { "content-type": "application/json" });
  response.write('{"access_token": "');
  let left = 256;
  const more = (): void => {
    while (left > 0 && !response.destroyed) {
      left -= 1;
      if (!response.write(chunk)) {
        response.once("drain", more);
        return;
      }
    }
    response.end('"}');
  };
  more();
}

/** Made once, for it takes a while. */
let bomb: Buffer | undefined;

/** 100 MB of blanks before an empty object: a few hundred KB on the wire. */
function gzipBomb(): Buffer {
  return (bomb ??= gzipSync(Buffer.concat([Buffer.alloc(100 * oneMegabyte, " "), Buffer.from("{}")]), { level: 1 }));
}
