// Starts a real jupyter-server on loopback; its kernels inherit the environment that it is given. Used for kernels of this machine
// with the extension host's environment, and for "elsewhere" with none of ours.
import { spawn, type ChildProcess } from "node:child_process";
import { randomBytes } from "node:crypto";
import { createWriteStream } from "node:fs";
import { createServer } from "node:net";
import type { JupyterServerAddress } from "./standInVariables.ts";

export type JupyterServer = JupyterServerAddress & {
  close(): Promise<void>;
};

export type JupyterServerPlace = {
  readonly python: string;
  readonly env: NodeJS.ProcessEnv;
  /** Where kernels run. */
  readonly folder: string;
  /** Gets everything that the server logs, at debug level. */
  readonly logFile?: string;
};

export async function startJupyterServer({ python, env, folder, logFile }: JupyterServerPlace): Promise<JupyterServer> {
  const token = randomBytes(16).toString("hex");
  const port = String(await freePort());
  const args = [
    ...["-m", "jupyter_server", "--no-browser", "--allow-root", "--ServerApp.ip=127.0.0.1"],
    ...[`--ServerApp.port=${port}`, "--ServerApp.port_retries=0", `--IdentityProvider.token=${token}`],
    ...[`--ServerApp.root_dir=${folder}`, "--ServerApp.log_level=DEBUG"],
  ];
  const child = spawn(python, args, { cwd: folder, env, stdio: ["ignore", "ignore", "pipe"] });
  const stop = (): void => void child.kill("SIGKILL");
  process.once("exit", stop);
  if (logFile !== undefined) child.stderr.pipe(createWriteStream(logFile));
  await running(child);
  const origin = `http://127.0.0.1:${port}`;
  // It says that it runs a moment before it answers.
  while (!(await answers(origin))) await new Promise((resolve) => setTimeout(resolve, 50));
  return {
    origin,
    token,
    close: async () => {
      process.off("exit", stop);
      const ended = new Promise((resolve) => child.once("exit", resolve));
      // It ends its kernels first.
      if (child.exitCode === null && child.kill("SIGTERM")) await ended;
    },
  };
}

async function answers(origin: string): Promise<boolean> {
  try {
    const reply = await fetch(`${origin}/api`);
    await reply.arrayBuffer();
    return reply.ok;
  } catch {
    return false;
  }
}

/** Resolves when the server says that it listens. */
function running(child: ChildProcess): Promise<void> {
  let said = "";
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`jupyter-server ended with ${String(code)}\n${said}`)));
    child.stderr?.on("data", (chunk: Buffer) => {
      said += chunk.toString();
      if (said.includes(" is running at:")) resolve();
    });
  });
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}
