// A real HTTP server on loopback that answers wrongly, in every way in which authorization servers and what stands before them do
// (faults.ts). Each endpoint has one fault at a time, to be set while the server runs.
import type { IncomingMessage } from "node:http";
import { faultOf, type Endpoint, type Exchange, type FaultName } from "./faults.ts";
import { listenOnLoopback, readBody, sendJson } from "./loopback.ts";

export type FaultyRequest = {
  readonly at: number;
  readonly method: string;
  readonly path: string;
  /** What was wrong with the answer. */
  readonly fault: FaultName;
  /** Whether a client secret, Basic credentials, or what renews a session came with it. */
  readonly secretArrived: boolean;
};

export type FaultyServer = Record<Endpoint, FaultName> & {
  readonly issuerUrl: string;
  readonly tokenUrl: string;
  /** Replaces members of the discovery document: an endpoint that is elsewhere. */
  metadata: Readonly<Record<string, string>>;
  readonly requests: readonly FaultyRequest[];
  /** Requests that arrived at the other server, the one that redirectElsewhere names. */
  readonly requestsElsewhere: readonly FaultyRequest[];
  close(): Promise<void>;
};

/** What it hands out when nothing is wrong; no other server has these. */
export const healthyCredentials = {
  accessToken: "a-token-of-the-faulty-server",
  /** With the grants of a person alone. */
  refreshToken: "a-refresh-token-of-the-faulty-server",
  deviceCode: "a-device-code-of-the-faulty-server",
} as const;

/** Every endpoint is well, save for what is set. */
export async function startFaultyServer(set: Partial<Record<Endpoint, FaultName>> = {}): Promise<FaultyServer> {
  const [main, other] = [await listenOnLoopback(), await listenOnLoopback()];
  const [requests, requestsElsewhere]: [FaultyRequest[], FaultyRequest[]] = [[], []];
  const server: FaultyServer = {
    ...{ discovery: "none", token: "none", device: "none", revocation: "none", metadata: {}, ...set },
    ...{ issuerUrl: main.origin, tokenUrl: `${main.origin}/token`, requests, requestsElsewhere },
    close: async () => {
      await Promise.all([main.close(), other.close()]);
    },
  };
  main.listener = (request, response) => {
    const [path, { origin }] = [request.url ?? "/", main];
    const fault = server[endpointAt(path)];
    void record(request, requests, fault).then((sent) => {
      const healthy = healthyReply(origin, path, sent, server.metadata);
      faultOf(fault)({ response, healthy, path, origin, elsewhere: other.origin, sent });
    });
  };
  other.listener = (request, response) => {
    const path = request.url ?? "/";
    void record(request, requestsElsewhere, "none").then((sent) =>
      sendJson(response, 200, healthyReply(other.origin, path, sent, {})),
    );
  };
  return server;
}

/** Everything that is no other endpoint answers as discovery does. */
function endpointAt(path: string): Endpoint {
  const found = (["token", "device", "revocation"] as const).find((endpoint) => path === `/${endpoint}`);
  return found ?? "discovery";
}

function healthyReply(
  origin: string,
  path: string,
  sent: string,
  metadata: FaultyServer["metadata"],
): Exchange["healthy"] {
  switch (endpointAt(path)) {
    case "token":
      return tokenReply(sent);
    case "device":
      return {
        ...{ device_code: healthyCredentials.deviceCode, user_code: "ABCD-EFGH" },
        ...{ verification_uri: `${origin}/enter`, expires_in: 600, interval: 5 },
      };
    case "revocation":
      return {};
    case "discovery":
      return { ...documentOf(origin), ...metadata };
  }
}

function tokenReply(sent: string): Exchange["healthy"] {
  const token = { access_token: healthyCredentials.accessToken, token_type: "Bearer", expires_in: 3600 };
  const isOfPerson = !sent.includes("grant_type=client_credentials");
  return isOfPerson ? { ...token, refresh_token: healthyCredentials.refreshToken } : token;
}

function documentOf(origin: string): Exchange["healthy"] {
  return {
    ...{ issuer: origin, token_endpoint: `${origin}/token`, end_session_endpoint: `${origin}/logout` },
    ...{ device_authorization_endpoint: `${origin}/device`, revocation_endpoint: `${origin}/revocation` },
    grant_types_supported: ["client_credentials", "urn:ietf:params:oauth:grant-type:device_code"],
  };
}

async function record(request: IncomingMessage, log: FaultyRequest[], fault: FaultName): Promise<string> {
  const at = Date.now();
  const body = (await readBody(request)).toString();
  const secretArrived =
    request.headers.authorization !== undefined || /client_secret|[&?]token=|^token=|refresh_token=/.test(body);
  log.push({ at, method: request.method ?? "", path: request.url ?? "", fault, secretArrived });
  const basic = Buffer.from((request.headers.authorization ?? "").replace("Basic ", ""), "base64").toString();
  return [request.headers.authorization ?? "", basic, body].join(" ");
}
