// One process of a notebook's kernel: asks it what it is, and puts into it what it needs. A restart begins another one, to which this
// one hands on what it knows; from then on its late answers count for nothing. Never logs what it sends.
import type { Kernel } from "@vscode/jupyter-extension";
import type { HeadersReply } from "../broker/protocol.ts";
import type { ClientFolders } from "../sessions/clientFiles.ts";
import { execute, KernelAccessRefused } from "./jupyter.ts";
import * as code from "./kernelCode.ts";
import { accessByPush, accessWithoutPush, type KernelAccess } from "./kernelAccess.ts";

export interface ProcessParts {
  readonly descriptorPath: string;
  readonly clients: ClientFolders;
  /** See readClientSource; read ahead. */
  readonly clientSource: () => Promise<string>;
  /**
   * For the databases that the notebook names; empty where there are none to be had.
   * @param lifeMs how long the token should live, where that can be had
   */
  readonly headers: (lifeMs?: number) => Promise<readonly HeadersReply[]>;
}

/** What a process leaves to the next one of the same kernel: in most kernels the public key stays the same. */
interface Known {
  readonly answer: code.KernelAnswer;
  readonly replies: readonly HeadersReply[];
}

/** The process ended while it was asked something; its reply may never come. */
export class ProcessOver extends Error {}

/** Not worth being put into a new process again. */
const lastSecondsMs = 3_000;
/** The first cell of a process imports everything, and nothing can be pushed while it does. */
const firstLifeMs = 60_000;

export class KernelProcess {
  readonly kernel: Kernel;
  readonly #parts: ProcessParts;
  readonly #inherited: Known | undefined;
  readonly #over: Promise<never>;
  #end: () => void = () => undefined;
  isOver = false;
  #wasAsked = false;
  #isAttached = false;
  #answer: code.KernelAnswer | undefined;
  /** What it holds. */
  #replies: readonly HeadersReply[] | undefined;

  /** @param before the process that this one takes the place of */
  constructor(kernel: Kernel, parts: ProcessParts, before?: KernelProcess) {
    this.kernel = kernel;
    this.#parts = parts;
    this.#inherited = before?.known;
    this.#over = new Promise((_, reject) => {
      this.#end = () => {
        reject(new ProcessOver());
      };
    });
    this.#over.catch(() => undefined);
  }

  get known(): Known | undefined {
    if (this.#answer === undefined) return this.#inherited;
    return { answer: this.#answer, replies: this.#replies ?? this.#inherited?.replies ?? [] };
  }

  /** It can be given at once what the process before it had, and was not yet. */
  get isToResume(): boolean {
    return !this.#wasAsked && this.#inherited !== undefined;
  }

  end(): void {
    this.isOver = true;
    this.#end();
  }

  /**
   * Finds out how it is reached and, with the user's yes, puts into it what is missing. Rejects with KernelAccessRefused, ProcessOver,
   * or what the kernel said.
   * @param lifeMs how long a token that is pushed should live, where that can be had
   */
  async connect(mayPush: boolean, lifeMs?: number): Promise<KernelAccess> {
    try {
      if (mayPush && this.isToResume) await this.#resume();
      this.#wasAsked = true;
      if (this.#publicKey === undefined && !this.#isAttached) await this.#settle(mayPush);
      if (this.#isAttached) return { state: "hooked" };
      if (this.#publicKey === undefined) return accessWithoutPush(this.#answer?.state);
      return mayPush ? await this.#renew(this.#publicKey, lifeMs) : { state: "elsewhere" };
    } catch (error) {
      this.#answer = undefined;
      this.#replies = undefined;
      throw error;
    }
  }

  /** Takes back what it was given; undefined where that was nothing. */
  async takeBack(): Promise<KernelAccess | undefined> {
    if (this.#isAttached) {
      await this.#run(code.detachCode());
      this.#isAttached = false;
      return { state: "unhooked" };
    }
    if (this.#publicKey === undefined) return undefined;
    await this.#deliver(this.#publicKey, []);
    return { state: "elsewhere" };
  }

  get #publicKey(): string | undefined {
    return this.#answer?.publicKey;
  }

  /** At once and in one step, so that it is done before a cell that waits in the queue: no file and no token request is waited for. */
  async #resume(): Promise<void> {
    this.#wasAsked = true;
    const { answer, replies: last = [] } = this.#inherited ?? {};
    if (answer?.state === "near") return this.#attach();
    const publicKey = answer?.publicKey;
    if (publicKey === undefined) return;
    const fresh = this.#parts.headers(firstLifeMs);
    const source = await this.#parts.clientSource();
    const replies = await atOnce(fresh, last);
    const installed = this.#ask(code.reinstallCode(source, publicKey, replies));
    // Queued behind it, and mostly still before the cells.
    const renewed = fresh.then((each) => (isSame(each, replies) ? undefined : this.#deliver(publicKey, each)));
    const [said] = await Promise.all([installed, renewed]).catch(onlyIfKernelSaidSo);
    if (said?.publicKey !== publicKey) return;
    this.#answer = said;
    this.#replies ??= replies;
  }

  async #attach(): Promise<void> {
    const { descriptorPath, clients } = this.#parts;
    this.#isAttached = (await this.#ask(code.attachCode(descriptorPath, clients)))?.state === "hooked";
  }

  /** Looks at it and, after a yes, gives it the hook or the receiver; no token yet. */
  async #settle(mayPush: boolean): Promise<void> {
    this.#answer = await this.#ask(code.probeCode(this.#parts.descriptorPath));
    if (!mayPush) return;
    if (this.#answer?.state === "near") await this.#attach();
    if (this.#answer?.state === "far") {
      this.#answer = await this.#ask(code.installCode(await this.#parts.clientSource()));
    }
  }

  /** A token that it holds already is not sent again. */
  async #renew(publicKey: string, lifeMs?: number): Promise<KernelAccess> {
    const replies = await this.#parts.headers(this.#replies === undefined ? firstLifeMs : lifeMs);
    if (!isSame(replies, this.#replies)) await this.#deliver(publicKey, replies);
    return accessByPush(replies);
  }

  async #deliver(publicKey: string, replies: readonly HeadersReply[]): Promise<void> {
    await this.#run(code.deliverCode(publicKey, replies));
    this.#replies = replies;
  }

  async #ask(source: string): Promise<code.KernelAnswer | undefined> {
    return code.parseAnswer(await this.#run(source));
  }

  async #run(source: string): Promise<string> {
    if (this.isOver) throw new ProcessOver();
    return Promise.race([execute(this.kernel, source), this.#over]);
  }
}

/** The fresh ones where they are at hand, else the last ones as long as they are valid. */
function atOnce(
  fresh: Promise<readonly HeadersReply[]>,
  last: readonly HeadersReply[],
): Promise<readonly HeadersReply[]> {
  const endsAt = Math.min(...last.map(({ expiresAt }) => expiresAt ?? Number.POSITIVE_INFINITY));
  if (last.length === 0 || endsAt < Date.now() + lastSecondsMs) return fresh;
  return Promise.race([fresh, new Promise<typeof last>((resolve) => setImmediate(resolve, last))]);
}

function isSame(one: readonly HeadersReply[], other: readonly HeadersReply[] | undefined): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** A kernel with another key, or that is hooked now, is looked at anew. */
function onlyIfKernelSaidSo(error: unknown): [] {
  if (error instanceof KernelAccessRefused || error instanceof ProcessOver) throw error;
  return [];
}
