// One notebook and its kernel: knows how the kernel is reached, and where it can only be reached by pushing keeps headers in it for as
// long as the link lives. One conversation with each process of the kernel at a time; never writes to the notebook.
import type { Kernel, KernelStatus } from "@vscode/jupyter-extension";
import * as vscode from "vscode";
import * as jupyter from "./jupyter.ts";
import type { KernelAccess } from "./kernelAccess.ts";
import { KernelProcess, ProcessOver, type ProcessParts } from "./kernelProcess.ts";

/** A kernel in the cloud may come up for minutes. */
const comesUpMs = 300_000;
/** One that says that it runs, and answers with an error, is asked again so often. */
const mostTries = 5;
const retryMs = 500;
/** A token is replaced in the kernel when half of its life is over, and not more often than this. */
const shortestRenewalMs = 2_000;
const longestRenewalMs = 24 * 3_600_000;

export class NotebookLink implements vscode.Disposable {
  access: KernelAccess = { state: "unknown" };
  readonly #notebook: vscode.NotebookDocument;
  readonly #parts: ProcessParts;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly onDidChange = this.#changed.event;
  readonly #due = new vscode.EventEmitter<void>();
  /** What was pushed should be renewed, or a kernel that did not answer has come back. */
  readonly onDue = this.#due.event;
  #process: KernelProcess | undefined;
  #statusListener: vscode.Disposable | undefined;
  #renewal: NodeJS.Timeout | undefined;
  #last: Promise<unknown> = Promise.resolve();
  /** A conversation that has not begun: whoever wants one now takes part in it. */
  #next: { readonly mayPush: boolean; readonly access: Promise<KernelAccess> } | undefined;

  constructor(notebook: vscode.NotebookDocument, parts: ProcessParts) {
    this.#notebook = notebook;
    this.#parts = parts;
  }

  /** @param mayPush the user has said yes to this notebook */
  follow(mayPush: boolean): Promise<KernelAccess> {
    if (this.#next?.mayPush === mayPush) return this.#next.access;
    const access = this.#last.then(() => {
      if (this.#next === next) this.#next = undefined;
      return this.#look(mayPush);
    });
    const next = { mayPush, access };
    this.#next = next;
    this.#last = access.catch(() => undefined);
    return access;
  }

  /** Starts the kernel and gives it what it needs as soon as it is there. */
  async start(): Promise<KernelAccess> {
    this.#become({ state: "starting" });
    const kernel = await jupyter.startKernel(this.#notebook.uri);
    if (kernel !== undefined) return this.follow(true);
    this.#become({ state: "notStarted" });
    return this.access;
  }

  /** What can be known without a word to the kernel. */
  async observe(): Promise<void> {
    const { state } = this.access;
    // The others were said by the kernel itself, or are being found out.
    if (!["unknown", "notStarted", "noJupyter", "otherLanguage", "dead"].includes(state)) return;
    const process = await this.#find();
    if (process === undefined || this.access.state !== state) return;
    if (jupyter.isDead(process.kernel)) this.#become({ state: "dead" });
    else if (state !== "unknown") this.#become({ state: "unknown" });
  }

  /** A program of this kernel has been given headers by the broker: it needs nobody. */
  reached(): void {
    const open: readonly KernelAccess["state"][] = ["unknown", "unreached", "notStarted", "refused"];
    if (open.includes(this.access.state) && this.#process !== undefined) this.#become({ state: "hooked" });
  }

  /** A cell has failed to connect, and nobody has asked the kernel why. */
  failed(): void {
    if (this.access.state === "unknown") this.#become({ state: "unreached" });
  }

  /** Takes back what was pushed. */
  withdraw(): Promise<void> {
    const next = this.#last.then(async () => {
      const left = await this.#process?.takeBack();
      if (left !== undefined) this.#become(left);
    });
    this.#last = next.catch(() => undefined);
    return next;
  }

  /** The kernel has just begun a new process, which can have at once what the one before had. */
  get isRestarted(): boolean {
    return this.#process?.isToResume === true;
  }

