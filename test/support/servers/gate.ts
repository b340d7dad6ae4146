// Holds programs back until all of them are there, so that they do the next thing at the same moment however slowly they start.
// A program connects to the port and goes on when the connection is ended.
import { once } from "node:events";
import { createServer, type AddressInfo, type Socket } from "node:net";

export type Gate = AsyncDisposable & { readonly port: number };

/** @param count opens when so many wait at it */
export async function openGate(count: number): Promise<Gate> {
  const waiting = new Set<Socket>();
  const server = createServer((socket) => {
    socket.on("error", () => undefined);
    waiting.add(socket);
    if (waiting.size === count) for (const each of waiting) each.end();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: parsePort(server.address()),
    [Symbol.asyncDispose]: async () => {
      for (const socket of waiting) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}

function parsePort(address: AddressInfo | string | null): number {
  return (address as AddressInfo).port;
}
