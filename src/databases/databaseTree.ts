// What the view "LanceDB" shows and when it is read: connections, below them their tables, below them their columns. Reads only what
// is open in sight; how a row looks is databaseItems.ts's matter.
import * as vscode from "vscode";
import type { ConcurrencyLimit } from "../tables/concurrencyLimit.ts";
import { ServerError } from "../tables/serverError.ts";
import { TableListing, type TableEntry } from "../tables/tableListing.ts";
import type { ServerAccess } from "../tables/tableServer.ts";
import type { Account } from "../accounts/accounts.ts";
import { connectionWords, type ConnectionWords } from "../messages/connectionWords.ts";
import { itemFor } from "./databaseItems.ts";
import type { ConnectionNode, DatabaseNode, TableNode } from "./databaseNodes.ts";

export interface TreeParts {
  readonly accounts: () => readonly Account[];
  readonly accessFor: (account: Account) => ServerAccess;
  readonly limit: ConcurrencyLimit;
  readonly isLocked: () => boolean;
}

export class DatabaseTree implements vscode.TreeDataProvider<DatabaseNode> {
  readonly #parts: TreeParts;
  readonly #changed = new vscode.EventEmitter<DatabaseNode[] | undefined>();
  readonly #tableNodes = new WeakMap<TableEntry, TableNode>();
  #connections: readonly ConnectionNode[] = [];
  /** The connections that are unfolded, by name: so they stay when their settings change. */
  readonly #open = new Set<string>();
  /** What each connection's row said when it was drawn last. */
  readonly #drawn = new WeakMap<ConnectionNode, string>();
  #isVisible = false;
  #timer: NodeJS.Timeout | undefined;

  readonly onDidChangeTreeData = this.#changed.event;

  constructor(parts: TreeParts) {
    this.#parts = parts;
  }

