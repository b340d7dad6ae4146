// Which connection's headers a question gets, and that a foreign host gets none. Real providers, no network.
import assert from "node:assert/strict";
import { test } from "node:test";
import { answerFrom, type ConnectionsView, type SignedInConnection } from "../../../src/broker/answer.ts";
import { asBrokerError, BrokerError, errorReply } from "../../../src/broker/errorReply.ts";
import type { HeadersRequest } from "../../../src/broker/protocol.ts";
import type { Connection } from "../../../src/oauth/connection.ts";
import { AuthError } from "../../../src/oauth/errors.ts";
import type { TokenFetcher } from "../../../src/oauth/headerProvider.ts";
import { OAuthHeaderProvider } from "../../../src/oauth/provider.ts";

function connection(name: string, uri: string, more: Partial<Connection> = {}): Connection {
  return {
    name,
    uri,
    flow: "client_credentials",
    issuerUrl: "https://issuer.example",
    clientId: "client",
    clientAuthentication: "basic",
    scopes: [],
    extraParameters: {},
    refreshBufferSeconds: 300,
    timeoutSeconds: 30,
    ...more,
  };
}

function signedIn(
  of: Connection,
  fetcher: TokenFetcher = () => ({ accessToken: `token-${of.name}`, expiresIn: 600 }),
): SignedInConnection {
  return { connection: of, provider: new OAuthHeaderProvider(fetcher, of.refreshBufferSeconds) };
}

const all = [
  signedIn(connection("enterprise", "db://demo", { hostOverride: "https://lance.example:8443/base" })),
  signedIn(connection("second", "db://demo", { hostOverride: "http://127.0.0.1:9000" })),
  signedIn(connection("cloud", "db://demo")),
  signedIn(connection("far", "db://far", { region: "eu-west-1" })),
  signedIn(connection("plain", "db://plain", { hostOverride: "https://plain.example" })),
  signedIn(connection("sqlBeside", "db://second", { hostOverride: "http://127.0.0.1:9000" })),
  signedIn(
    connection("sqlNamed", "db://sql", {
      hostOverride: "https://lance.example",
      sqlHostOverride: "grpc+tls://sql.example:10025",
    }),
  ),
];

function view(active?: string, connections: readonly SignedInConnection[] = all): ConnectionsView {
  return { connections: () => connections, active: () => active };
}

/** The name of the connection that answers, or the code of the refusal. */
async function answerTo(request: HeadersRequest, active?: string): Promise<string> {
  try {
    return (await answerFrom(view(active)).headers(request)).connection.name;
  } catch (error) {
    return asBrokerError(error).code;
  }
}

type Row = readonly [HeadersRequest, string | undefined, string];

async function assertRows(rows: readonly Row[]): Promise<void> {
  const answers = await Promise.all(rows.map(([request, active]) => answerTo(request, active)));
  assert.deepEqual(
    rows.map(([request, active], index) => [request, active, answers[index]]),
    rows,
  );
}

test("the host decides between connections of one URI, then the active one, then the first", () =>
  assertRows([
    [{ uri: "db://demo", host: "http://127.0.0.1:9000" }, "enterprise", "second"],
    [{ uri: "db://demo", host: "https://demo.us-east-1.api.lancedb.com" }, "enterprise", "cloud"],
    [{ uri: "db://demo", region: "eu-west-1" }, "cloud", "enterprise"],
    [{ uri: "db://demo" }, "second", "second"],
    [{ uri: "db://demo" }, "far", "enterprise"],
    [{ uri: "db://demo" }, undefined, "enterprise"],
    [{ uri: "db://demo/" }, undefined, "enterprise"],
    [{ uri: "db://demo/some/prefix" }, undefined, "enterprise"],
  ]));

test("origins are compared, however they are written", () =>
  assertRows([
    [{ uri: "db://demo", host: "https://LANCE.example:8443" }, undefined, "enterprise"],
    [{ uri: "db://demo", host: "https://lance.example:8443/base/" }, undefined, "enterprise"],
    [{ uri: "db://plain", host: "HTTPS://plain.example:443/" }, undefined, "plain"],
    [{ uri: "db://far", host: "https://far.eu-west-1.api.lancedb.com/" }, undefined, "far"],
    [{ uri: "db://far", region: "eu-west-1" }, undefined, "far"],
  ]));

