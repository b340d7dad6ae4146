// Keeps room at the door: where more sockets stand in it than it has room for, those that have shown no bearer are closed, oldest
// first. One that has just come is left the time to speak, so that an honest caller gets through however many others there are.
import type { Server } from "node:http";
import type { Socket } from "node:net";

export interface ConnectionLimit {
  /** The caller behind the socket has shown the bearer. */
  admit(socket: Socket): void;
}

export function limitConnections(server: Server, room: number, timeToSpeakMs: number): ConnectionLimit {
  const present = new Set<Socket>();
  /** Since when each is there without a bearer, oldest first. */
  const strangers = new Map<Socket, number>();
  const forget = (socket: Socket): void => {
    present.delete(socket);
    strangers.delete(socket);
  };
  server.on("connection", (socket: Socket) => {
    const now = performance.now();
    present.add(socket);
    strangers.set(socket, now);
    socket.once("close", () => forget(socket));
    for (const [stranger, since] of strangers) {
      if (present.size <= room || now - since < timeToSpeakMs) break;
      forget(stranger);
      stranger.destroy();
    }
  });
  return {
    admit: (socket) => {
      strangers.delete(socket);
    },
  };
}
