// The Python that is run in a kernel through the Jupyter extension. Every piece is one expression with a namespace of its own: the user's
// names, In, Out and history stay as they are. Headers are sealed for the one process that asked, see lancedb_auth_pushed.py. Pure but
// for the client files that it reads.
import { createHash, createHmac, getDiffieHellman, randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { ClientFolders } from "../sessions/clientFiles.ts";
import type { Supply } from "./kernelAccess.ts";

/** What a kernel says of itself. */
export interface KernelAnswer {
  /** hooked: as it started; near: not hooked, but on this machine; far: cannot reach the socket; pushed: has our receiver. */
  readonly state: "hooked" | "near" | "far" | "pushed";
  /** Of the receiver, for {@link sealedFor}; hexadecimal. */
  readonly publicKey?: string;
  /** The URIs of the cells that did not run, so that a token could be pushed first; in their order. */
  readonly waiting: readonly string[];
}

/** What the receiver is given. */
export interface Delivery extends Supply {
  /** What the URIs of the notebook's cells begin with; without it no cell waits for a token. */
  readonly cells?: string;
  /** A fresher one follows right behind: cells wait for that. */
  readonly follows?: boolean;
}

/** RFC 3526, 2048 bits: what Python's pow and Node both have without a library. */
const group = "modp14";

export function probeCode(descriptorPath: string): string {
  return run(
    `
import json, os, socket, sys
path = ${JSON.stringify(descriptorPath)}
def reaches(path):
    # A home folder that machines share shows the file, but the socket answers on one machine alone.
    try:
        with open(path, encoding="utf-8") as file:
            target = json.load(file)["socketPath"]
        if target.startswith("\\\\\\\\.\\\\pipe"):
            return os.path.exists(target)
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
            connection.settimeout(2)
            connection.connect(target)
        return True
    except (OSError, ValueError, KeyError, AttributeError):
        return False
hooked = any(hasattr(finder, "explicit_folder") for finder in sys.meta_path)
receiver = sys.modules.get("lancedb_auth._broker")
if hasattr(receiver, "accept"):
    answer = {"state": "pushed", "publicKey": receiver.public}
elif not reaches(path):
    answer = {"state": "far"}
elif hooked and os.environ.get("LANCEDB_AUTH_SESSION") == path:
    answer = {"state": "hooked"}
else:
    answer = {"state": "near"}
print(json.dumps(answer))`,
  );
}

/** For a kernel of this machine that was started without our environment: what its start-up file would have done. */
export function attachCode(descriptorPath: string, { pythonAutoConnect, pythonExplicit }: ClientFolders): string {
  return run(
    `
import os, sys
os.environ["LANCEDB_AUTH_SESSION"] = ${JSON.stringify(descriptorPath)}
sys.path.insert(0, ${JSON.stringify(pythonAutoConnect)})
try:
    from _lancedb_auth_finder import install
finally:
    sys.path.remove(${JSON.stringify(pythonAutoConnect)})
install(${JSON.stringify(pythonExplicit)})
theirs = [folder for folder in os.environ.get("PYTHONPATH", "").split(os.pathsep) if folder]
ours = [folder for folder in ${JSON.stringify([pythonAutoConnect, pythonExplicit])} if folder not in theirs]
os.environ["PYTHONPATH"] = os.pathsep.join(ours + theirs)
print('{"state": "hooked"}')
if "lancedb" in sys.modules:
    sys.path.append(${JSON.stringify(pythonExplicit)})
    from lancedb_auth._hook import complete
    complete(sys.modules["lancedb"])`,
  );
}

/** The hook stays and finds nobody to ask. */
export function detachCode(): string {
  return `__import__("os").environ.pop("LANCEDB_AUTH_SESSION", None)`;
}

/** What installCode and reinstallCode need, as Python: the client package, for a kernel that cannot read our files. */
export async function readClientSource(clients: ClientFolders): Promise<string> {
  const { pythonAutoConnect, pythonExplicit, pythonPushed } = clients;
  const read = (...path: string[]): Promise<string> => readFile(join(...path), "utf8");
  const sources = {
    "lancedb_auth._error": await read(pythonExplicit, "lancedb_auth", "_error.py"),
    "lancedb_auth._broker": await read(pythonPushed),
    "lancedb_auth._provider": await read(pythonExplicit, "lancedb_auth", "_provider.py"),
    "lancedb_auth._gateway": await read(pythonExplicit, "lancedb_auth", "_gateway.py"),
    "lancedb_auth._namespace": await read(pythonExplicit, "lancedb_auth", "_namespace.py"),
    "lancedb_auth._hook": await read(pythonExplicit, "lancedb_auth", "_hook.py"),
    lancedb_auth: await read(pythonExplicit, "lancedb_auth", "__init__.py"),
    _lancedb_auth_finder: await read(pythonAutoConnect, "_lancedb_auth_finder.py"),
  };
  return `
import sys, types
sources = ${JSON.stringify(sources)}
prime = ${JSON.stringify(getDiffieHellman(group).getPrime("hex"))}
package = types.ModuleType("lancedb_auth")
package.__path__ = []
sys.modules["lancedb_auth"] = package
for name, source in sources.items():
    module = package if name == "lancedb_auth" else types.ModuleType(name)
    module.__package__ = "lancedb_auth" if name.startswith("lancedb_auth") else ""
    module.LANCEDB_AUTH_PRIME = prime
    sys.modules[name] = module
    exec(compile(source, "<%s of LanceDB Auth>" % name, "exec", 0, True), module.__dict__)
sys.modules["_lancedb_auth_finder"].install("")
if "lancedb" in sys.modules:
    sys.modules["lancedb_auth._hook"].complete(sys.modules["lancedb"])
sys.modules["lancedb_auth._broker"].answer()`;
}

/** Puts the client package into a kernel, with the receiver in place of the socket. Prints its public key. */
export function installCode(clientSource: string): string {
  return run(clientSource);
}

/** Both at once, for a new process of a kernel whose public key is known: no cell can come between. */
export function reinstallCode(clientSource: string, publicKey: string, delivery: Delivery): string {
  return run(`${clientSource}\n${deliverCode(publicKey, delivery)}`);
}

/** Prints who waits. It is run when the cells before it have ended: what is delivered right after it is as fresh as can be. */
export function turnCode(): string {
  return `__import__("sys").modules["lancedb_auth._broker"].answer()`;
}

/** Replaces what the receiver holds, and prints who has waited for that; nothing at all takes everything back. */
export function deliverCode(publicKey: string, { replies, refusals, cells, follows }: Delivery): string {
  const parts = sealedFor(publicKey, JSON.stringify({ replies, refusals, cells, follows })).map((part) => `"${part}"`);
  return `__import__("sys").modules["lancedb_auth._broker"].accept(${parts.join(", ")})`;
}

/** The peer's public key, a nonce, the sealed text and its seal; all hexadecimal. */
function sealedFor(publicKey: string, text: string): readonly string[] {
  const own = getDiffieHellman(group);
  own.generateKeys();
  const even = publicKey.padStart(publicKey.length + (publicKey.length % 2), "0");
  const shared = own.computeSecret(Buffer.from(even, "hex")).toString("hex").replace(/^0+/, "");
  const keys = createHash("sha512").update(shared, "ascii").digest();
  const nonce = randomBytes(16);
  const data = Buffer.from(text, "utf8");
  for (let at = 0; at < data.length; at += 32) {
    const count = Buffer.alloc(4);
    count.writeUInt32BE(at / 32);
    const stream = createHmac("sha256", keys.subarray(0, 32)).update(nonce).update(count).digest();
    for (let index = at; index < Math.min(at + 32, data.length); index += 1) {
      data[index] = (data[index] ?? 0) ^ (stream[index - at] ?? 0);
    }
  }
  const seal = createHmac("sha256", keys.subarray(32)).update(nonce).update(data).digest("hex");
  return [own.getPublicKey("hex"), nonce.toString("hex"), data.toString("hex"), seal];
}

/** JSON's strings are Python's as well. */
function run(source: string): string {
  return `exec(${JSON.stringify(source)}, {"__name__": "lancedb_auth"})`;
}

/** The last line of what a piece of code has printed. */
export function parseAnswer(printed: string): KernelAnswer | undefined {
  try {
    const answer = JSON.parse(printed.trim().split("\n").at(-1) ?? "") as Record<string, unknown>;
    const { state, publicKey, waiting } = answer;
    const known = (["hooked", "near", "far", "pushed"] as const).find((each) => each === state);
    if (known === undefined) return undefined;
    const cells = Array.isArray(waiting) ? waiting.filter((cell) => typeof cell === "string") : [];
    return { state: known, waiting: cells, ...(typeof publicKey === "string" ? { publicKey } : {}) };
  } catch {
    return undefined;
  }
}