test("a foreign host gets no headers", () =>
  assertRows([
    [{ uri: "db://plain", host: "https://evil.example" }, "plain", "forbidden"],
    [{ uri: "db://plain", host: "http://plain.example" }, "plain", "forbidden"],
    [{ uri: "db://plain", host: "https://plain.example:8443" }, "plain", "forbidden"],
    [{ uri: "db://plain", host: "https://plain.example.evil.example" }, "plain", "forbidden"],
    [{ uri: "db://plain", host: "https://plain.example@evil.example" }, "plain", "forbidden"],
    [{ uri: "db://plain", host: "plain.example" }, "plain", "forbidden"],
    [{ uri: "db://plain", host: "" }, "plain", "forbidden"],
    [{ uri: "db://plain", host: "file:///etc" }, "plain", "forbidden"],
    [{ connection: "plain", host: "https://evil.example" }, "plain", "forbidden"],
    [{ uri: "db://far", region: "us-east-1" }, "far", "forbidden"],
    [{ uri: "db://far", host: "https://far.us-east-1.api.lancedb.com" }, "far", "forbidden"],
  ]));

test("a foreign SQL host gets no headers, the connection's own does", () =>
  assertRows([
    [{ uri: "db://second", sqlHost: "http://127.0.0.1:9001" }, undefined, "sqlBeside"],
    [{ uri: "db://second", sqlHost: "grpc://127.0.0.1:9001/" }, undefined, "sqlBeside"],
    [{ uri: "db://second", sqlHost: "grpc+tcp://127.0.0.1:9001" }, undefined, "sqlBeside"],
    [{ uri: "db://second", sqlHost: "http://127.0.0.1:9000" }, undefined, "forbidden"],
    [{ uri: "db://second", sqlHost: "https://127.0.0.1:9001" }, undefined, "forbidden"],
    [{ uri: "db://second", sqlHost: "http://localhost:9001" }, undefined, "forbidden"],
    [{ uri: "db://sql", sqlHost: "grpc+tls://sql.example:10025" }, undefined, "sqlNamed"],
    [{ uri: "db://sql", sqlHost: "https://SQL.example:10025/x" }, undefined, "sqlNamed"],
    [{ uri: "db://sql", sqlHost: "grpc://sql.example:10025" }, undefined, "forbidden"],
    [{ uri: "db://sql", sqlHost: "https://sql.example@evil.example:10025" }, undefined, "forbidden"],
    [{ uri: "db://sql", host: "https://lance.example", sqlHost: "https://evil.example" }, undefined, "forbidden"],
    [{ uri: "db://sql", host: "https://evil.example", sqlHost: "https://sql.example:10025" }, undefined, "forbidden"],
    [{ host: "https://lance.example", sqlHost: "https://evil.example" }, undefined, "forbidden"],
    [{ uri: "db://plain", sqlHost: "https://plain.example" }, undefined, "forbidden"],
    [{ uri: "db://plain", sqlHost: "" }, undefined, "forbidden"],
    [{ uri: "db://far", sqlHost: "javascript:alert(1)" }, undefined, "forbidden"],
  ]));

test("the reply says where SQL goes, where the connection says so", async () => {
  const { connection: summary } = await answerFrom(view()).headers({ uri: "db://sql" });
  assert.deepEqual(summary, {
    name: "sqlNamed",
    uri: "db://sql",
    hostOverride: "https://lance.example",
    sqlHostOverride: "grpc+tls://sql.example:10025",
  });
});

test("a URI or a name that nobody configured is unknown", () =>
  assertRows([
    [{ uri: "db://nobody" }, "plain", "unknown_connection"],
    [{ uri: "db://DEMO" }, undefined, "unknown_connection"],
    [{ uri: "db://" }, undefined, "unknown_connection"],
    [{ uri: "/local/path" }, undefined, "unknown_connection"],
    [{ connection: "nobody" }, "plain", "unknown_connection"],
    [{ connection: "plain", uri: "db://demo" }, "plain", "unknown_connection"],
    [{}, "removed", "unknown_connection"],
  ]));

test("a command line names a connection, or uses the active one", () =>
  assertRows([
    [{ connection: "far" }, "plain", "far"],
    [{}, "plain", "plain"],
    [{}, undefined, "enterprise"],
  ]));

