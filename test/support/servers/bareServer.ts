// A bare node:http server on a local socket that answers everyone the same, as large as the broker's answer: what the broker is
// measured against.
import { createServer, type Server } from "node:http";
import { join } from "node:path";

const reply = JSON.stringify({ headers: { authorization: `Bearer ${"a".repeat(800)}` } });

export async function startBareServer(
  folder: string,
): Promise<{ readonly socketPath: string; readonly server: Server }> {
  const server = createServer((_, response) => {
    response.writeHead(200, { "content-type": "application/json", "content-length": Buffer.byteLength(reply) });
    response.end(reply);
  });
  const socketPath =
    process.platform === "win32" ? String.raw`\\.\pipe\lancedb-auth-bare-${process.pid}` : join(folder, "bare.sock");
  await new Promise<void>((resolve) => server.listen({ path: socketPath, backlog: 2_048 }, resolve));
  return { socketPath, server };
}
