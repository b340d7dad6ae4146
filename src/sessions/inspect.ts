// Looks at what sessions were given, for LanceDB: Diagnose: asks the broker as a program would, reads the terminals' collection and
// loads the client files in programs of their own. Changes nothing, and never holds on to a token.
import * as l10n from "@vscode/l10n";
import { execFile } from "node:child_process";
import { request } from "node:http";
import { promisify } from "node:util";
import type * as vscode from "vscode";
import { readDescriptor } from "../broker/descriptor.ts";
import { brokerHost, clientHeader, paths, requestHeader, type Descriptor } from "../broker/protocol.ts";
import { clientFoldersIn } from "./clientFiles.ts";
import { environmentNames } from "../ids.ts";

/** The shape of the workbench's Finding. */
export interface SessionFinding {
  readonly what: string;
  readonly state: "ok" | "warning" | "failed" | "skipped";
  readonly says: string;
  readonly fix?: string | undefined;
}

export interface Sessions {
  readonly descriptorPath: string;
  /** The folder of the client files. */
  readonly target: string;
  readonly collection: Iterable<readonly [string, vscode.EnvironmentVariableMutator]>;
  /** How the kernel of the notebook in front is reached. */
  readonly notebook: () => Promise<SessionFinding>;
  /** Why the window hands nothing out; undefined where it does. */
  readonly closedBecause: string | undefined;
}

function closedFinding(because: string): SessionFinding {
  const says = l10n.t("Programs get nothing: {0}.", because);
  const fix = l10n.t('Add a connection, trust the workspace, or look at "LanceDB: Show Log".');
  return { what: l10n.t("Sessions"), state: "failed", says, fix };
}

const run = promisify(execFile);
const reload = (): string =>
  l10n.t('Run "Developer: Reload Window"; if that does not help, look at "LanceDB: Show Log".');

export async function inspectSessions(sessions: Sessions): Promise<readonly SessionFinding[]> {
  if (sessions.closedBecause !== undefined) return [closedFinding(sessions.closedBecause)];
  const { pythonAutoConnect, nodeOption } = clientFoldersIn(sessions.target);
  return Promise.all([
    guarded(l10n.t("Broker"), reload(), () => brokerFinding(sessions.descriptorPath)),
    guarded(l10n.t("Terminals"), reload(), () => Promise.resolve(terminalFinding(sessions))),
    guarded(l10n.t("Node hook"), reload(), () => nodeFinding(nodeOption)),
    guarded(l10n.t("Python hook"), reload(), () => pythonFinding(pythonAutoConnect)),
    guarded(l10n.t("Notebook"), reload(), () => sessions.notebook()),
  ]);
}

async function brokerFinding(descriptorPath: string): Promise<SessionFinding> {
  const what = l10n.t("Broker");
  const descriptor = await readDescriptor(descriptorPath);
  if (descriptor === undefined)
    return { what, state: "failed", says: l10n.t("Its descriptor is missing."), fix: reload() };
  const startedAt = performance.now();
  const status = await statusOfHeaders(descriptor);
  const tookMs = Math.round(performance.now() - startedAt);
  const says =
    descriptor.pid === process.pid
      ? l10n.t("It answered {0} in {1} ms, from this window.", status, tookMs)
      : l10n.t("It answered {0} in {1} ms, from another window on this workspace.", status, tookMs);
  if (status === 200) return { what, state: "ok", says };
  const fix =
    status === 423 ? l10n.t('Run "LanceDB: Unlock".') : l10n.t("It has no headers to give: see the token above.");
  return { what, state: "failed", says, fix };
}

/** The body, which holds a token, is not read. */
function statusOfHeaders({ socketPath, bearer }: Descriptor): Promise<number> {
  const headers = {
    host: brokerHost,
    authorization: `Bearer ${bearer}`,
    [requestHeader.name]: requestHeader.value,
    [clientHeader]: encodeURIComponent(`LanceDB: Diagnose, ${String(process.pid)}`),
  };
  return new Promise((resolve, reject) => {
    const asked = request({ socketPath, path: paths.headers, headers, agent: false, timeout: 10_000 }, (reply) => {
      resolve(reply.statusCode ?? 0);
      reply.destroy();
    });
    asked.on("timeout", () => asked.destroy(new Error("it does not answer")));
    asked.on("error", reject);
    asked.end();
  });
}

function terminalFinding({ collection, descriptorPath }: Sessions): SessionFinding {
  const what = l10n.t("Terminals");
  const given = new Map([...collection].map(([name, { value }]) => [name, value]));
  if (given.size === 0) {
    const fix = l10n.t("Set lancedbAuth.terminal.enabled to true if that is not wanted.");
    return { what, state: "warning", says: l10n.t("They are given nothing."), fix };
  }
  if (given.get(environmentNames.session) !== descriptorPath)
    return { what, state: "failed", says: l10n.t("Their pointer leads elsewhere."), fix: reload() };
  return { what, state: "ok", says: l10n.t("New ones are given {0}.", [...given.keys()].join(", ")) };
}

async function nodeFinding(nodeOption: string): Promise<SessionFinding> {
  const env = { ...process.env, ELECTRON_RUN_AS_NODE: "1", NODE_OPTIONS: nodeOption };
  const { stdout } = await run(process.execPath, ["-p", "process.version"], { env, timeout: 20_000 });
  return {
    what: l10n.t("Node hook"),
    state: "ok",
    says: l10n.t("It loads in the Node of VS Code, {0}.", stdout.trim()),
  };
}

/** With the Python that a terminal would find; an environment that is chosen later is another. */
async function pythonFinding(folder: string): Promise<SessionFinding> {
  const what = l10n.t("Python hook");
  const script =
    "import sys, sitecustomize; print(sys.version.split()[0], sitecustomize.__file__.startswith(sys.argv[1]))";
  const env = { ...process.env, PYTHONPATH: folder, PYTHONSTARTUP: "" };
  for (const python of process.platform === "win32" ? ["python", "py"] : ["python3", "python"]) {
    try {
      const { stdout } = await run(python, ["-c", script, folder], { env, timeout: 20_000 });
      const [version = "", loads] = stdout.trim().split(" ");
      if (loads === "True") return { what, state: "ok", says: l10n.t("It loads in {0} {1}.", python, version) };
      return {
        what,
        state: "failed",
        says: l10n.t("{0} {1} loads another sitecustomize.", python, version),
        fix: reload(),
      };
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "ENOENT")) throw error;
    }
  }
  return { what, state: "skipped", says: l10n.t("No Python is on the PATH of VS Code.") };
}

async function guarded(what: string, fix: string, check: () => Promise<SessionFinding>): Promise<SessionFinding> {
  try {
    return await check();
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "";
    return {
      what,
      state: "failed",
      says: code === "" ? l10n.t("It does not work.") : l10n.t("It does not work ({0}).", code),
      fix,
    };
  }
}