test("a catalog is known by its host alone", () =>
  assertRows([
    [{ host: "https://plain.example/" }, "far", "plain"],
    [{ host: "https://evil.example" }, "far", "forbidden"],
  ]));

test("the reply says where the headers belong and of which kind they are", async () => {
  const cloud = await answerFrom(view()).headers({ connection: "cloud" });
  const second = await answerFrom(view()).headers({ connection: "second" });
  assert.deepEqual(
    [cloud.connection, second.connection, second.headers],
    [
      { name: "cloud", uri: "db://demo", region: "us-east-1" },
      { name: "second", uri: "db://demo", hostOverride: "http://127.0.0.1:9000" },
      { authorization: "Bearer token-second", "x-lancedb-credential-type": "oidc" },
    ],
  );
});

test("a token in its last seconds is replaced before it is handed out", async () => {
  let now = 1_000_000;
  let count = 0;
  const clock = { now: () => now, random: () => 0, schedule: () => ({ cancel: () => undefined }) };
  const provider = new OAuthHeaderProvider(() => ({ accessToken: `t${++count}`, expiresIn: 60 }), 1, { clock });
  const source = answerFrom(view("one", [{ connection: connection("one", "db://one"), provider }]));
  const seen: string[] = [];
  for (const second of [0, 54, 56]) {
    now = 1_000_000 + second * 1000;
    seen.push(String((await source.headers({})).headers["authorization"]));
  }
  assert.deepEqual(seen, ["Bearer t1", "Bearer t1", "Bearer t2"]);
});

test("a locked window answers nobody", async () => {
  const source = answerFrom({ ...view(), isLocked: () => true });
  await assert.rejects(source.headers({ uri: "db://demo" }), (error) => asBrokerError(error).code === "locked");
});

test("the status names connections, states and times, never a token", async () => {
  const failing = signedIn(connection("failing", "db://failing"), () => {
    throw new AuthError("client_rejected");
  });
  const connections = [...all.filter(({ connection: { name } }) => name === "plain"), failing];
  await connections[0]?.provider.refreshToken();
  await failing.provider.refreshToken().catch(() => undefined);
  const status = answerFrom(view(undefined, connections)).status();
  const timeless = JSON.stringify(status).replaceAll(/"expiresAt":\d{13}/g, '"expiresAt":0');
  assert.deepEqual(JSON.parse(timeless), {
    version: 1,
    connections: [
      {
        name: "plain",
        uri: "db://plain",
        hostOverride: "https://plain.example",
        active: true,
        state: "ready",
        expiresAt: 0,
      },
      { name: "failing", uri: "db://failing", region: "us-east-1", active: false, state: "failed" },
    ],
  });
});

test("a failure to sign in names the connection and the remedy", async () => {
  const rejected = signedIn(connection("mine", "db://mine"), () => {
    throw new AuthError("secret_missing");
  });
  const asked = answerFrom(view("mine", [rejected])).headers({});
  const { status, body } = errorReply(asBrokerError(await asked.catch((error: unknown) => error)));
  assert.deepEqual(
    [status, body.error],
    [
      401,
      {
        code: "interaction_required",
        message:
          'LanceDB connection "mine": The client secret is not stored on this machine. Run "LanceDB: Sign In" in VS Code.',
      },
    ],
  );
});

test("what is not an AuthError shows none of its text", () => {
  const { message } = asBrokerError(new Error("Bearer secret"));
  assert.deepEqual(
    [message.includes("secret"), asBrokerError(new BrokerError("locked", "as it is")).message],
    [false, "as it is"],
  );
});

test("a life that is wished for is served where it can be had, else what is at hand", async () => {
  let asked = 0;
  const own = signedIn(connection("own", "db://own"), () => {
    asked += 1;
    if (asked > 2) throw new AuthError("unreachable");
    return { accessToken: `token-${asked}`, expiresIn: 20 };
  });
  const source = answerFrom(view("own", [own]));
  const headers = async (lifeMs?: number): Promise<string | undefined> =>
    (await source.headers({}, undefined, lifeMs)).headers["authorization"];
  const served = [
    await headers(),
    await headers(),
    await headers(60_000),
    await headers(10_000),
    await headers(60_000),
  ];
  own.provider.dispose();
  assert.deepEqual(served, ["Bearer token-1", "Bearer token-1", "Bearer token-2", "Bearer token-2", "Bearer token-2"]);
});
