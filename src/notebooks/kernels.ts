// The open notebooks and their kernels: keeps a link to each, remembers which of them the user has said yes to, and renews what was pushed
// when a token is replaced, a kernel restarts or a cell has run. Without a yes no kernel is spoken to unless the user asks.
import * as vscode from "vscode";
import { asBrokerError } from "../broker/errorReply.ts";
import type { BrokerAnswer, HeadersSource } from "../broker/exchange.ts";
import { paths, type HeadersReply } from "../broker/protocol.ts";
import type { SessionFinding } from "../sessions/inspect.ts";
import { readClientSource } from "./kernelCode.ts";
import type { KernelAccess, Refusal, Supply } from "./kernelAccess.ts";
import { hasFailedToConnect, runCells, usesLanceDb, databasesIn, nameOf, cellPrefix } from "./notebookCells.ts";
import { notebookFinding } from "./notebookFinding.ts";
import { NotebookLink } from "./notebookLink.ts";
import type { SessionPointer } from "../sessions/environment.ts";

export interface KernelsParts {
  readonly source: HeadersSource;
  /** The workspace's memory. */
  readonly memory: vscode.Memento;
}

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
      workspace.onDidOpenNotebookDocument((notebook) => {
        this.#followAllowed(notebook);
        this.#observe(notebook);
      }),
      workspace.onDidCloseNotebookDocument((notebook) => this.#drop(notebook)),
      workspace.onDidChangeNotebookDocument(({ notebook, cellChanges }) => {
        if (!cellChanges.some(({ executionSummary }) => executionSummary !== undefined)) return;
        this.#followAllowed(notebook);
        this.#observe(
          notebook,
          cellChanges.map(({ cell }) => cell),
        );
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
    for (const notebook of vscode.workspace.notebookDocuments) this.#observe(notebook);
  }

  /** What the broker has answered: a kernel of this machine that has asked is connected, and need not be spoken to. */
  answered({ path, outcome, client }: BrokerAnswer): void {
    if (path !== paths.headers || outcome !== "ok" || client === undefined) return;
    const named = vscode.workspace.notebookDocuments.filter((notebook) => client.endsWith(` ${nameOf(notebook)}`));
    const [notebook] = named;
    if (notebook === undefined || named.length > 1) return;
    const link = this.#linkOf(notebook);
    void link?.observe().then(() => link.reached());
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
    const link = this.#linkOf(notebook);
    // It has asked by itself: that needs no word to it, and no question of Jupyter's.
    if (link?.access.state === "hooked") return link.access;
    return (await link?.follow(this.isAllowed(notebook))) ?? { state: "off" };
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
    if (!vscode.workspace.isTrusted) return { state: "untrusted" };
    return (await this.#linkOf(notebook)?.start()) ?? { state: "off" };
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

  #followAllowed(notebook: vscode.NotebookDocument): void {
    const { state } = this.accessOf(notebook);
    // A hooked kernel asks by itself; a refusal is the user's, who can ask again with the command.
    if (state === "hooked" || state === "refused") return;
    const isServed = state === "pushed" || state === "withheld";
    if (!this.isAllowed(notebook) || (!isServed && !usesLanceDb(notebook))) return;
    // What the kernel said is kept in the link's state.
    void this.#linkOf(notebook)
      ?.follow(true)
      .catch(() => undefined);
  }

  /** @param cells those that have just run */
  #observe(notebook: vscode.NotebookDocument, cells: readonly vscode.NotebookCell[] = []): void {
    if (notebook.notebookType !== "jupyter-notebook" || !usesLanceDb(notebook)) return;
    const link = this.#linkOf(notebook);
    void link?.observe().then(() => {
      if (cells.some(hasFailedToConnect)) link.failed();
    });
  }

  #linkOf(notebook: vscode.NotebookDocument): NotebookLink | undefined {
    const present = this.#links.get(notebook);
    if (present !== undefined || this.#session === undefined || !vscode.workspace.isTrusted) return present;
    const { descriptorPath, clients } = this.#session;
    const cells = cellPrefix(notebook);
    const link = new NotebookLink(notebook, {
      descriptorPath,
      clients,
      clientSource: () => this.#clientSource,
      supply: (lifeMs) => this.#supplyFor(notebook, lifeMs),
      ...(cells === undefined ? {} : { cells }),
      runAgain: (uris) => void runCells(notebook, uris),
    });
    this.#links.set(notebook, link);
    link.onDue(() => {
      this.#followAllowed(notebook);
    });
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

  async #supplyFor(notebook: vscode.NotebookDocument, lifeMs?: number): Promise<Supply> {
    const folder = vscode.workspace.getWorkspaceFolder(notebook.uri)?.uri.fsPath;
    const place = folder === undefined ? {} : { folder };
    const named = databasesIn(notebook).map((uri) => ({ uri }));
    const questions: readonly { readonly uri?: string }[] = named.length === 0 ? [{}] : named;
    const known = this.#source.status(folder).connections;
    const answers = await Promise.all(
      questions.map(async ({ uri }): Promise<HeadersReply | Refusal> => {
        try {
          return await this.#source.headers({ ...place, ...(uri === undefined ? {} : { uri }) }, undefined, lifeMs);
        } catch (error) {
          const { code, message } = asBrokerError(error);
          const meant = known.find((each) => (uri === undefined ? each.active : each.uri === uri))?.name;
          const about = {
            ...(uri === undefined ? {} : { uri }),
            ...(meant === undefined ? {} : { connection: meant }),
          };
          return { ...about, code, message };
        }
      }),
    );
    return {
      replies: answers.filter((answer) => "headers" in answer),
      refusals: answers.filter((answer) => "code" in answer),
    };
  }
}
