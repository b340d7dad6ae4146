// Asks the broker and a bare server by turns, each time with a connection of its own, and prints BrokerMeasures.
import { request } from "node:http";
import { brokerHost, paths, requestHeader } from "../../../src/broker/protocol.ts";
import { descriptorAt } from "../../support/broker/brokerCaller.ts";
import type { BrokerMeasures } from "../broker.ts";
import { median } from "../figure.ts";

const bareSocket = process.argv[2] ?? "";
const { socketPath: brokerSocket, bearer } = await descriptorAt(process.env["LANCEDB_AUTH_SESSION"] ?? "");
const headers = { host: brokerHost, authorization: `Bearer ${bearer}`, [requestHeader.name]: requestHeader.value };
const path = `${paths.headers}?uri=db%3A%2F%2Fdemo`;

function ask(socketPath: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const asked = request({ socketPath, path, headers, agent: false }, (reply) => {
      reply.resume();
      reply.on("end", () => {
        if (reply.statusCode === 200) resolve();
        else reject(new Error(`the answer was ${String(reply.statusCode)}`));
      });
    });
    asked.on("error", reject);
    asked.end();
  });
}

async function millisecondsOf(socketPath: string): Promise<number> {
  const started = performance.now();
  await ask(socketPath);
  return performance.now() - started;
}

async function perSecondOf(socketPath: string): Promise<number> {
  const [clients, each] = [64, 15];
  const started = performance.now();
  const client = async (): Promise<void> => {
    for (let index = 0; index < each; index++) await ask(socketPath);
  };
  await Promise.all(Array.from({ length: clients }, client));
  return (clients * each) / ((performance.now() - started) / 1000);
}

async function byTurns(
  turns: number,
  measure: (socketPath: string) => Promise<number>,
): Promise<BrokerMeasures["perSecond"]> {
  const found = { broker: [] as number[], bare: [] as number[] };
  for (let turn = 0; turn < turns; turn++) {
    const broker = async (): Promise<number> => found.broker.push(await measure(brokerSocket));
    const bare = async (): Promise<number> => found.bare.push(await measure(bareSocket));
    for (const next of turn % 2 === 0 ? [broker, bare] : [bare, broker]) await next();
  }
  return { broker: median(found.broker), bare: median(found.bare) };
}

await byTurns(300, millisecondsOf);
const measures: BrokerMeasures = {
  roundTripMs: await byTurns(1_500, millisecondsOf),
  perSecond: await byTurns(6, perSecondOf),
};
console.log(JSON.stringify(measures));
