// One notebook and its kernel: finds out how the kernel is reached, and where it can only be reached by pushing keeps headers in it for
// as long as the link lives. One conversation with the kernel at a time; never writes to the notebook, never logs what it sends.
import { createHash } from "node:crypto";
import type { Kernel } from "@vscode/jupyter-extension";
import * as vscode from "vscode";
import type { HeadersReply } from "../broker/protocol.ts";
import type { ClientFolders } from "./clientFiles.ts";
import { execute, isJupyterActive, KernelAccessRefused, startedKernel } from "./jupyter.ts";
import {
  attachCode,
  deliverCode,
  installCode,
  parseAnswer,
  probeCode,
  reinstallCode,
  type KernelAnswer,
} from "./kernelCode.ts";

/** How a notebook's kernel is reached, or why not. */
export type KernelReach =
  | {
      readonly state:
        | "unknown"
        | "off"
        | "noJupyter"
        | "notStarted"
        | "hooked"
        | "unhooked"
        | "elsewhere"
        | "refused"
        | "failed"
        | "nothing";
    }
  | { readonly state: "otherLanguage"; readonly language: string }
  | { readonly state: "pushed"; readonly expiresAt?: number };

export interface LinkParts {
  readonly descriptorPath: string;
  readonly clients: ClientFolders;
  /** Headers for the databases that the notebook names; empty where there is none to be had. */
  readonly headers: (notebook: vscode.NotebookDocument) => Promise<readonly HeadersReply[]>;
}

export class NotebookLink implements vscode.Disposable {
  reach: KernelReach = { state: "unknown" };
  readonly #notebook: vscode.NotebookDocument;
  readonly #parts: LinkParts;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly onDidChange = this.#changed.event;
  #kernel: Kernel | undefined;
  #statusListener: vscode.Disposable | undefined;
  #last: Promise<unknown> = Promise.resolve();
  /** Of the receiver in the running kernel process. */
  #publicKey: string | undefined;
  /** What the process before said; the new one has the same public key, in most kernels. */
  #before: KernelAnswer | undefined;
  /** A digest of what is in the kernel. */
  #delivered = "";

  constructor(notebook: vscode.NotebookDocument, parts: LinkParts) {
    this.#notebook = notebook;
    this.#parts = parts;
  }

  /** @param mayPush the user has said yes to this notebook */
  follow(mayPush: boolean): Promise<KernelReach> {
    const next = this.#last.then(() => this.#look(mayPush));
    this.#last = next.catch(() => undefined);
    return next;
  }

  /** Takes back what was pushed. */
  async withdraw(): Promise<void> {
    const [kernel, publicKey] = [this.#kernel, this.#publicKey];
    this.#delivered = "";
    if (kernel !== undefined && publicKey !== undefined) await execute(kernel, deliverCode(publicKey, []));
    this.#publicKey = undefined;
    this.#become({ state: "elsewhere" });
  }

  /** The kernel has a new process, or none. */
  forget(): void {
    this.#publicKey = undefined;
    this.#delivered = "";
    if (this.reach.state !== "unknown") this.#become({ state: "unknown" });
  }

  dispose(): void {
    this.#statusListener?.dispose();
    this.#changed.dispose();
  }

  /** Whether the kernel has a new process since it was last looked at. */
  get isRestarted(): boolean {
    return this.#kernel !== undefined && this.reach.state === "unknown";
  }

  async #look(mayPush: boolean): Promise<KernelReach> {
    try {
      this.#become(await this.#find(mayPush));
    } catch (error) {
      this.#publicKey = undefined;
      this.#become({ state: error instanceof KernelAccessRefused ? "refused" : "failed" });
    }
    return this.reach;
  }

