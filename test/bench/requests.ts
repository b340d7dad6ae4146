// What a LanceDB request costs more than with a static header, once the token is in memory: in Python the provider that the client
// asks, in Node whole requests of the real client, since there the token is kept in its native part.
import { cp, symlink } from "node:fs/promises";
import { createServer } from "node:http";
import { join } from "node:path";
import { startSession, type Session } from "../support/session.ts";
import { freePort } from "../support/workbench.ts";
import { root } from "../support/tools.ts";
import type { Figure } from "./figure.ts";

const programs = join(import.meta.dirname, "programs");

export async function requestFigures(session: Session): Promise<readonly Figure[]> {
  const found = [await nodeRequests(), await nodeHeaders(session)];
  return session.python === undefined ? found : [await pythonProvider(session, session.python), ...found];
}

async function pythonProvider(session: Session, python: string): Promise<Figure> {
  const measured = parseMeasured((await succeed(session, python, [join(programs, "header_provider.py")])).stdout);
  return {
    name: "headers of a request in Python, from memory",
    unit: "µs",
    ...measured,
    against: "LanceDB's StaticHeaderProvider",
    bar: { of: "difference", atMost: 20 },
  };
}

async function nodeHeaders(session: Session): Promise<Figure> {
  const measured = parseMeasured((await succeed(session, process.execPath, [join(programs, "headers.mjs")])).stdout);
  return {
    name: "headers() in Node, from memory",
    unit: "µs",
    ...measured,
    against: "an async function with static headers",
    bar: { of: "difference", atMost: 5 },
  };
}

/** Against a server that answers at once, so that little else is in the figure. */
async function nodeRequests(): Promise<Figure> {
  const port = await freePort();
  const host = `http://127.0.0.1:${port}`;
  const fields = [{ name: "a", type: { type: "int64" }, nullable: true }];
  const server = createServer((request, response) => {
    request.resume();
    const body = request.url?.includes("count_rows") === true ? 342 : { version: 1, schema: { fields } };
    response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  try {
    await using session = await startSession({
      connections: () => [{ name: "bench", uri: "db://bench", hostOverride: host }],
    });
    await symlink(join(root, "node_modules"), join(session.folder, "node_modules"));
    await cp(join(programs, "count_rows.mjs"), join(session.folder, "count_rows.mjs"));
    const ended = await succeed(session, process.execPath, [join(session.folder, "count_rows.mjs"), host]);
    return {
      name: "a request of the Node client",
      unit: "µs",
      ...parseMeasured(ended.stdout),
      against: "a static header",
      bar: { of: "difference", atMost: 5 },
    };
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

async function succeed(session: Session, program: string, args: readonly string[]): Promise<{ stdout: string }> {
  const ended = await session.run(program, args, { timeoutMs: 120_000 });
  if (ended.code !== 0) throw new Error(`${args.join(" ")} ended with ${String(ended.code)}: ${ended.stderr}`);
  return ended;
}

function parseMeasured(stdout: string): { readonly ours: number; readonly baseline: number } {
  return JSON.parse(stdout) as { ours: number; baseline: number };
}