  dispose(): void {
    clearTimeout(this.#renewal);
    this.#statusListener?.dispose();
    this.#process?.end();
    this.#changed.dispose();
    this.#due.dispose();
  }

  async #look(mayPush: boolean): Promise<KernelAccess> {
    const process = this.isRestarted ? this.#process : await this.#find();
    if (process === undefined) return this.access;
    const access = await this.#connect(process, mayPush);
    if (process === this.#process) this.#become(access);
    // What became of a restart is told by those who look at the new process.
    else await this.#last;
    return this.access;
  }

  /** Waits for a kernel that comes up, and tries again by itself while it does. */
  async #connect(process: KernelProcess, mayPush: boolean): Promise<KernelAccess> {
    const { kernel } = process;
    const endAt = Date.now() + comesUpMs;
    for (let tries = 1; ; tries += 1) {
      // A new process of a kernel waits in Jupyter's own queue, in front of the cells.
      while (jupyter.isComingUp(kernel) && !process.isToResume && !process.isOver && Date.now() < endAt) {
        this.#become({ state: "starting" });
        await jupyter.statusChange(kernel, retryMs);
      }
      try {
        return await process.connect(mayPush);
      } catch (error) {
        if (error instanceof jupyter.KernelAccessRefused) return { state: "refused" };
        if (jupyter.isDead(kernel)) return { state: "dead" };
        if (error instanceof ProcessOver || process.isOver) return { state: "failed" };
        if (!jupyter.isComingUp(kernel) && tries >= mostTries) return { state: "failed" };
        await jupyter.statusChange(kernel, retryMs * tries);
      }
    }
  }

  /** The process of the notebook's kernel; undefined where there is none to be asked, which the state then says. */
  async #find(): Promise<KernelProcess | undefined> {
    const isActive = jupyter.isJupyterActive();
    const kernel = isActive ? await jupyter.startedKernel(this.#notebook.uri) : undefined;
    if (kernel?.language === "python") {
      if (kernel !== this.#process?.kernel) this.#listenTo(kernel);
      if (this.#process?.isOver === true) this.#begin(kernel);
      return this.#process;
    }
    if (kernel !== undefined) this.#become({ state: "otherLanguage", language: kernel.language });
    else this.#become({ state: isActive ? "notStarted" : "noJupyter" });
    return undefined;
  }

  #listenTo(kernel: Kernel): void {
    this.#process?.end();
    this.#process = new KernelProcess(kernel, this.#parts);
    this.#statusListener?.dispose();
    this.#statusListener = kernel.onDidChangeStatus((status) => {
      this.#follow(kernel, status);
    });
  }

  #follow(kernel: Kernel, status: KernelStatus): void {
    if (status === "restarting" || status === "autorestarting") this.#begin(kernel);
    else if (status === "dead" || status === "terminating") this.#process?.end();
    else {
      if (this.access.state === "failed" && status === "idle") this.#due.fire();
      return;
    }
    // A refusal is the user's word, for this process as for the next.
    if (this.access.state !== "refused") this.#become({ state: jupyter.isDead(kernel) ? "dead" : "unknown" });
  }

  #begin(kernel: Kernel): void {
    const before = this.#process;
    before?.end();
    this.#process = new KernelProcess(kernel, this.#parts, before);
    // A conversation with the process before may never end.
    this.#last = Promise.resolve();
    this.#next = undefined;
  }

  #become(access: KernelAccess): void {
    clearTimeout(this.#renewal);
    if (access.state === "pushed" && access.expiresAt !== undefined) {
      const halfMs = (access.expiresAt - Date.now()) / 2;
      const waitMs = Math.min(Math.max(halfMs, shortestRenewalMs), longestRenewalMs);
      this.#renewal = setTimeout(() => {
        this.#due.fire();
      }, waitMs);
    }
    const isNew = JSON.stringify(access) !== JSON.stringify(this.access);
    this.access = access;
    if (isNew || this.isRestarted) this.#changed.fire();
  }
}
