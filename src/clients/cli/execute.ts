// Runs the program that was written after --, with more in its environment, and ends as it ends.
import { spawn } from "node:child_process";
import { constants } from "node:os";

/** The environment as it was before the wrapper that starts this tool took Node's own variables out of the way. */
export function callersEnvironment(): NodeJS.ProcessEnv {
  const {
    LANCEDB_AUTH_NODE_OPTIONS: nodeOptions,
    LANCEDB_AUTH_RUN_AS_NODE: runAsNode,
    ELECTRON_RUN_AS_NODE: _,
    ...others
  } = process.env;
  return {
    ...others,
    ...((nodeOptions ?? "") === "" ? {} : { NODE_OPTIONS: nodeOptions }),
    ...((runAsNode ?? "") === "" ? {} : { ELECTRON_RUN_AS_NODE: runAsNode }),
  };
}

/** Ends as the program ends; signals reach it through the terminal. */
export function execute(
  [program = "", ...args]: readonly string[],
  env: NodeJS.ProcessEnv,
  complain: (text: string) => void,
): Promise<number> {
  return new Promise((resolve) => {
    const child = spawn(program, args, { env, stdio: "inherit" });
    for (const signal of stopSignals) process.on(signal, () => child.kill(signal));
    child.on("error", (error: NodeJS.ErrnoException) => {
      complain(`${program} cannot be run: ${error.message}`);
      resolve(error.code === "ENOENT" ? 127 : 126);
    });
    child.on("exit", (code, signal) => {
      resolve(code ?? 128 + (signal === null ? 1 : constants.signals[signal]));
    });
  });
}

const stopSignals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

export function untilStopped(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of stopSignals) process.once(signal, () => resolve());
  });
}
