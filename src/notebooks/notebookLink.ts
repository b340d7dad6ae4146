// One notebook and its kernel: knows how the kernel is reached, and where it can only be reached by pushing keeps headers in it for as
// long as the link lives. One conversation with each process of the kernel at a time; never writes to the notebook.
import type { Kernel } from "@vscode/jupyter-extension";
import * as vscode from "vscode";
import { isJupyterActive, KernelAccessRefused, startedKernel } from "./jupyter.ts";
import { KernelProcess, type ProcessParts } from "./kernelProcess.ts";
import type { KernelAccess } from "./kernelAccess.ts";

export class NotebookLink implements vscode.Disposable {
  access: KernelAccess = { state: "unknown" };
  readonly #notebook: vscode.NotebookDocument;
  readonly #parts: ProcessParts;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly onDidChange = this.#changed.event;
  #process: KernelProcess | undefined;
  #statusListener: vscode.Disposable | undefined;
  #last: Promise<unknown> = Promise.resolve();

  constructor(notebook: vscode.NotebookDocument, parts: ProcessParts) {
    this.#notebook = notebook;
    this.#parts = parts;
  }

  /**
   * @param mayPush the user has said yes to this notebook
   * @param lifeMs how long a token that is pushed should live, where that can be had
   */
  follow(mayPush: boolean, lifeMs?: number): Promise<KernelAccess> {
    const next = this.#last.then(() => this.#look(mayPush, lifeMs));
    this.#last = next.catch(() => undefined);
    return next;
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
    this.#statusListener?.dispose();
    this.#process?.end();
    this.#changed.dispose();
  }

  async #look(mayPush: boolean, lifeMs?: number): Promise<KernelAccess> {
    const process = this.isRestarted ? this.#process : await this.#find();
    if (process === undefined) return this.access;
    const access = await process.connect(mayPush, lifeMs).catch(accessAfter);
    if (process === this.#process) this.#become(access);
    // What became of a restart is told by those who look at the new process.
    else await this.#last;
    return this.access;
  }

  /** The process of the notebook's kernel; undefined where there is none to be asked, which the state then says. */
  async #find(): Promise<KernelProcess | undefined> {
    const kernel = isJupyterActive() ? await startedKernel(this.#notebook.uri) : undefined;
    if (kernel?.language === "python") {
      if (kernel !== this.#process?.kernel) this.#listenTo(kernel);
      if (this.#process?.isOver === true) this.#begin(kernel);
      return this.#process;
    }
    if (kernel !== undefined) this.#become({ state: "otherLanguage", language: kernel.language });
    else this.#become({ state: isJupyterActive() ? "notStarted" : "noJupyter" });
    return undefined;
  }

  #listenTo(kernel: Kernel): void {
    this.#process?.end();
    this.#process = new KernelProcess(kernel, this.#parts);
    this.#statusListener?.dispose();
    this.#statusListener = kernel.onDidChangeStatus((status) => {
      if (status === "restarting" || status === "autorestarting") this.#begin(kernel);
      else if (status === "dead" || status === "terminating") this.#process?.end();
      else return;
      // A refusal is the user's word, for this process as for the next.
      if (this.access.state !== "refused") this.#become({ state: "unknown" });
    });
  }

  #begin(kernel: Kernel): void {
    const before = this.#process;
    before?.end();
    this.#process = new KernelProcess(kernel, this.#parts, before);
    // A conversation with the process before may never end.
    this.#last = Promise.resolve();
  }

  #become(access: KernelAccess): void {
    this.access = access;
    this.#changed.fire();
  }
}

function accessAfter(error: unknown): KernelAccess {
  return { state: error instanceof KernelAccessRefused ? "refused" : "failed" };
}
