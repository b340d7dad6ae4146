// The code that is run in a kernel elsewhere: what it delivers reaches the one process that it is sealed for, and reads as nothing to
// anybody else. A plain Python plays the kernel.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { join } from "node:path";
import { before, describe, test } from "node:test";
import { promisify } from "node:util";
import type { HeadersReply } from "../../../src/broker/protocol.ts";
import { clientFoldersIn } from "../../../src/sessions/clientFiles.ts";
import { deliverCode, installCode, parseAnswer, readClientSource } from "../../../src/notebooks/kernelCode.ts";
import { ensurePython, root } from "../../support/runner/tools.ts";

const run = promisify(execFile);
const own = "https://lancedb.example";
const reply: HeadersReply = {
  version: 1,
  connection: { name: "demo", uri: "db://demo", hostOverride: own },
  headers: { authorization: "Bearer a-token-to-be-sealed" },
  expiresAt: Date.now() + 60_000,
};

const supply = { replies: [reply], refusals: [] };

describe("what is pushed into a kernel", () => {
  let python: string | undefined;
  before(async () => {
    python = await ensurePython();
  });

  /** A key of a process that has been given this private key. */
  const publicKeyOf = async (private_: number): Promise<string> => {
    const { getDiffieHellman } = await import("node:crypto");
    const prime = BigInt(`0x${getDiffieHellman("modp14").getPrime("hex")}`);
    return (2n ** BigInt(private_) % prime).toString(16);
  };

  const inKernel = async (lines: readonly string[]): Promise<string> => {
    const folders = { ...clientFoldersIn("/nowhere"), ...shipped };
    const { stdout } = await run(python ?? "", [
      "-c",
      [installCode(await readClientSource(folders)), ...lines].join("\n"),
    ]);
    return stdout.trim();
  };
  const ask = (question: object): string =>
    `print(__import__("lancedb_auth")._broker.ask_for_headers(${JSON.stringify(question)})["headers"])`;
  const withKey =
    "b = __import__('sys').modules['lancedb_auth._broker']; b._private = 2000; __import__('lancedb_auth')._broker = b";

  test("headers arrive, for the connection's own host and for no other", async (context) => {
    if (python === undefined) {
      context.skip("this machine has no Python 3.9 or newer");
      return;
    }
    const delivered = deliverCode(await publicKeyOf(2000), supply);
    const questions = [{ uri: "db://demo" }, { uri: "db://demo", host: `${own}:443/` }].map(ask);
    const foreign = [
      "try:",
      ` ${ask({ uri: "db://demo", host: "https://evil.example" })}`,
      "except Exception as e: print(e.code)",
    ];
    const said = await inKernel([withKey, delivered, ...questions, ...foreign]);
    const headers = "{'authorization': 'Bearer a-token-to-be-sealed'}";
    assert.deepEqual(said.split("\n").slice(2), [headers, headers, "unknown_connection"]);
  });

  test("a process with another key takes nothing", async (context) => {
    if (python === undefined) {
      context.skip("this machine has no Python 3.9 or newer");
      return;
    }
    const delivered = deliverCode(await publicKeyOf(2001), supply);
    const said = await inKernel([
      withKey,
      "try:",
      ` ${delivered}`,
      "except Exception as e: print(e.code, b.session())",
    ]);
    assert.equal(said.split("\n").at(-1), "bad_request None");
  });

  test("the receiver says its public key", async (context) => {
    if (python === undefined) {
      context.skip("this machine has no Python 3.9 or newer");
      return;
    }
    const answer = parseAnswer(await inKernel([]));
    assert.deepEqual([answer?.state, (answer?.publicKey?.length ?? 0) > 400], ["pushed", true]);
  });

  test("the code that is sent holds neither the token nor its hexadecimal form", async () => {
    const code = deliverCode(await publicKeyOf(2000), supply);
    const token = "a-token-to-be-sealed";
    assert.deepEqual([code.includes(token), code.includes(Buffer.from(token).toString("hex"))], [false, false]);
  });
});

const client = join(root, "src", "clients", "python");
const shipped = {
  pythonAutoConnect: join(client, "autoconnect"),
  pythonExplicit: join(client, "explicit"),
  pythonPushed: join(client, "pushed", "lancedb_auth_pushed.py"),
};
