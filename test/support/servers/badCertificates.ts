// Servers on loopback whose certificates nobody may trust: one that it has signed itself, and one that has expired, from an authority
// that is trusted here. The key is for these tests alone and worth nothing.
import { readFile } from "node:fs/promises";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { getCACertificates, setDefaultCACertificates } from "node:tls";

export type BadServer = AsyncDisposable & {
  readonly tokenUrl: string;
  /** How many requests got through to it. */
  readonly requests: number;
};

export async function startBadServer(certificate: "selfSigned" | "expired"): Promise<BadServer> {
  const read = (name: string): Promise<string> => readFile(join(import.meta.dirname, "tls", `${name}.pem`), "utf8");
  const [cert, key, authority] = await Promise.all([read(certificate), read("key"), read("authority")]);
  setDefaultCACertificates([...getCACertificates(), authority]);
  const seen = { requests: 0 };
  const server: Server = createServer({ cert, key }, (_, response) => {
    seen.requests += 1;
    response.end(JSON.stringify({ access_token: "never", token_type: "Bearer", expires_in: 600 }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    tokenUrl: `https://127.0.0.1:${String(port)}/token`,
    get requests() {
      return seen.requests;
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
