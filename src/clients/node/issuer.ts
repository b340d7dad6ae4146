// An OAuth issuer on loopback inside the user's own process, from which LanceDB's client fetches the window's tokens. A header
// provider would keep the process from ending; LanceDB's own OAuth does not. It never keeps the process alive either.
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { HeadersReply } from "../../broker/protocol.ts";
import { BrokerFailure } from "./askBroker.ts";

/** Asked again at least so often, so that a sign-out is seen. */
export const longestTrustSeconds = 15;

export interface LocalIssuer {
  /** The options of LanceDB's connect that make it use this issuer. */
  readonly oauthConfig: OAuthConfig;
}

export interface OAuthConfig {
  readonly issuerUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly scopes: string[];
  readonly flow: "client_credentials";
  readonly refreshBufferSecs: number;
}

interface Client {
  readonly ask: () => Promise<HeadersReply>;
  last: HeadersReply;
}

let running: Promise<{ readonly origin: string; readonly secret: string }> | undefined;
const clients: Client[] = [];

/** @param first what the broker has just answered, so that the first token costs no second question */
export async function issuerFor(first: HeadersReply, ask: () => Promise<HeadersReply>): Promise<LocalIssuer> {
  running ??= start();
  const { origin, secret } = await running;
  const number = clients.push({ ask, last: first }) - 1;
  return {
    oauthConfig: {
      issuerUrl: `${origin}/${number}`,
      clientId: "lancedb-auth",
      clientSecret: secret,
      // LanceDB insists on one; this issuer ignores it.
      scopes: ["lancedb"],
      flow: "client_credentials",
      // The broker hands out no token in its last seconds; this is for the request that is on its way.
      refreshBufferSecs: 1,
    },
  };
}

async function start(): Promise<{ origin: string; secret: string }> {
  const [{ createServer }, { randomBytes }] = [await import("node:http"), await import("node:crypto")];
  const secret = randomBytes(32).toString("base64url");
  let origin = "";
  const server = createServer((request, response) => {
    void answer(request, response, origin, secret);
  });
  // Sockets that LanceDB keeps open must not keep the process open.
  server.on("connection", (socket) => socket.unref());
  origin = await listen(server);
  server.unref();
  exemptFromProxy();
  return { origin, secret };
}

function listen(server: Server): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      if (address === null || typeof address === "string") reject(new Error("no port on loopback"));
      else resolve(`http://127.0.0.1:${address.port}`);
    });
  });
}

/** LanceDB's HTTP client sends even loopback requests through http_proxy, unless NO_PROXY names the address. */
function exemptFromProxy(): void {
  const names = ["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"];
  if (!names.some((name) => (process.env[name] ?? "") !== "")) return;
  const name = process.env["no_proxy"] === undefined ? "NO_PROXY" : "no_proxy";
  const present = (process.env[name] ?? "").split(",").filter((entry) => entry.trim() !== "");
  if (!present.includes("127.0.0.1")) process.env[name] = [...present, "127.0.0.1"].join(",");
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  origin: string,
  secret: string,
): Promise<void> {
  const [, number, ...rest] = (request.url ?? "").split("/");
  const client = clients[Number(number)];
  const path = `/${rest.join("/")}`;
  try {
    if (client === undefined) send(response, 404, {});
    else if (path.startsWith("/.well-known/")) send(response, 200, metadata(`${origin}/${String(number)}`));
    else if (path !== "/token" || !(await showsSecret(request, secret)))
      send(response, 401, { error: "invalid_client" });
    else send(response, 200, await tokenOf(client));
  } catch (error) {
    const description = error instanceof BrokerFailure ? error.message : "LanceDB Auth has a fault.";
    send(response, 400, { error: "invalid_grant", error_description: description });
  }
}

function metadata(issuer: string): object {
  return { issuer, token_endpoint: `${issuer}/token`, grant_types_supported: ["client_credentials"] };
}

/** In the body or as Basic: LanceDB's versions differ. */
async function showsSecret(request: IncomingMessage, secret: string): Promise<boolean> {
  let body = "";
  for await (const chunk of request) body += String(chunk);
  if (new URLSearchParams(body).get("client_secret") === secret) return true;
  const [scheme, credentials = ""] = (request.headers.authorization ?? "").split(" ");
  return scheme === "Basic" && Buffer.from(credentials, "base64").toString().endsWith(`:${secret}`);
}

/** The broker's answer; while it is out of reach, the last token for as long as it is valid. */
async function tokenOf(client: Client): Promise<object> {
  try {
    client.last = await client.ask();
  } catch (error) {
    const passing = error instanceof BrokerFailure && (error.code === "window_closed" || error.code === "unavailable");
    if (!passing || remainingSeconds(client.last) <= 0) throw error;
  }
  const { headers } = client.last;
  const token = (headers["authorization"] ?? "").replace(/^Bearer /, "");
  return {
    access_token: token,
    token_type: "Bearer",
    expires_in: Math.ceil(Math.min(remainingSeconds(client.last), longestTrustSeconds)),
  };
}

function remainingSeconds({ expiresAt }: HeadersReply): number {
  return expiresAt === undefined ? longestTrustSeconds : (expiresAt - Date.now()) / 1000;
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { "content-type": "application/json", "cache-control": "no-store" });
  response.end(JSON.stringify(body));
}
