// What a LanceDB request costs once the token is in memory, in Python and in Node: whole requests of the real clients, against a
// static header, against LanceDB's own OAuth and against the class published with LanceDB; and the headers alone.
import { cp, symlink } from "node:fs/promises";
import { createServer } from "node:http";
import { join } from "node:path";
import { clients } from "../support/servers/authorizationServer.ts";
import { startSession, type Session } from "../support/session.ts";
import { freePort } from "../support/workbench/workbench.ts";
import { root } from "../support/runner/tools.ts";
import type { Figure } from "./figure.ts";

const programs = join(import.meta.dirname, "programs");

/** Microseconds, by the way the token comes. */
type Measured = Readonly<Record<"ours" | "static" | "ownOAuth" | "published", number>>;

export async function requestFigures(session: Session): Promise<readonly Figure[]> {
  const { python } = session;
  const whole = await wholeRequests();
  if (python === undefined) return [...whole, ...(await nodeHeaders(session))];
  return [...whole, ...(await pythonProvider(session, python)), ...(await nodeHeaders(session))];
}

async function pythonProvider(session: Session, python: string): Promise<readonly Figure[]> {
  const measured = await run(session, python, join(programs, "header_provider.py"));
  const figure = { name: "the headers of a request in Python, from memory", unit: "µs", ours: measured.ours } as const;
  return [
    {
      ...{ ...figure, baseline: measured.static, against: "LanceDB's StaticHeaderProvider" },
      bar: { of: "difference", atMost: 20 },
    },
    { ...figure, baseline: measured.published, against: "LanceDB's OAuthProvider", isDetail: true },
  ];
}

async function nodeHeaders(session: Session): Promise<readonly Figure[]> {
  const measured = await run(session, process.execPath, join(programs, "headers.mjs"));
  return [
    {
      name: "headers() in Node, from memory",
      unit: "µs",
      ...{ ours: measured.ours, baseline: measured.static, against: "an async function with static headers" },
      bar: { of: "difference", atMost: 5 },
      isDetail: true,
    },
  ];
}

/** Against a server that answers at once, so that little else is in the figure. */
async function wholeRequests(): Promise<readonly Figure[]> {
  const port = await freePort();
  const hostOverride = `http://127.0.0.1:${port}`;
  const fields = [{ name: "a", type: { type: "int64" }, nullable: true }];
  const server = createServer((request, response) => {
    request.resume();
    const body = request.url?.includes("count_rows") === true ? 342 : { version: 1, schema: { fields } };
    response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  try {
    await using session = await startSession({
      connections: () => [{ name: "bench", uri: "db://bench", hostOverride }],
    });
    await symlink(join(root, "node_modules"), join(session.folder, "node_modules"));
    for (const name of ["count_rows.mjs", "count_rows.py"]) {
      await cp(join(programs, name), join(session.folder, name));
    }
    // LanceDB's client authenticates in the body in Node, and with Basic in Python.
    const node = await run(session, process.execPath, "count_rows.mjs", { hostOverride, client: clients.post });
    const found = requestsOf("Node", node, "OAuthHeaderProvider", 5);
    if (session.python === undefined) return found;
    const python = await run(session, session.python, "count_rows.py", { hostOverride, client: clients.basic });
    return [...requestsOf("Python", python, "OAuthProvider"), ...found];
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

/** @param mostAddedUs how many microseconds ours may add to a request with a static header */
function requestsOf(language: string, measured: Measured, className: string, mostAddedUs?: number): readonly Figure[] {
  const figure = { name: `a request of the ${language} client`, unit: "µs", ours: measured.ours } as const;
  return [
    {
      ...{ ...figure, baseline: measured.static, against: "a static header" },
      ...(mostAddedUs === undefined ? {} : { bar: { of: "difference", atMost: mostAddedUs } }),
    },
    { ...figure, baseline: measured.ownOAuth, against: "LanceDB's own OAuth" },
    { ...figure, baseline: measured.published, against: `LanceDB's ${className}`, isDetail: true },
  ];
}

type Asked = { readonly hostOverride: string; readonly client: { readonly id: string; readonly secret: string } };

async function run(session: Session, program: string, script: string, asked?: Asked): Promise<Measured> {
  const oauthConfig = {
    issuerUrl: session.authorization.issuerUrl,
    clientId: asked?.client.id,
    clientSecret: asked?.client.secret,
    scopes: ["lancedb:read"],
  };
  const ended = await session.run(program, [script], {
    env: { BENCH_REQUESTS: JSON.stringify({ hostOverride: asked?.hostOverride, oauthConfig }) },
    timeoutMs: 180_000,
  });
  if (ended.code !== 0) throw new Error(`${script} ended with ${String(ended.code)}: ${ended.stderr}`);
  return parseMeasured(ended.stdout);
}

function parseMeasured(stdout: string): Measured {
  return JSON.parse(stdout) as Measured;
}
