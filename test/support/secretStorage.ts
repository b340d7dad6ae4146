// The editor's SecretStorage as all windows of one machine see it, in memory.
import type { SecretStorage, SecretStorageChangeEvent } from "vscode";

export function memorySecretStorage(): SecretStorage {
  const values = new Map<string, string>();
  const listeners = new Set<(event: SecretStorageChangeEvent) => void>();
  const tell = (key: string): Promise<void> => {
    for (const listener of listeners) listener({ key });
    return Promise.resolve();
  };
  return {
    get: (key) => Promise.resolve(values.get(key)),
    store: (key, value) => {
      values.set(key, value);
      return tell(key);
    },
    delete: (key) => {
      const had = values.delete(key);
      return had ? tell(key) : Promise.resolve();
    },
    onDidChange: (listener: (event: SecretStorageChangeEvent) => void) => {
      listeners.add(listener);
      return { dispose: () => void listeners.delete(listener) };
    },
  };
}
