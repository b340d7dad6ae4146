// An HTTP server on loopback for clients of this machine: inside the user's own process it never keeps that process alive; the
// command line tool keeps it for as long as it is asked to. Limits what a stranger can send; who may ask is told by its answer.
import type { IncomingMessage, Server, ServerOptions, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { hostsOf } from "./hosts.ts";

export interface LoopbackServer {
  readonly origin: string;
  readonly secret: string;
  /** The values of the Host header that are answered (against DNS rebinding). */
  readonly hosts: ReadonlySet<string>;
  close(): void;
}

export type Answer = (request: IncomingMessage, response: ServerResponse, server: LoopbackServer) => Promise<void>;

export interface Place {
  /** Where it listens; 127.0.0.1 and a free port by default. */
  readonly address?: string;
  readonly port?: number;
  /** Further names of this machine, see {@link hostsOf}. */
  readonly ownNames?: readonly string[];
  /** Known to those who ask already; a new one by default. */
  readonly secret?: string;
  /** Adds what the server speaks beside HTTP/1.1, before it listens. */
  readonly extend?: (server: Server, onRequest: Handler, headMs: number) => void;
  readonly keepsProcess?: boolean;
  /** How long a client may take to send a request's head. */
  readonly headMs?: number;
}

export type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** Milliseconds and bytes. A client's pool keeps connections for minutes: one that is closed meanwhile would fail its request. */
export const limits = {
  headBytes: 16_384,
  headMs: 10_000,
  idleConnectionMs: 600_000,
  connections: 512,
} as const;

function serverOptions(headMs: number): ServerOptions & { readonly connectionsCheckingInterval: number } {
  return {
    maxHeaderSize: limits.headBytes,
    headersTimeout: headMs,
    keepAliveTimeout: limits.idleConnectionMs,
    // An upload may take hours; one that stands still is ended by its answer.
    requestTimeout: 0,
    connectionsCheckingInterval: Math.min(headMs, 1_000),
  };
}

export async function startLoopbackServer(answer: Answer, place: Place = {}): Promise<LoopbackServer> {
  // Loaded when they are needed: this file is in every Node process of a terminal.
  const [{ createServer }, { randomBytes }] = [await import("node:http"), await import("node:crypto")];
  const { secret = randomBytes(32).toString("base64url"), headMs = limits.headMs } = place;
  const started: { server?: LoopbackServer } = {};
  const onRequest: Handler = (request, response) => {
    if (started.server === undefined) response.destroy();
    else answer(request, response, started.server).catch(() => response.destroy());
  };
  const server = createServer(serverOptions(headMs), onRequest);
  place.extend?.(server, onRequest, headMs);
  const sockets = new Set<Socket>();
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
    // Sockets that a client keeps open must not keep the process open.
    if (place.keepsProcess !== true) socket.unref();
    if (sockets.size > limits.connections) socket.destroy();
  });
  const { address = "127.0.0.1", port = 0 } = place;
  const actual = await listen(server, address, port);
  if (place.keepsProcess !== true) server.unref();
  exemptFromProxy(process.env);
  started.server = {
    origin: originOf(address, actual),
    secret,
    hosts: hostsOf(address, actual, place.ownNames),
    close: () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
  return started.server;
}

/** As this machine itself reaches it. */
function originOf(address: string, port: number): string {
  if (address === "0.0.0.0" || address === "::") return `http://127.0.0.1:${port}`;
  return `http://${address.includes(":") ? `[${address}]` : address}:${port}`;
}

function listen(server: Server, address: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, address, () => {
      const bound = server.address();
      if (bound === null || typeof bound === "string") reject(new Error("no port on loopback"));
      else resolve(bound.port);
    });
  });
}

/** LanceDB's HTTP client sends even loopback requests through http_proxy, unless NO_PROXY names the address. */
export function exemptFromProxy(env: NodeJS.ProcessEnv): void {
  const proxies = ["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"];
  if (!proxies.some((name) => (env[name] ?? "") !== "")) return;
  // The client reads NO_PROXY, and no_proxy only where that is missing.
  const name = env["NO_PROXY"] === undefined && env["no_proxy"] !== undefined ? "no_proxy" : "NO_PROXY";
  const present = (env[name] ?? "").split(",").map((entry) => entry.trim());
  if (present.includes("127.0.0.1") || present.includes("*")) return;
  env[name] = [...present, "127.0.0.1"].filter((entry) => entry !== "").join(",");
}

export function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { "content-type": "application/json", "cache-control": "no-store" });
  response.end(JSON.stringify(body));
}

/** A sentence for whoever reads the reply; the connection ends, so that no more of the request has to be read. */
export function refuse(response: ServerResponse, status: number, sentence: string): void {
  const close = response.req.httpVersionMajor === 1 ? { connection: "close" } : {};
  response.writeHead(status, { "content-type": "text/plain; charset=utf-8", ...close });
  response.end(sentence);
}
