// A loopback HTTP server, its body reader and its replies: what the servers of the tests have in common.
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from "node:http";

export type Loopback = {
  readonly origin: string;
  readonly port: number;
  /** Who answers; requests that arrive before it is set get 503. */
  listener: RequestListener;
  close(): Promise<void>;
};

/** Listens on 127.0.0.1, on a free port unless one is given. */
export async function listenOnLoopback(port = 0): Promise<Loopback> {
  const server = createServer((request, response) => {
    loopback.listener(request, response);
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  const actual = portOf(server);
  const loopback: Loopback = {
    origin: `http://127.0.0.1:${String(actual)}`,
    port: actual,
    listener: (_, response) => response.writeHead(503).end(),
    close: () => closeServer(server),
  };
  return loopback;
}

/** Ends open and kept-alive connections as well. */
async function closeServer(server: Server): Promise<void> {
  if (!server.listening) return;
  const closed = new Promise<void>((resolve) => {
    server.close(() => {
      resolve();
    });
  });
  server.closeAllConnections();
  await closed;
}

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the server has no port");
  return address.port;
}

export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk as Uint8Array));
  return Buffer.concat(chunks);
}

export function sendJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { "content-type": "application/json", "cache-control": "no-store", ...headers });
  response.end(JSON.stringify(body));
}
