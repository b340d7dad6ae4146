// SecretStorage as VS Code has it (values by key, an event for every change of any window), and as it fails in the wild.
type Change = { readonly key: string };

export type Keyring = {
  /** What is wrong with it now. */
  fault: "none" | "throws" | "throwsOnce" | "hangs" | "forgets" | "stale";
  /** What it holds now. */
  readonly keys: readonly string[];
  /** How often it was asked. */
  readonly calls: readonly string[];
  /** As another window does it. */
  changeElsewhere(key: string, value: string | undefined): void;
  get(key: string): Promise<string | undefined>;
  store(key: string, value: string): Promise<void>;
  delete(key: string): Promise<void>;
  onDidChange(listener: (change: Change) => unknown): { dispose(): void };
};

export function startKeyring(): Keyring {
  const values = new Map<string, string>();
  const listeners = new Set<(change: Change) => unknown>();
  const calls: string[] = [];
  const fire = (key: string): void => {
    for (const listener of listeners) listener({ key });
  };
  const asked = async (what: string): Promise<void> => {
    calls.push(what);
    const { fault } = keyring;
    if (fault === "throwsOnce") keyring.fault = "none";
    if (fault === "throws" || fault === "throwsOnce") throw new Error("the keyring is locked");
    if (fault === "hangs") await new Promise(() => undefined);
  };
  const keyring: Keyring = {
    fault: "none",
    get keys() {
      return [...values.keys()];
    },
    calls,
    changeElsewhere(key, value) {
      if (value === undefined) values.delete(key);
      else values.set(key, value);
      fire(key);
    },
    async get(key) {
      await asked(`get ${key}`);
      return keyring.fault === "forgets" ? undefined : values.get(key);
    },
    async store(key, value) {
      await asked(`store ${key}`);
      if (keyring.fault !== "stale") values.set(key, value);
      // VS Code tells of a change after it is made.
      queueMicrotask(() => fire(key));
    },
    async delete(key) {
      await asked(`delete ${key}`);
      values.delete(key);
      queueMicrotask(() => fire(key));
    },
    onDidChange(listener) {
      listeners.add(listener);
      return { dispose: () => listeners.delete(listener) };
    },
  };
  return keyring;
}
