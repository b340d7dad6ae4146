// One process of a notebook's kernel: asks it what it is, and puts into it what it needs. A restart begins another one, to which this
// one hands on what it knows; from then on its late answers count for nothing. Never logs what it sends.
import type { Kernel } from "@vscode/jupyter-extension";
import type { ClientFolders } from "../sessions/clientFiles.ts";
import { execute, KernelAccessRefused } from "./jupyter.ts";
import * as code from "./kernelCode.ts";
import { accessByPush, accessWithoutPush, endOf, noSupply, type KernelAccess, type Supply } from "./kernelAccess.ts";

export interface ProcessParts {
  readonly descriptorPath: string;
  readonly clients: ClientFolders;
  /** See readClientSource; read ahead. */
  readonly clientSource: () => Promise<string>;
  /**
   * For the databases that the notebook names, or why there is nothing.
   * @param lifeMs how long a token should live, where that can be had
   */
  readonly supply: (lifeMs?: number) => Promise<Supply>;
  /** What the URIs of the notebook's cells begin with; without it no cell waits for a token. */
  readonly cells?: string;
  /** Runs cells that have waited for a token. */
  readonly runAgain: (cells: readonly string[]) => void;
}

/** What a process leaves to the next one of the same kernel: in most kernels the public key stays the same. */
interface Known {
  readonly answer: code.KernelAnswer;
  readonly supply: Supply;
}

/** The process ended while it was asked something; its reply may never come. */
export class ProcessOver extends Error {}

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
  /** What it holds, and how long that had to live when it was given. */
  #supply: Supply | undefined;
  #lifeMs: number | undefined;

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
    return { answer: this.#answer, supply: this.#supply ?? this.#inherited?.supply ?? noSupply };
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
   */
  async connect(mayPush: boolean): Promise<KernelAccess> {
    try {
      if (mayPush && this.isToResume) await this.#resume();
      this.#wasAsked = true;
      if (this.#publicKey === undefined && !this.#isAttached) await this.#settle(mayPush);
      if (this.#isAttached) return { state: "hooked" };
      if (this.#publicKey === undefined) return accessWithoutPush(this.#answer?.state);
      return mayPush ? await this.#renew(this.#publicKey) : { state: "elsewhere" };
    } catch (error) {
      this.#answer = undefined;
      this.#supply = undefined;
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
    await this.#deliver(this.#publicKey, noSupply);
    return { state: "elsewhere" };
  }

  get #publicKey(): string | undefined {
    return this.#answer?.publicKey;
  }

  /** At once and in one step, so that it is done before a cell that waits in the queue: no file and no token request is waited for. */
  async #resume(): Promise<void> {
    this.#wasAsked = true;
    const { answer, supply: last = noSupply } = this.#inherited ?? {};
    if (answer?.state === "near") return this.#attach();
    const publicKey = answer?.publicKey;
    if (publicKey === undefined) return;
    const fresh = this.#parts.supply(firstLifeMs);
    const source = await this.#parts.clientSource();
    const atOnce = await Promise.race([fresh, last === noSupply ? fresh : inAMoment(last)]);
    // What is not fresh may have ended when the process has come up.
    const follows = atOnce === last;
    const first = { ...this.#withCells(atOnce), follows };
    const installed = this.#ask(code.reinstallCode(source, publicKey, first));
    // Queued behind it, and mostly still before the cells.
    const renewed = fresh.then((each) => (follows ? this.#deliver(publicKey, each) : undefined));
    const [said] = await Promise.all([installed, renewed]).catch(onlyIfKernelSaidSo);
    if (said?.publicKey !== publicKey) return;
    this.#answer = said;
    if (this.#supply === undefined) this.#keep(atOnce);
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

  /** In its turn, so that what is given is as fresh as can be; what it holds already, and is good for long enough, is not sent again. */
  async #renew(publicKey: string): Promise<KernelAccess> {
    const { waiting = [] } = (await this.#ask(code.turnCode())) ?? {};
    const supply = await this.#parts.supply(this.#wantedMs(waiting.length > 0));
    if (waiting.length > 0 || !isSame(supply, this.#supply)) await this.#deliver(publicKey, supply);
    return accessByPush(supply);
  }

  /** More than half of the life that tokens have here; where cells wait for one, a new one. */
  #wantedMs(isWaitedFor: boolean): number | undefined {
    if (this.#supply === undefined) return firstLifeMs;
    return this.#lifeMs === undefined ? undefined : this.#lifeMs * (isWaitedFor ? 0.9 : 0.55);
  }

  async #deliver(publicKey: string, supply: Supply): Promise<void> {
    const said = await this.#ask(code.deliverCode(publicKey, this.#withCells(supply)));
    this.#keep(supply);
    if (said !== undefined && said.waiting.length > 0) this.#parts.runAgain(said.waiting);
  }

  #keep(supply: Supply): void {
    this.#supply = supply;
    const endsAt = endOf(supply.replies);
    this.#lifeMs = endsAt === undefined ? undefined : Math.max(endsAt - Date.now(), 0);
  }

  #withCells(supply: Supply): code.Delivery {
    const { cells } = this.#parts;
    return cells === undefined ? supply : { ...supply, cells };
  }

  async #ask(source: string): Promise<code.KernelAnswer | undefined> {
    return code.parseAnswer(await this.#run(source));
  }

  async #run(source: string): Promise<string> {
    if (this.isOver) throw new ProcessOver();
    return Promise.race([execute(this.kernel, source), this.#over]);
  }
}

function inAMoment<Value>(value: Value): Promise<Value> {
  return new Promise((resolve) => setImmediate(resolve, value));
}

function isSame(one: Supply, other: Supply | undefined): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** A kernel with another key, or that is hooked now, is looked at anew. */
function onlyIfKernelSaidSo(error: unknown): [] {
  if (error instanceof KernelAccessRefused || error instanceof ProcessOver) throw error;
  return [];
}
