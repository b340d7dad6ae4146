// A gateway of the command line tool in this process, before a server that writes down what reaches it; the broker is a function.
import { createHash } from "node:crypto";
import { connect, type Socket } from "node:net";
import { startGateway, type GatewayPlace } from "../../../src/clients/cli/gateway.ts";
import { recentHeaders } from "../../../src/clients/node/recentHeaders.ts";
import { listenOnLoopback } from "./loopback.ts";

export const ticket = createHash("sha256").update("a ticket").digest("base64url");

export type Seen = {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, unknown>>;
};

export type GatewayStage = AsyncDisposable & {
  /** "127.0.0.1:1234", what a Host header says. */
  readonly authority: string;
  readonly port: number;
  /** What reached the server behind the gateway. */
  readonly seen: readonly Seen[];
  /** Sends bytes as they are, and answers with all that came back until the gateway has closed. */
  speak(...parts: readonly (string | Buffer)[]): Promise<string>;
};

export type StageOptions = Partial<Pick<GatewayPlace, "readOnly" | "patience" | "bind">> & {
  readonly sqlHost?: string;
};

export async function startGatewayStage(options: StageOptions = {}): Promise<GatewayStage> {
  const seen: Seen[] = [];
  const behind = await listenOnLoopback();
  behind.listener = (request, response) => {
    seen.push({ method: request.method ?? "", url: request.url ?? "", headers: request.headers });
    request.on("end", () => response.writeHead(200, { "x-reply": "kept" }).end("from the server"));
    request.on("error", () => undefined).resume();
  };
  const source = recentHeaders(() =>
    Promise.resolve({
      ...{ version: 1, connection: { name: "demo", uri: "db://demo" }, expiresAt: Date.now() + 600_000 },
      headers: { authorization: "Bearer token", "x-lancedb-credential-type": "oidc" },
    }),
  );
  const { sqlHost, bind, readOnly = false, patience } = options;
  const connection = { name: "demo", database: "demo", host: `${behind.origin}/base/`, isCloud: false, source };
  const server = await startGateway(
    { ...connection, sqlHost, hasApiKey: false },
    { ticket, bind, port: 0, readOnly, ...(patience === undefined ? {} : { patience }) },
  );
  const { host: authority, port } = new URL(server.origin);
  return {
    ...{ authority, port: Number(port), seen },
    speak: (...parts) => speak(connect(Number(port), "127.0.0.1"), parts),
    [Symbol.asyncDispose]: async () => {
      server.close();
      await behind.close();
    },
  };
}

function speak(socket: Socket, parts: readonly (string | Buffer)[]): Promise<string> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    socket.on("data", (chunk: Buffer) => chunks.push(chunk));
    // A gateway that closes before it has read everything may well reset the connection.
    socket.on("error", () => undefined);
    socket.on("close", () => resolve(Buffer.concat(chunks).toString("latin1")));
    for (const part of parts) socket.write(part);
  });
}
