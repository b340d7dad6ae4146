// The editor's SecretStorage as it is in the wild: it may throw, hang, forget or be locked. Asks twice, then works from memory
// until the window closes, and says so once. What cannot be deleted is never passed over.
import * as l10n from "@vscode/l10n";
import type * as vscode from "vscode";
import { AuthError } from "../oauth/errors.ts";

/** A keyring that asks for its password keeps one waiting as long as a person takes; nobody waits for longer. */
const patienceMs = 20_000;

export type Storage = Pick<vscode.SecretStorage, "get" | "store" | "delete" | "onDidChange">;

export class ResilientStorage {
  readonly #storage: Storage;
  readonly #troubleListeners = new Set<(trouble: AuthError | undefined) => void>();
  readonly #timeoutMs: number;
  readonly #subscription: { dispose(): void };
  /** What this window wrote: serves where the storage fails or has forgotten it. */
  readonly #memory = new Map<string, string>();
  /** Written here, and not taken by the storage: what it still holds under that key is older. */
  readonly #unsaved = new Set<string>();
  /** Events of this window's own writes that are still to come. */
  readonly #expected = new Map<string, number>();
  #trouble: AuthError | undefined;
  /** Told of what was stored, but cannot be used. */
  onRepair: (what: string) => void = () => undefined;

  constructor(storage: Storage, timeoutMs = patienceMs) {
    this.#storage = storage;
    this.#timeoutMs = timeoutMs;
    this.#subscription = storage.onDidChange(({ key }) => {
      if ((this.#expected.get(key) ?? 0) > 0) this.#expect(key, -1);
      // Another window has changed or deleted it: what this one wrote no longer counts.
      else this.#memory.delete(key);
    });
  }

  get trouble(): AuthError | undefined {
    return this.#trouble;
  }

  /** Tells when the storage begins to fail, and when it works again (undefined). */
  onDidChangeTrouble(listener: (trouble: AuthError | undefined) => void): { dispose(): void } {
    this.#troubleListeners.add(listener);
    return { dispose: () => void this.#troubleListeners.delete(listener) };
  }

  /** Rejects with storage_failed where neither the storage nor memory can say. */
  async get(key: string): Promise<string | undefined> {
    const kept = this.#memory.get(key);
    if (kept !== undefined && this.#unsaved.has(key)) return kept;
    try {
      return (await this.#twice(() => this.#storage.get(key))) ?? kept;
    } catch (error) {
      if (kept === undefined) throw error;
      return kept;
    }
  }

  /** Does not reject: what cannot be stored is kept in memory. */
  async store(key: string, value: string): Promise<void> {
    this.#memory.set(key, value);
    try {
      await this.#change(key, () => this.#storage.store(key, value));
      this.#unsaved.delete(key);
      this.#note(undefined);
    } catch {
      // Said by onDidChangeTrouble; memory serves.
      this.#unsaved.add(key);
    }
  }

  /** Rejects with storage_failed where the storage keeps it. */
  async delete(key: string): Promise<void> {
    this.#memory.delete(key);
    this.#unsaved.delete(key);
    await this.#change(key, () => this.#storage.delete(key));
  }

  /** Past memory: whether the storage itself keeps what it is told. Rejects with storage_failed. */
  async probe(key: string): Promise<void> {
    const value = crypto.randomUUID();
    await this.#change(key, () => this.#storage.store(key, value));
    const found = await this.#twice(() => this.#storage.get(key));
    await this.#change(key, () => this.#storage.delete(key));
    if (found !== value) throw new AuthError("storage_failed", { detail: l10n.t("it forgets what it is told") });
    this.#note(undefined);
  }

  /** What any window changed, this one included. */
  onDidChange(listener: (key: string) => void): { dispose(): void } {
    return this.#storage.onDidChange(({ key }) => listener(key));
  }

  dispose(): void {
    this.#subscription.dispose();
  }

  async #change(key: string, call: () => Thenable<void>): Promise<void> {
    this.#expect(key, 1);
    try {
      await this.#twice(call);
    } catch (error) {
      this.#expect(key, -1);
      throw error;
    }
  }

  #expect(key: string, more: number): void {
    this.#expected.set(key, (this.#expected.get(key) ?? 0) + more);
  }

  async #twice<Value>(call: () => Thenable<Value>): Promise<Value> {
    try {
      return await inTime(call, this.#timeoutMs).catch(() => inTime(call, this.#timeoutMs));
    } catch (error) {
      const failure = asStorageFailure(error);
      this.#note(failure);
      throw failure;
    }
  }

  #note(found: AuthError | undefined): void {
    const changed = (found === undefined) !== (this.#trouble === undefined);
    this.#trouble = found;
    if (changed) for (const listener of this.#troubleListeners) listener(found);
  }
}

function inTime<Value>(call: () => Thenable<Value>, timeoutMs: number): Promise<Value> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(l10n.t("it does not answer in time"))), timeoutMs);
    Promise.resolve()
      .then(call)
      .then(resolve, reject)
      .finally(() => clearTimeout(timer));
  });
}

function asStorageFailure(error: unknown): AuthError {
  return new AuthError("storage_failed", { cause: error, detail: error instanceof Error ? error.message : "" });
}