  async #find(mayPush: boolean): Promise<KernelReach> {
    if (!isJupyterActive()) return { state: "noJupyter" };
    const kernel = await startedKernel(this.#notebook.uri);
    if (kernel === undefined) return { state: "notStarted" };
    if (kernel.language !== "python") return { state: "otherLanguage", language: kernel.language };
    this.#listenTo(kernel);
    if (mayPush && this.reach.state === "unknown") {
      const resumed = await this.#resume(kernel);
      if (resumed !== undefined) return resumed;
    }
    if (this.#publicKey === undefined) {
      const answer = await this.#settle(kernel, mayPush);
      if (answer?.publicKey === undefined) return { state: unpushed[answer?.state ?? "far"] };
      this.#publicKey = answer.publicKey;
      this.#before = answer;
    }
    return mayPush ? this.#push(kernel, this.#publicKey) : { state: "elsewhere" };
  }

  /** In one step, so that it is done before a cell that waits in the queue; undefined where the new process needs more. */
  async #resume(kernel: Kernel): Promise<KernelReach | undefined> {
    const { publicKey, state } = this.#before ?? {};
    if (state === "near") return this.#attach(kernel);
    if (publicKey === undefined) return undefined;
    const replies = await this.#parts.headers(this.#notebook);
    const code = await reinstallCode(this.#parts.clients, publicKey, replies);
    const answer = await execute(kernel, code).then(parseAnswer, (error: unknown) => {
      if (error instanceof KernelAccessRefused) throw error;
    });
    if (answer?.publicKey !== publicKey) return undefined;
    this.#publicKey = publicKey;
    this.#delivered = digestOf(replies);
    return pushedReach(replies);
  }

  async #attach(kernel: Kernel): Promise<KernelReach> {
    const { descriptorPath, clients } = this.#parts;
    const answer = parseAnswer(await execute(kernel, attachCode(descriptorPath, clients)));
    return { state: answer?.state === "hooked" ? "hooked" : "failed" };
  }

  /** Looks at the kernel and, after a yes, puts into it what it needs; no token yet. */
  async #settle(kernel: Kernel, mayPush: boolean): Promise<KernelAnswer | undefined> {
    const { descriptorPath, clients } = this.#parts;
    const ask = async (code: string): Promise<KernelAnswer | undefined> => parseAnswer(await execute(kernel, code));
    const answer = await ask(probeCode(descriptorPath));
    if (!mayPush || answer === undefined) return answer;
    if (answer.state === "far") return ask(await installCode(clients));
    if (answer.state !== "near") return answer;
    this.#before = answer;
    return (await this.#attach(kernel)).state === "hooked" ? { state: "hooked" } : answer;
  }

  /** A token that is in the kernel already is not sent again. */
  async #push(kernel: Kernel, publicKey: string): Promise<KernelReach> {
    const replies = await this.#parts.headers(this.#notebook);
    const digest = digestOf(replies);
    if (digest !== this.#delivered) await execute(kernel, deliverCode(publicKey, replies));
    this.#delivered = digest;
    return pushedReach(replies);
  }

  #listenTo(kernel: Kernel): void {
    if (kernel === this.#kernel) return;
    this.#kernel = kernel;
    this.#before = undefined;
    this.forget();
    this.#statusListener?.dispose();
    this.#statusListener = kernel.onDidChangeStatus((status) => {
      if (status === "restarting" || status === "autorestarting" || status === "dead" || status === "terminating") {
        this.forget();
      }
    });
  }

  #become(reach: KernelReach): void {
    this.reach = reach;
    this.#changed.fire();
  }
}

/** How a kernel is reached that nothing was pushed into. */
const unpushed = { hooked: "hooked", near: "unhooked", far: "elsewhere", pushed: "elsewhere" } as const;

function pushedReach(replies: readonly HeadersReply[]): KernelReach {
  if (replies.length === 0) return { state: "nothing" };
  const ends = replies.flatMap(({ expiresAt }) => expiresAt ?? []);
  return ends.length === 0 ? { state: "pushed" } : { state: "pushed", expiresAt: Math.min(...ends) };
}

function digestOf(replies: readonly HeadersReply[]): string {
  return createHash("sha256").update(JSON.stringify(replies)).digest("hex");
}
