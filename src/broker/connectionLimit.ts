// Limits the number of open connections: above the limit, the oldest ones that have not shown the bearer are closed. A new connection has a
// short time to send its request first, so that a client of ours gets through however many others there are.
import type { Server } from "node:http";
import type { Socket } from "node:net";

export interface ConnectionLimit {
  /** The caller behind the socket has shown the bearer. */
  admit(socket: Socket): void;
}

export function limitConnections(server: Server, limit: number, graceMs: number): ConnectionLimit {
  const present = new Set<Socket>();
  /** When each connected that has not shown the bearer, oldest first. */
  const unauthenticated = new Map<Socket, number>();
  const forget = (socket: Socket): void => {
    present.delete(socket);
    unauthenticated.delete(socket);
  };
  server.on("connection", (socket: Socket) => {
    const now = performance.now();
    present.add(socket);
    unauthenticated.set(socket, now);
    socket.once("close", () => forget(socket));
    for (const [waiting, since] of unauthenticated) {
      if (present.size <= limit || now - since < graceMs) break;
      forget(waiting);
      waiting.destroy();
    }
  });
  return {
    admit: (socket) => {
      unauthenticated.delete(socket);
    },
  };
}
