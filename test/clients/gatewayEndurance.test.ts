// A gateway under load: many bytes in flat memory, and requests over the ends of tokens without one that fails. Short here; the long
// version is in test/soak/gateway.test.ts.
import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { Agent, request } from "node:http";
import { join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { root } from "../support/runner/tools.ts";
import { startSession, type Session } from "../support/session.ts";

const run = promisify(execFile);
const megabytes = Number(process.env["GATEWAY_MEGABYTES"] ?? 96);
const requests = Number(process.env["GATEWAY_REQUESTS"] ?? 400);
const lives = Number(process.env["GATEWAY_LIVES"] ?? 2);

type Tool = { readonly pid: number; readonly url: string; stop(): Promise<void> };

/** The tool as a program of its own, until it is stopped. */
async function startTool(session: Session): Promise<Tool> {
  const lines: string[] = [];
  const printed = Promise.withResolvers<undefined>();
  const onLine = (line: string): void => {
    if (lines.push(line) === 2) printed.resolve(undefined);
  };
  const script = "echo $$; exec lancedb-auth gateway";
  const running = session.run("sh", ["-c", script], { onLine, timeoutMs: 1_800_000 });
  const started = await Promise.race([printed.promise, running]);
  if (started !== undefined) throw new Error(started.stderr);
  const [pid = "", url = ""] = lines;
  return {
    ...{ pid: Number(pid), url },
    stop: async () => {
      process.kill(Number(pid), "SIGINT");
      await running;
    },
  };
}

/** A server of bytes in a process of its own. */
async function startBytes(): Promise<AsyncDisposable & { readonly host: string }> {
  const program = join(root, "test", "bench", "programs", "bytes.mjs");
  const child = spawn(process.execPath, [program], { stdio: ["pipe", "pipe", "inherit"] });
  const [port] = (await once(child.stdout, "data")) as [Buffer];
  return {
    host: `http://127.0.0.1:${port.toString().trim()}`,
    [Symbol.asyncDispose]: async () => {
      child.stdin.end();
      await once(child, "close");
    },
  };
}

const block = Buffer.alloc(262_144, "a");

function download(url: string, size: number): Promise<number> {
  return new Promise((resolve, reject) => {
    request(`${url}/${String(size)}`, (reply) => {
      let received = 0;
      reply.on("data", (data: Buffer) => (received += data.length));
      reply.on("end", () => resolve(received));
    })
      .on("error", reject)
      .end();
  });
}

function upload(url: string, size: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const asked = request(`${url}/upload`, { method: "POST" }, (reply) => {
      let text = "";
      reply.on("data", (data: Buffer) => (text += data.toString()));
      reply.on("end", () => resolve(Number(text)));
    });
    asked.on("error", reject);
    let left = size / block.length;
    const more = (): void => {
      while (left-- > 0) if (!asked.write(block)) return void asked.once("drain", more);
      asked.end();
    };
    more();
  });
}

/** What the process holds in memory, in megabytes. */
async function residentOf(pid: number): Promise<number> {
  const { stdout } = await run("ps", ["-o", "rss=", "-p", String(pid)]);
  return Number(stdout) / 1024;
}

test(
  `${String(megabytes)} MB each way arrive whole, and the gateway takes at most 50 MB for them`,
  { skip: process.platform === "win32" },
  async (t) => {
    await using bytes = await startBytes();
    await using session = await startSession({
      autoConnect: "off",
      connections: () => [{ name: "demo", uri: "db://demo", hostOverride: bytes.host }],
    });
    const tool = await startTool(session);
    try {
      // What it needs for the first request at all is not for the bytes.
      await download(tool.url, 1);
      const idle = await residentOf(tool.pid);
      const size = megabytes * 1_048_576;
      let most = idle;
      const watch = setInterval(() => {
        void residentOf(tool.pid).then((now) => (most = Math.max(most, now)));
      }, 200);
      const times: Record<string, number> = {};
      const sizes: number[] = [];
      for (const [name, move] of [
        ["down", download],
        ["up", upload],
      ] as const) {
        for (const [way, url] of [
          ["direct", bytes.host],
          ["through", tool.url],
        ] as const) {
          const started = performance.now();
          sizes.push(await move(url, size));
          times[`${name} ${way}`] = performance.now() - started;
        }
      }
      clearInterval(watch);
      most = Math.max(most, await residentOf(tool.pid));
      const told = Object.entries(times).map(([name, ms]) => `${name} ${(megabytes / (ms / 1000)).toFixed(0)} MB/s`);
      t.diagnostic(`${idle.toFixed(0)} MB idle, ${(most - idle).toFixed(0)} MB more at most; ${told.join(", ")}`);
      assert.deepEqual([sizes, most - idle < 50], [[size, size, size, size], true]);
    } finally {
      await tool.stop();
    }
  },
);

function statusOf(url: string, agent: Agent, method: "GET" | "POST"): Promise<number> {
  return new Promise((resolve, reject) => {
    const path = method === "GET" ? "/v1/table/" : "/v1/table/penguins/count_rows/";
    const asked = request(`${url}${path}`, { agent, method }, (reply) => {
      reply.resume().on("end", () => resolve(reply.statusCode ?? 0));
    });
    asked.on("error", reject).end(method === "POST" ? "{}" : undefined);
  });
}

test(
  `${String(requests)} requests over ${String(lives)} lives of a token, none of which fails`,
  { skip: process.platform === "win32" },
  async (t) => {
    // The window replaces a token five seconds before its end, and the gateway asks for another one two seconds before it.
    await using session = await startSession({ autoConnect: "off", accessTokenSeconds: 10 });
    const tool = await startTool(session);
    const agent = new Agent({ keepAlive: true, maxSockets: 8 });
    const statuses = new Map<string, number>();
    const tokens = (): number => session.authorization.handedOut.length;
    const first = tokens();
    let asked = 0;
    try {
      const one = async (): Promise<void> => {
        while (asked < requests || tokens() - first < lives) {
          const method = asked++ % 2 === 0 ? "GET" : "POST";
          const status = await statusOf(tool.url, agent, method).catch(String);
          statuses.set(String(status), (statuses.get(String(status)) ?? 0) + 1);
        }
      };
      await Promise.all(Array.from({ length: 8 }, one));
    } finally {
      agent.destroy();
      await tool.stop();
    }
    t.diagnostic(`${String(asked)} requests, ${String(tokens() - first)} new tokens`);
    assert.deepEqual([...statuses.keys()], ["200"]);
  },
);
