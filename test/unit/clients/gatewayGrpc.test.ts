// gRPC through the gateway: calls of HTTP/2 without TLS, both ways at once, with trailers. A real server of HTTP/2 is behind it.
import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, createServer, type ClientHttp2Session, type Http2Server, type ServerHttp2Stream } from "node:http2";
import { after, before, test } from "node:test";
import { startGatewayStage, ticket, type GatewayStage } from "../../support/servers/gatewayStage.ts";

type Call = {
  readonly path: string;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly stream: ServerHttp2Stream;
};

const calls: Call[] = [];
const behind: Http2Server = createServer({ maxSessionMemory: 200 });
let stage: GatewayStage;
let client: ClientHttp2Session;
before(async () => {
  behind.on("stream", (stream, headers) => {
    calls.push({ path: String(headers[":path"]), headers, stream });
    stream.on("error", () => undefined);
    stream.on("wantTrailers", () => stream.sendTrailers({ "grpc-status": "0", "grpc-message": "done" }));
    if (headers[":path"] === "/only/trailers") stream.respond({ "grpc-status": "5" }, { endStream: true });
    else stream.respond({ "content-type": "application/grpc" }, { waitForTrailers: true });
    // An echo: what comes is sent back at once.
    if (!stream.writableEnded) stream.pipe(stream);
  });
  behind.listen(0, "127.0.0.1");
  await once(behind, "listening");
  const address = behind.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  stage = await startGatewayStage({ sqlHost: `http://127.0.0.1:${String(address.port)}` });
  client = connect(`http://${stage.authority}`, { maxSessionMemory: 200 });
});
after(async () => {
  client.destroy();
  await stage[Symbol.asyncDispose]();
  behind.close();
});

const grpc = { ":method": "POST", "content-type": "application/grpc", te: "trailers" };

test("a call streams both ways at once and ends with its trailers", async () => {
  const asked = client.request({
    ...grpc,
    ":path": "/a.Service/Echo",
    authorization: `Bearer ${ticket}`,
    "x-own": "kept",
  });
  asked.write("one");
  const [response] = (await once(asked, "response")) as [Record<string, unknown>];
  const [first] = (await once(asked, "data")) as [Buffer];
  asked.end("two");
  const [[second], [trailers]] = (await Promise.all([once(asked, "data"), once(asked, "trailers")])) as [
    [Buffer],
    [Record<string, unknown>],
  ];
  const { authorization, te, "x-own": own, "x-lancedb-database": database } = calls.at(-1)?.headers ?? {};
  assert.deepEqual(
    [response[":status"], String(first), String(second), trailers["grpc-status"], trailers["grpc-message"]],
    [200, "one", "two", "0", "done"],
  );
  assert.deepEqual(
    [calls.at(-1)?.path, authorization, te, own, database],
    [...["/a.Service/Echo", "Bearer token", "trailers", "kept", "demo"]],
  );
});

test("a call that is refused in its head arrives so", async () => {
  const asked = client.request({ ...grpc, ":path": "/only/trailers", "x-api-key": ticket }, { endStream: true });
  const [response] = (await once(asked, "response")) as [Record<string, unknown>];
  assert.deepEqual([response["grpc-status"], calls.at(-1)?.headers["x-api-key"]], ["5", undefined]);
  asked.close();
});

test("a call that its client gives up is given up at the server", async () => {
  const asked = client.request({ ...grpc, ":path": "/a.Service/Echo", authorization: `Bearer ${ticket}` });
  asked.on("error", () => undefined);
  await once(asked, "response");
  const call = calls.at(-1);
  const closed = call === undefined ? Promise.resolve() : once(call.stream, "close");
  asked.close(8);
  await closed;
  assert.equal(call?.stream.rstCode, 8);
});

test("100 calls of 1 MB on one connection arrive whole", async () => {
  const body = Buffer.alloc(1_048_576, "x");
  const sizes = Array.from({ length: 100 }, async () => {
    const asked = client.request({ ...grpc, ":path": "/a.Service/Echo", authorization: `Bearer ${ticket}` });
    asked.end(body);
    let size = 0;
    for await (const chunk of asked) size += Buffer.from(chunk as Uint8Array).length;
    return size;
  });
  assert.deepEqual(new Set(await Promise.all(sizes)), new Set([body.length]));
});

test("without a ticket, or with none that this gateway knows, no call gets through", async () => {
  const before = calls.length;
  const statuses = [{}, { authorization: "Bearer x" }].map(async (headers) => {
    const asked = client.request({ ...grpc, ":path": "/a.Service/Echo", ...headers }, { endStream: true });
    const [response] = (await once(asked.resume(), "response")) as [Record<string, unknown>];
    return response[":status"];
  });
  assert.deepEqual([await Promise.all(statuses), calls.length - before], [[403, 403], 0]);
});

for (const [name, options, code] of [
  ["a SQL service that is not there", { sqlHost: "http://127.0.0.1:1" }, "14"],
  ["a gateway that only reads", { sqlHost: "http://127.0.0.1:1", readOnly: true }, "7"],
] as const) {
  test(`${name} is told as a status of gRPC with a sentence`, async () => {
    await using own = await startGatewayStage(options);
    const session = connect(`http://${own.authority}`);
    const asked = session.request({ ...grpc, ":path": "/a.Service/Echo", "x-lancedb-auth-ticket": ticket });
    const [response] = (await once(asked, "response")) as [Record<string, unknown>];
    session.destroy();
    assert.deepEqual([response["grpc-status"], /^[\w ,:.'-]+\.$/.test(String(response["grpc-message"]))], [code, true]);
  });
}
