// One port for HTTP/1.1 and for HTTP/2 without TLS (h2c), as gRPC and Flight SQL speak it: who comes is told by the first bytes.
// For the command line tool alone; nothing of it is loaded into a user's process.
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { createServer as createHttp2Server, type Http2Server } from "node:http2";
import type { Socket } from "node:net";
import { limits, type Handler } from "./loopbackServer.ts";

/** How a connection of HTTP/2 begins (RFC 9113 section 3.4). */
const preface = Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");

/** Each stream may have so many bytes on the way, and all of a connection together. */
const windowBytes = 1_048_576;

/** Node ends a connection that holds more; 100 calls at once hold some of each. */
export const sessionMegabytes = 128;

/** Gives the server's connections that are HTTP/2 to another one. */
export function bothProtocols(http1: Server, onRequest: Handler, headMs: number): void {
  const http2 = http2Server(onRequest);
  const serveHttp1 = http1.listeners("connection");
  http1.removeAllListeners("connection");
  http1.on("connection", (socket: Socket) => {
    socket.on("error", () => socket.destroy());
    // Whoever says nothing is not waited for.
    socket.setTimeout(headMs, () => socket.destroy());
    firstBytes(socket, (isHttp2) => {
      socket.setTimeout(0);
      socket.removeAllListeners("timeout");
      if (isHttp2) http2.emit("connection", socket);
      else for (const serve of serveHttp1) Reflect.apply(serve, http1, [socket]);
    });
  });
}

/** Reads only as much as tells the two apart, and puts it back. */
function firstBytes(socket: Socket, found: (isHttp2: boolean) => void): void {
  let seen = Buffer.alloc(0);
  const read = (): void => {
    const chunk: unknown = socket.read();
    if (!Buffer.isBuffer(chunk)) return;
    seen = Buffer.concat([seen, chunk]);
    const compared = Math.min(seen.length, preface.length);
    const maybe = seen.subarray(0, compared).equals(preface.subarray(0, compared));
    if (maybe && compared < preface.length) return;
    socket.removeListener("readable", read);
    socket.unshift(seen);
    found(maybe);
  };
  socket.on("readable", read);
}

function http2Server(onRequest: Handler): Http2Server {
  const settings = { maxHeaderListSize: limits.headBytes, maxConcurrentStreams: 100, initialWindowSize: windowBytes };
  const server = createHttp2Server(
    { settings, maxSessionInvalidFrames: 10, maxSessionMemory: sessionMegabytes },
    (request, response) => {
      onRequest(parseRequest(request), parseResponse(response));
    },
  );
  server.on("session", (session) => {
    session.setLocalWindowSize(windowBytes);
    // The socket keeps nothing alive that is idle for as long as one of HTTP/1.1 may be.
    session.setTimeout(limits.idleConnectionMs, () => {
      session.close();
    });
    session.on("error", () => session.destroy());
  });
  return server;
}

/** Node's compatibility API: the same members as for HTTP/1.1, as far as this gateway uses them. */
function parseRequest(request: unknown): IncomingMessage {
  return request as IncomingMessage;
}

function parseResponse(response: unknown): ServerResponse {
  return response as ServerResponse;
}
