// Talks to a broker as its clients do, or wrongly on purpose. Used by the tests of the broker.
import { request, type IncomingHttpHeaders } from "node:http";
import { connect } from "node:net";
import { readDescriptor } from "../../../src/broker/descriptor.ts";
import { brokerHost, paths, requestHeader, type Descriptor } from "../../../src/broker/protocol.ts";

export type BrokerReply = { readonly status: number; readonly headers: IncomingHttpHeaders; readonly body: unknown };

export type Call = {
  readonly method?: string;
  readonly path?: string;
  readonly query?: Readonly<Record<string, string>>;
  /** Replaces headers of a right call; undefined takes one away. */
  readonly headers?: Readonly<Record<string, string | undefined>>;
  readonly body?: string;
};

export async function descriptorAt(path: string): Promise<Descriptor> {
  const descriptor = await readDescriptor(path);
  if (descriptor === undefined) throw new Error(`there is no descriptor at ${path}`);
  return descriptor;
}

function rightHeaders(descriptor: Descriptor): Record<string, string> {
  return {
    host: brokerHost,
    authorization: `Bearer ${descriptor.bearer}`,
    [requestHeader.name]: requestHeader.value,
  };
}

/** The head of a right request without its closing empty line. */
export function rightHead(descriptor: Descriptor): string {
  const lines = Object.entries(rightHeaders(descriptor)).map(([name, value]) => `${name}: ${value}\r\n`);
  return `GET ${paths.headers} HTTP/1.1\r\n${lines.join("")}`;
}

export function callBroker(descriptor: Descriptor, call: Call = {}): Promise<BrokerReply> {
  const headers = Object.fromEntries(
    Object.entries({ ...rightHeaders(descriptor), ...call.headers }).filter((entry): entry is [string, string] => {
      return entry[1] !== undefined;
    }),
  );
  const query = call.query === undefined ? "" : `?${new URLSearchParams(call.query).toString()}`;
  const path = `${call.path ?? paths.headers}${query}`;
  return new Promise((resolve, reject) => {
    const asked = request(
      { socketPath: descriptor.socketPath, method: call.method ?? "GET", path, headers, agent: false },
      (reply) => {
        const chunks: Buffer[] = [];
        reply.on("data", (chunk: Buffer) => chunks.push(chunk));
        reply.on("error", reject);
        reply.on("end", () => {
          const body: unknown = JSON.parse(Buffer.concat(chunks).toString());
          resolve({ status: reply.statusCode ?? 0, headers: reply.headers, body });
        });
      },
    );
    asked.on("error", reject);
    asked.end(call.body);
  });
}

/** Sends bytes as they are, and resolves with all that comes back once the other side closes. */
export function sendRaw(socketPath: string, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    const socket = connect(socketPath, () => socket.write(text));
    socket.on("data", (chunk) => chunks.push(chunk));
    socket.on("error", reject);
    socket.on("close", () => resolve(Buffer.concat(chunks).toString()));
  });
}