  getTreeItem(node: DatabaseNode): vscode.TreeItem {
    return itemFor(node, {
      ...{ locked: this.#parts.isLocked(), now: Date.now() },
      isOnly: this.#connections.length === 1,
    });
  }

  getParent(node: DatabaseNode): DatabaseNode | undefined {
    return "above" in node ? node.above : undefined;
  }

  async getChildren(node?: DatabaseNode): Promise<DatabaseNode[]> {
    // VS Code says it as well, as the view's welcome.
    if (!vscode.workspace.isTrusted) return [];
    if (node === undefined) return [...this.#follow()];
    if (node.kind === "connection") return this.#below(node);
    return node.kind === "table" ? this.#columnsOf(node) : [];
  }

  /** Rows are read from here on; those that were open go on where they were. */
  setVisible(visible: boolean): void {
    this.#isVisible = visible;
    for (const node of this.#connections) {
      const { connectionName, listing } = node;
      if (!visible) listing.pause();
      else if (!this.#open.has(connectionName)) continue;
      else if (listing.isRead) listing.describeFirst();
      // Its reading was cut short when the view went out of sight.
      else this.#changed.fire([node]);
    }
    this.accountsChanged();
  }

  closed(node: DatabaseNode): void {
    if (node.kind !== "connection") return;
    this.#open.delete(node.connectionName);
    node.listing.pause();
    // VS Code has taken the empty list of a reading that was cut short: it is to ask again.
    if (!node.listing.isRead) this.#changed.fire([node]);
  }

  /** Redraws what has changed, and asks again where there was no token and now there is one. */
  accountsChanged(): void {
    const before = this.#connections;
    const now = this.#follow();
    // Each of them is asked: both answers are kept.
    const changed = now.filter((node) => [this.#retry(node), this.#looksDifferent(node)].includes(true));
    if (now.length !== before.length || now.some((node, at) => node !== before[at])) this.#changed.fire(undefined);
    else if (changed.length > 0) this.#changed.fire(changed);
    this.#plan();
  }

  /** Forgets what was read, of one connection or of all. */
  refresh(connectionName?: string): void {
    for (const node of this.#connections) {
      if (connectionName === undefined || node.connectionName === connectionName) node.listing.forget();
    }
    this.#changed.fire(undefined);
  }

  async readMore(connectionName: string): Promise<void> {
    const node = this.#connections.find((each) => each.connectionName === connectionName);
    if (node === undefined) return;
    await node.listing.readMore();
    this.#changed.fire([node]);
  }

  dispose(): void {
    clearTimeout(this.#timer);
    for (const { listing } of this.#connections) listing.pause();
    this.#changed.dispose();
  }

  /** One node for each account, the same one while the account is the same. */
  #follow(): readonly ConnectionNode[] {
    const before = this.#connections;
    this.#connections = this.#parts.accounts().map((account) => {
      return before.find((node) => node.account === account) ?? this.#nodeFor(account);
    });
    for (const node of before) if (!this.#connections.includes(node)) node.listing.pause();
    return this.#connections;
  }

  #nodeFor(account: Account): ConnectionNode {
    const listing: TableListing = new TableListing(this.#parts.accessFor(account), this.#parts.limit, (entry) => {
      const node = this.#tableNodes.get(entry);
      if (node !== undefined) this.#changed.fire([node]);
    });
    return { kind: "connection", connectionName: account.connection.name, account, listing };
  }

  async #below(node: ConnectionNode): Promise<DatabaseNode[]> {
    const { listing, connectionName } = node;
    const blocked = this.#blocked(node);
    if (blocked !== undefined) return [{ kind: "problem", connectionName, above: node, error: blocked }];
    // VS Code asks for what is below a row only where the row is unfolded.
    this.#open.add(connectionName);
    await listing.read();
    if (this.#isVisible && this.#open.has(connectionName)) listing.describeFirst();
    const tables = listing.entries.map((entry) => this.#tableNode(node, entry));
    const { problem } = listing;
    if (problem !== undefined) return [...tables, { kind: "problem", connectionName, above: node, error: problem }];
    if (listing.hasMore) return [...tables, { kind: "more", connectionName, above: node }];
    return listing.isRead && tables.length === 0 ? [{ kind: "empty", above: node }] : tables;
  }

  /** Known without asking: nothing could be sent. */
  #blocked({ account }: ConnectionNode): ServerError | undefined {
    if (this.#parts.isLocked()) return new ServerError("locked");
    return account.provider.state.status === "signedOut" ? new ServerError("no_token") : undefined;
  }

  #tableNode(above: ConnectionNode, entry: TableEntry): TableNode {
    const known = this.#tableNodes.get(entry);
    if (known !== undefined) return known;
    const { connectionName } = above;
    const node: TableNode = { kind: "table", connectionName, tableName: entry.name, entry, above };
    this.#tableNodes.set(entry, node);
    return node;
  }

  async #columnsOf(node: TableNode): Promise<DatabaseNode[]> {
    await node.above.listing.describe(node.entry, true);
    const { details } = node.entry;
    if (details === undefined) return [];
    if (details.problem !== undefined) {
      return [{ kind: "problem", connectionName: node.connectionName, above: node, error: details.problem }];
    }
    return details.description.columns.map((column) => ({ kind: "column", column, above: node }));
  }

  /** A list that could not be read for want of a token is read anew when there is one, and the other way round. */
  #retry(node: ConnectionNode): boolean {
    const { listing, account } = node;
    const blocked = this.#blocked(node) !== undefined;
    const lacked = listing.problem?.code === "no_token" || listing.problem?.code === "locked";
    const hasToken = "life" in account.provider.state;
    if (!(blocked && listing.isRead) && !(lacked && hasToken)) return false;
    listing.forget();
    return true;
  }

  #looksDifferent(node: ConnectionNode): boolean {
    const { icon, description, sentence } = this.#words(node);
    const drawn = `${icon} ${description} ${sentence}`;
    const same = this.#drawn.get(node) === drawn;
    this.#drawn.set(node, drawn);
    return !same;
  }

  #words({ account }: ConnectionNode): ConnectionWords {
    return connectionWords(account.provider.state, this.#parts.isLocked(), Date.now());
  }

  /** Wakes up when the first of the times that are shown has passed; not while nobody sees them. */
  #plan(): void {
    clearTimeout(this.#timer);
    const times = this.#connections.flatMap((node) => this.#words(node).nextAt ?? []);
    if (!this.#isVisible || times.length === 0) return;
    const waitMs = Math.min(Math.max(Math.min(...times) - Date.now(), 0), 3_600_000);
    this.#timer = setTimeout(() => {
      this.accountsChanged();
    }, waitMs);
  }
}
