// The open notebooks and their kernels: keeps a link to each, remembers which of them the user has said yes to, and renews what was pushed
// when a token is replaced, a kernel restarts or a cell has run. Without a yes no kernel is spoken to unless the user asks.
import * as vscode from "vscode";
import type { HeadersReply } from "../broker/protocol.ts";
import type { HeadersSource } from "../broker/exchange.ts";
import type { SessionFinding } from "../sessions/inspect.ts";
import { startKernel } from "./jupyter.ts";
import { readClientSource } from "./kernelCode.ts";
import type { KernelAccess } from "./kernelAccess.ts";
import { notebookFinding } from "./notebookFinding.ts";
import { NotebookLink } from "./notebookLink.ts";
import type { SessionPointer } from "../sessions/environment.ts";

export interface KernelsParts {
  readonly source: HeadersSource;
  /** The workspace's memory. */
  readonly memory: vscode.Memento;
}

/** Nothing can be pushed while the next cell runs. Not asked for when a token was replaced, for it may never live so long. */
const nextCellMs = 10_000;
const allowedKey = "lancedbAuth.allowedNotebooks";

export class Kernels implements vscode.Disposable {
  readonly #source: HeadersSource;
  readonly #memory: vscode.Memento;
  readonly #links = new Map<vscode.NotebookDocument, NotebookLink>();
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #listeners: vscode.Disposable;
  readonly onDidChange = this.#changed.event;
  #session: SessionPointer | undefined;
  #clientSource = Promise.resolve("");

  constructor({ source, memory }: KernelsParts) {
    this.#source = source;
    this.#memory = memory;
    const { workspace } = vscode;
    this.#listeners = vscode.Disposable.from(
      workspace.onDidOpenNotebookDocument((notebook) => this.#followAllowed(notebook)),
      workspace.onDidCloseNotebookDocument((notebook) => this.#drop(notebook)),
      workspace.onDidChangeNotebookDocument(({ notebook, cellChanges }) => {
        const hasRun = cellChanges.some(({ executionSummary }) => executionSummary !== undefined);
        if (hasRun) this.#followAllowed(notebook, nextCellMs);
      }),
    );
  }

  /** @param session undefined: notebooks are off, and what was pushed is taken back */
  use(session: SessionPointer | undefined): void {
    const links = [...this.#links.values()];
    this.#session = session;
    if (session !== undefined) this.#clientSource = readClientSource(session.clients);
    // Told to the one who needs it.
    this.#clientSource.catch(() => undefined);
    if (session === undefined) {
      this.#links.clear();
      for (const link of links)
        void link
          .withdraw()
          .catch(() => undefined)
          .finally(() => link.dispose());
    }
    this.renew();
  }

  accessOf(notebook: vscode.NotebookDocument): KernelAccess {
    return this.#links.get(notebook)?.access ?? { state: "unknown" };
  }

  isAllowed(notebook: vscode.NotebookDocument): boolean {
    return this.#allowed().includes(notebook.uri.toString());
  }

  /** Asks the kernel, which may raise the Jupyter extension's own question. */
  async look(notebook: vscode.NotebookDocument): Promise<KernelAccess> {
    if (!vscode.workspace.isTrusted) return { state: "untrusted" };
    return (await this.#linkOf(notebook)?.follow(this.isAllowed(notebook))) ?? { state: "off" };
  }

  async allow(notebook: vscode.NotebookDocument): Promise<KernelAccess> {
    await this.#memory.update(allowedKey, [...new Set([...this.#allowed(), notebook.uri.toString()])]);
    return this.look(notebook);
  }

  async disallow(notebook: vscode.NotebookDocument): Promise<void> {
    await this.#memory.update(
      allowedKey,
      this.#allowed().filter((uri) => uri !== notebook.uri.toString()),
    );
    await this.#links.get(notebook)?.withdraw();
  }

  async start(notebook: vscode.NotebookDocument): Promise<KernelAccess> {
    await startKernel(notebook.uri);
    return this.look(notebook);
  }

  /** For LanceDB: Diagnose: the kernel of the notebook in front; spoken to only where the user has said yes. */
  async inspect(): Promise<SessionFinding> {
    const notebook = vscode.window.activeNotebookEditor?.notebook;
    if (notebook === undefined) return notebookFinding(undefined);
    return notebookFinding(this.isAllowed(notebook) ? await this.look(notebook) : this.accessOf(notebook));
  }

  /** A token was replaced, or there is none any more. */
  renew(): void {
    for (const notebook of vscode.workspace.notebookDocuments) this.#followAllowed(notebook);
  }

  dispose(): void {
    this.#listeners.dispose();
    for (const link of this.#links.values()) link.dispose();
    this.#changed.dispose();
  }

  #followAllowed(notebook: vscode.NotebookDocument, lifeMs?: number): void {
    const { state } = this.accessOf(notebook);
    // A hooked kernel asks by itself; a refusal is the user's, who can ask again with the command.
    if (state === "hooked" || state === "refused") return;
    if (!this.isAllowed(notebook) || (state !== "pushed" && !usesLanceDb(notebook))) return;
    // What the kernel said is kept in the link's state.
    void this.#linkOf(notebook)
      ?.follow(true, lifeMs)
      .catch(() => undefined);
  }

  #linkOf(notebook: vscode.NotebookDocument): NotebookLink | undefined {
    const present = this.#links.get(notebook);
    if (present !== undefined || this.#session === undefined || !vscode.workspace.isTrusted) return present;
    const { descriptorPath, clients } = this.#session;
    const link = new NotebookLink(notebook, {
      descriptorPath,
      clients,
      clientSource: () => this.#clientSource,
      headers: (lifeMs) => this.#headersFor(notebook, lifeMs),
    });
    this.#links.set(notebook, link);
    link.onDidChange(() => {
      this.#changed.fire();
      // At once, so that ours is the first code that the new process runs.
      if (link.isRestarted) this.#followAllowed(notebook);
    });
    return link;
  }

  #drop(notebook: vscode.NotebookDocument): void {
    this.#links.get(notebook)?.dispose();
    this.#links.delete(notebook);
  }

  #allowed(): readonly string[] {
    const saved = this.#memory.get<unknown>(allowedKey);
    return Array.isArray(saved) ? saved.filter((uri) => typeof uri === "string") : [];
  }

  async #headersFor(notebook: vscode.NotebookDocument, lifeMs?: number): Promise<readonly HeadersReply[]> {
    const folder = vscode.workspace.getWorkspaceFolder(notebook.uri)?.uri.fsPath;
    const named = databasesIn(notebook).map((uri) => ({ uri }));
    const questions = named.length === 0 ? [{}] : named;
    const replies = questions.map((question) =>
      this.#source
        .headers(folder === undefined ? question : { ...question, folder }, undefined, lifeMs)
        .catch(() => undefined),
    );
    return (await Promise.all(replies)).filter((reply) => reply !== undefined);
  }
}

function codeOf(notebook: vscode.NotebookDocument): string {
  const cells = notebook.getCells().filter(({ kind }) => kind === vscode.NotebookCellKind.Code);
  return cells.map(({ document }) => document.getText()).join("\n");
}

function usesLanceDb(notebook: vscode.NotebookDocument): boolean {
  return codeOf(notebook).includes("lancedb");
}

/** The databases that the cells name; where the name is computed, the active connection's is meant. */
function databasesIn(notebook: vscode.NotebookDocument): readonly string[] {
  return [...new Set(codeOf(notebook).match(/db:\/\/[A-Za-z0-9._-]+/g) ?? [])];
}
