// The broker beside a bare node:http server on the same kind of socket, in the same process: a round trip as clients make it (a
// connection for each), and how many a second are answered to 64 clients.
import { createServer } from "node:http";
import { join } from "node:path";
import type { Session } from "../support/session.ts";
import type { Figure } from "./figure.ts";

export async function brokerFigures(session: Session): Promise<readonly Figure[]> {
  const reply = JSON.stringify({ headers: { authorization: `Bearer ${"a".repeat(800)}` } });
  const bare = createServer((_, response) => {
    response.writeHead(200, { "content-type": "application/json", "content-length": Buffer.byteLength(reply) });
    response.end(reply);
  });
  const socketPath =
    process.platform === "win32" ? String.raw`\\.\pipe\lancedb-auth-bench` : join(session.folder, "bare.sock");
  await new Promise<void>((resolve) => bare.listen(socketPath, resolve));
  try {
    const program = join(import.meta.dirname, "programs", "brokerCalls.ts");
    const { code, stdout, stderr } = await session.run(process.execPath, [program, socketPath], {
      env: { NODE_OPTIONS: undefined },
      timeoutMs: 120_000,
    });
    if (code !== 0) throw new Error(`the calls to the broker ended with ${String(code)}: ${stderr}`);
    return figuresOf(parse(stdout));
  } finally {
    bare.close();
  }
}

export type BrokerMeasures = {
  readonly roundTripMs: { readonly broker: number; readonly bare: number };
  readonly perSecond: { readonly broker: number; readonly bare: number };
};

function figuresOf({ roundTripMs, perSecond }: BrokerMeasures): readonly Figure[] {
  const against = "a bare node:http server";
  return [
    {
      name: "round trip to the broker",
      unit: "ms",
      ours: roundTripMs.broker,
      baseline: roundTripMs.bare,
      against,
      bar: { of: "ratio", atMost: 1.5 },
    },
    {
      name: "the broker, asked by 64 clients",
      unit: "requests/s",
      ours: perSecond.broker,
      baseline: perSecond.bare,
      against,
    },
  ];
}

function parse(text: string): BrokerMeasures {
  return JSON.parse(text) as BrokerMeasures;
}
