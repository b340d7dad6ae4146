// One HTTP server on loopback inside the user's own process, for LanceDB's native client to talk to. It never keeps the process
// alive, and answers only those who show the secret of this process.
import type { IncomingMessage, Server, ServerResponse } from "node:http";

export interface LoopbackServer {
  readonly origin: string;
  readonly secret: string;
}

export type Answer = (request: IncomingMessage, response: ServerResponse, server: LoopbackServer) => Promise<void>;

export async function startLoopbackServer(answer: Answer): Promise<LoopbackServer> {
  // Loaded when they are needed: this file is in every Node process of a terminal.
  const [{ createServer }, { randomBytes }] = [await import("node:http"), await import("node:crypto")];
  const secret = randomBytes(32).toString("base64url");
  let started: LoopbackServer = { origin: "", secret };
  const server = createServer((request, response) => {
    answer(request, response, started).catch(() => response.destroy());
  });
  // Sockets that LanceDB keeps open must not keep the process open.
  server.on("connection", (socket) => socket.unref());
  started = { origin: await listen(server), secret };
  server.unref();
  exemptFromProxy();
  return started;
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
  const proxies = ["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"];
  if (!proxies.some((name) => (process.env[name] ?? "") !== "")) return;
  // The client reads NO_PROXY, and no_proxy only where that is missing.
  const name = process.env["NO_PROXY"] === undefined && process.env["no_proxy"] !== undefined ? "no_proxy" : "NO_PROXY";
  const present = (process.env[name] ?? "").split(",").map((entry) => entry.trim());
  if (present.includes("127.0.0.1") || present.includes("*")) return;
  process.env[name] = [...present, "127.0.0.1"].filter((entry) => entry !== "").join(",");
}

export function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { "content-type": "application/json", "cache-control": "no-store" });
  response.end(JSON.stringify(body));
}
