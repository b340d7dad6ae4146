// The provider beside the class published with LanceDB: the cost of getHeaders(), and token requests over an expiry.
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { OAuthHeaderProvider as Published } from "@lancedb/lancedb";
import type { Connection } from "../../src/oauth/connection.ts";
import { clientCredentials } from "../../src/oauth/grants/grants.ts";
import { OAuthHeaderProvider } from "../../src/oauth/provider.ts";
import { Secret } from "../../src/oauth/secret.ts";
import { startAuthorizationServer } from "../support/servers/authorizationServer.ts";
import { manualClock } from "../support/manualClock.ts";
import { median, type Figure } from "./figure.ts";

type Fetcher = () => Promise<{ accessToken: string; expiresIn: number }>;

const require = createRequire(import.meta.url);
const { OAuthHeaderProvider: PublishedProvider } = require(
  join(dirname(require.resolve("@lancedb/lancedb")), "header.js"),
) as { OAuthHeaderProvider: new (fetcher: Fetcher) => Published };

export async function providerFigures(): Promise<readonly Figure[]> {
  return [await costOfHeaders(), { ...(await overAnExpiry(1_000)), isDetail: true }, await overAnExpiry(10_000)];
}

async function costOfHeaders(): Promise<Figure> {
  const fetcher: Fetcher = () => Promise.resolve({ accessToken: "a".repeat(800), expiresIn: 3600 });
  const [ours, published] = [new OAuthHeaderProvider(() => fetcher()), new PublishedProvider(fetcher)];
  await Promise.all([ours.refreshToken(), published.refreshToken()]);
  const times = { ours: [] as number[], published: [] as number[] };
  for (let turn = 0; turn < 200; turn++) {
    times.ours.push(nanosecondsEach(() => ours.getHeaders()));
    times.published.push(nanosecondsEach(() => published.getHeaders()));
  }
  ours.dispose();
  return {
    name: "getHeaders()",
    unit: "ns",
    ours: median(times.ours),
    baseline: median(times.published),
    against: "the published class",
  };
}

function nanosecondsEach(call: () => Record<string, string>): number {
  const calls = 5_000;
  const started = process.hrtime.bigint();
  let seen = 0;
  for (let index = 0; index < calls; index++) seen += Object.keys(call()).length;
  const took = Number(process.hrtime.bigint() - started);
  if (seen < calls) throw new Error("a call gave no header");
  return took / calls;
}

/** Ours against a real authorization server, all callers sharing one provider; the published class is one for each program. */
async function overAnExpiry(callers: number): Promise<Figure> {
  await using server = await authorization();
  const clock = manualClock(Date.now());
  const fetcher = clientCredentials(server.connection, () => Promise.resolve(server.secret), fetch);
  const ours = new OAuthHeaderProvider(fetcher, 300, { clock });
  await ours.refreshToken();
  const before = server.tokenRequests();
  clock.jump(server.lifeMs + 1);
  await Promise.all(Array.from({ length: callers }, () => ours.headers()));
  ours.dispose();
  return {
    name: `token requests of ${callers.toLocaleString("en")} concurrent callers over an expiry`,
    unit: "",
    ours: server.tokenRequests() - before,
    baseline: await requestsOfPublished(callers),
    against: "the published class in each program",
    bar: { of: "ours", atMost: 1 },
  };
}

async function requestsOfPublished(callers: number): Promise<number> {
  let requests = 0;
  const fetcher: Fetcher = () => {
    requests += 1;
    return Promise.resolve({ accessToken: "token", expiresIn: 600 });
  };
  await Promise.all(Array.from({ length: callers }, () => new PublishedProvider(fetcher).refreshToken()));
  return requests;
}

async function authorization(): Promise<
  AsyncDisposable & {
    readonly connection: Connection;
    readonly secret: Secret;
    readonly lifeMs: number;
    tokenRequests(): number;
  }
> {
  const server = await startAuthorizationServer({ accessTokenSeconds: 600 });
  const connection: Connection = {
    name: "bench",
    uri: "db://bench",
    flow: "client_credentials",
    issuerUrl: server.issuerUrl,
    clientId: server.clients.demo.id,
    clientAuthentication: "basic",
    scopes: [],
    extraParameters: {},
    refreshBufferSeconds: 300,
    timeoutSeconds: 30,
  };
  return {
    connection,
    secret: new Secret(server.clients.demo.secret),
    lifeMs: 600_000,
    tokenRequests: () => server.tokenRequests.length,
    [Symbol.asyncDispose]: () => server.close(),
  };
}
