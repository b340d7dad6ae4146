// A notebook's kernel as the Jupyter extension runs it: one queue for cells and for other extensions' code, in the order in which they
// come, none of it before the session is there; on a restart the queue is emptied first.
import * as vscode from "vscode";
import type { Kernel, KernelStatus, Output } from "@vscode/jupyter-extension";
import { outputOf } from "./cellOutput.ts";
import type { KernelChannel, KernelMessage } from "./kernelChannel.ts";

/** src/kernels/execution/cellExecutionQueue.ts and kernelExecution.ts of vscode-jupyter, without what no test needs. */
export class StandInKernel {
  private channel: KernelChannel | undefined;
  private starting: Promise<KernelChannel> | undefined;
  private restarting: Promise<void> = Promise.resolve();
  private queue: Promise<unknown> = Promise.resolve();
  private generation = 0;
  private failed = false;
  private readonly status = new vscode.EventEmitter<KernelStatus>();
  private current: KernelStatus = "unknown";
  private count = 0;
  private given: Kernel | undefined;
  private readonly notebook: vscode.Uri;
  private readonly open: () => Promise<KernelChannel>;
  private readonly trace: (text: string) => void;

  constructor(notebook: vscode.Uri, open: () => Promise<KernelChannel>, trace: (text: string) => void) {
    this.notebook = notebook;
    this.open = open;
    this.trace = trace;
  }

  get isStarted(): boolean {
    return this.starting !== undefined;
  }

  runCell(cell: vscode.NotebookCell, controller: vscode.NotebookController): Promise<void> {
    void this.start();
    this.failed = false;
    return this.enqueue(async (channel) => {
      const execution = controller.createNotebookCellExecution(cell);
      this.count += 1;
      execution.executionOrder = this.count;
      execution.start(Date.now());
      await execution.clearOutput();
      if (this.failed) {
        execution.end(undefined, Date.now());
        return;
      }
      const changes: Thenable<void>[] = [];
      const reply = await channel
        .execute(
          cell.document.getText(),
          { store_history: true, allow_stdin: false, cellId: cell.document.uri.toString() },
          (message) => {
            const output = outputOf(message);
            if (output !== undefined) changes.push(execution.appendOutput(output));
          },
        )
        .catch((): KernelMessage["content"] => ({ status: "aborted" }));
      await Promise.all(changes);
      this.failed = reply["status"] !== "ok";
      execution.end(!this.failed, Date.now());
    });
  }

  /** As src/standalone/api/kernels/kernel.ts hands it to another extension. */
  api(makeAccess: () => () => Promise<void>): Kernel {
    this.given ??= this.makeApi(makeAccess());
    return this.given;
  }

  private makeApi(checkAccess: () => Promise<void>): Kernel {
    const status = (): KernelStatus => this.current;
    return Object.freeze({
      language: "python",
      get status() {
        return status();
      },
      onDidChangeStatus: this.status.event,
      executeCode: (code: string, token: vscode.CancellationToken) => this.executeCode(code, token, checkAccess),
    });
  }

  private async *executeCode(
    code: string,
    token: vscode.CancellationToken,
    checkAccess: () => Promise<void>,
  ): AsyncGenerator<Output, void, unknown> {
    await checkAccess();
    if (this.channel === undefined) throw new Error("Kernel connection not available to execute 3rd party code");
    if (token.isCancellationRequested) return;
    this.trace(`Queue code:\n${code}\n`);
    const outputs: Output[] = [];
    await this.enqueue(async (channel) => {
      const reply = await channel.execute(code, { store_history: false, allow_stdin: false }, (message) => {
        const output = outputOf(message);
        if (output !== undefined) outputs.push(output);
      });
      if (reply["status"] !== "ok") throw new Error(String(reply["evalue"]));
    });
    yield* outputs;
  }

  async interrupt(): Promise<void> {
    this.failed = true;
    await this.channel?.interrupt();
  }

  /** A kernel that was never started is started, as if a cell had been run. */
  async restart(): Promise<void> {
    const { channel } = this;
    if (channel === undefined) {
      await this.start();
      return;
    }
    this.generation += 1;
    this.count = 0;
    this.restarting = channel.restart().then(() => this.initialize(channel));
    this.change("restarting");
    await this.restarting;
    this.change("idle");
  }

  async end(): Promise<void> {
    this.generation += 1;
    const { channel } = this;
    this.channel = undefined;
    this.starting = undefined;
    if (channel === undefined) return;
    this.change("dead");
    await channel.end();
  }

  private start(): Promise<KernelChannel> {
    if (this.starting !== undefined) return this.starting;
    this.change("starting");
    this.starting = this.open().then(async (channel) => {
      await this.initialize(channel);
      this.channel = channel;
      channel.onStatus = (status) => this.change(status);
      this.change("idle");
      return channel;
    });
    return this.starting;
  }

  /** What is run before anybody else's code (gatherInternalStartupCode in src/kernels/kernel.ts). */
  private async initialize(channel: KernelChannel): Promise<void> {
    const code = `__vsc_ipynb_file__ = ${JSON.stringify(this.notebook.fsPath)}`;
    await channel.execute(code, { store_history: false, allow_stdin: false }, () => undefined);
  }

  private enqueue(run: (channel: KernelChannel) => Promise<void>): Promise<void> {
    const { generation } = this;
    const result = this.queue.then(async () => {
      const channel = await this.start();
      await this.restarting;
      if (generation === this.generation) await run(channel);
    });
    this.queue = result.catch(() => undefined);
    return result;
  }

  private change(status: string): void {
    this.current = parseStatus(status);
    this.status.fire(this.current);
  }
}

function parseStatus(status: string): KernelStatus {
  return status as KernelStatus;
}
