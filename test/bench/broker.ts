// The broker beside a bare node:http server on the same kind of socket, in the same process: a round trip as clients make it (a
// connection for each), and how many a second are answered to 64 clients.
import { join } from "node:path";
import { startBareServer } from "../support/servers/bareServer.ts";
import type { Session } from "../support/session.ts";
import type { Figure } from "./figure.ts";

export async function brokerFigures(session: Session): Promise<readonly Figure[]> {
  const { socketPath, server } = await startBareServer(session.folder);
  try {
    const program = join(import.meta.dirname, "programs", "brokerCalls.ts");
    const { code, stdout, stderr } = await session.run(process.execPath, [program, socketPath], {
      env: { NODE_OPTIONS: undefined },
      timeoutMs: 120_000,
    });
    if (code !== 0) throw new Error(`the calls to the broker ended with ${String(code)}: ${stderr}`);
    return figuresOf(parse(stdout));
  } finally {
    server.close();
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
      name: "a round trip to the broker",
      unit: "ms",
      ours: roundTripMs.broker,
      baseline: roundTripMs.bare,
      against,
      bar: { of: "ratio", atMost: 1.5 },
    },
    {
      name: "answers of the broker to 64 clients",
      unit: "per second",
      ours: perSecond.broker,
      baseline: perSecond.bare,
      against,
    },
  ];
}

function parse(text: string): BrokerMeasures {
  return JSON.parse(text) as BrokerMeasures;
}
