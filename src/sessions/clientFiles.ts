// Copies the client files to a folder whose path never changes, from where terminals load them. The extension's own folder is
// renamed by every update, and a --require of a missing file would kill every Node process of an open terminal.
import { mkdir, readdir, readFile, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { replaceFile } from "../broker/privateFile.ts";

/** Where the parts lie; each value is the same at every start. */
export interface ClientFolders {
  /** Goes in front of PATH: lancedb-auth. */
  readonly bin: string;
  /** Go in front of PYTHONPATH: the hook's sitecustomize, and the importable package. */
  readonly pythonAutoConnect: string;
  readonly pythonExplicit: string;
  /** PYTHONSTARTUP of notebook kernels. */
  readonly pythonStartup: string;
  /** What is pushed into kernels that cannot reach the socket. */
  readonly pythonPushed: string;
  /** The option for NODE_OPTIONS that loads the hook. */
  readonly nodeOption: string;
  /** The option that loads no hook, and only lets programs import the module. */
  readonly nodeExplicitOption: string;
}

export interface Runtime {
  readonly platform: NodeJS.Platform;
  /** VS Code's own Node, or its Electron, which ELECTRON_RUN_AS_NODE turns into one. */
  readonly execPath: string;
}

export function clientFoldersIn(target: string): ClientFolders {
  return {
    bin: join(target, "bin"),
    pythonAutoConnect: join(target, "python", "autoconnect"),
    pythonExplicit: join(target, "python", "explicit"),
    pythonStartup: join(target, "python", "startup", "lancedb_auth_startup.py"),
    pythonPushed: join(target, "python", "pushed", "lancedb_auth_pushed.py"),
    nodeOption: `--require ${quoteNodeOption(join(target, "node", "register.cjs"))}`,
    nodeExplicitOption: `--require ${quoteNodeOption(join(target, "node", "resolve.cjs"))}`,
  };
}

/** NODE_OPTIONS takes double quotes around a value with spaces; backslash escapes inside them (node.js CLI documentation). */
export function quoteNodeOption(path: string): string {
  return `"${path.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;
}

/** Writes what is new or different, each file in one step, and removes nothing: a running process may be about to load it. */
export async function installClientFiles(
  shipped: string,
  target: string,
  runtime: Runtime = { platform: process.platform, execPath: process.execPath },
): Promise<ClientFolders> {
  for (const name of await readdir(shipped, { recursive: true })) {
    const from = join(shipped, name);
    if ((await stat(from)).isFile()) await writeIfNew(join(target, name), await readFile(from), 0o644);
  }
  const folders = clientFoldersIn(target);
  const script = join(folders.bin, "lancedb-auth.cjs");
  for (const [name, text] of Object.entries(cliWrappers(runtime, script))) {
    await writeIfNew(join(folders.bin, name), Buffer.from(text), 0o755);
  }
  return folders;
}

/** The commands that start the command line tool on VS Code's own Node, so that none need be installed. */
export function cliWrappers({ platform, execPath }: Runtime, script: string): Readonly<Record<string, string>> {
  if (platform === "win32") {
    return {
      "lancedb-auth.cmd": commandWrapper(execPath),
      // Git Bash and WSL interop find the name without an ending.
      "lancedb-auth": shellWrapper(execPath.replaceAll("\\", "/"), script.replaceAll("\\", "/")),
    };
  }
  return { "lancedb-auth": shellWrapper(execPath, script) };
}

/** Runs without the user's NODE_OPTIONS, which are for the user's programs: `exec` hands them on, so they are kept aside. */
function shellWrapper(execPath: string, script: string): string {
  return `#!/bin/sh
LANCEDB_AUTH_NODE_OPTIONS="$NODE_OPTIONS" LANCEDB_AUTH_RUN_AS_NODE="$ELECTRON_RUN_AS_NODE"
export LANCEDB_AUTH_NODE_OPTIONS LANCEDB_AUTH_RUN_AS_NODE
unset NODE_OPTIONS
ELECTRON_RUN_AS_NODE=1 exec ${quoteShell(execPath)} ${quoteShell(script)} "$@"
`;
}

/** The script lies beside it: %~dp0 is right where a user's name has letters that the code page lacks. */
function commandWrapper(execPath: string): string {
  const lines = [
    "@echo off",
    "setlocal",
    'set "LANCEDB_AUTH_NODE_OPTIONS=%NODE_OPTIONS%"',
    'set "LANCEDB_AUTH_RUN_AS_NODE=%ELECTRON_RUN_AS_NODE%"',
    "set NODE_OPTIONS=",
    "set ELECTRON_RUN_AS_NODE=1",
    `"${execPath.replaceAll("%", "%%")}" "%~dp0lancedb-auth.cjs" %*`,
  ];
  return lines.map((line) => `${line}\r\n`).join("");
}

function quoteShell(path: string): string {
  return `'${path.replaceAll("'", "'\\''")}'`;
}

async function writeIfNew(path: string, content: Buffer, mode: number): Promise<void> {
  const present = await readFile(path).catch(() => undefined);
  if (present?.equals(content) === true) return;
  await mkdir(dirname(path), { recursive: true });
  await replaceFile(path, content, mode);
}
