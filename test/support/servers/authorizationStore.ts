// Where the tests' authorization server keeps its sessions, codes and grants: memory, for as long as the server lives.
import type { Adapter, AdapterFactory, AdapterPayload } from "oidc-provider";

type Entry = { readonly payload: AdapterPayload; readonly expiresAt: number };

/** A store of its own for every server, unlike oidc-provider's, which all servers of a process share. */
export function memoryAdapter(): AdapterFactory {
  const entries = new Map<string, Entry>();
  return (model) => adapterFor(entries, `${model}:`);
}

function adapterFor(entries: Map<string, Entry>, prefix: string): Adapter {
  const findWhere = (holds: (payload: AdapterPayload) => boolean): AdapterPayload | undefined => {
    for (const [key, entry] of entries) {
      if (key.startsWith(prefix) && entry.expiresAt > Date.now() && holds(entry.payload)) return entry.payload;
    }
    return undefined;
  };
  return {
    upsert: async (id, payload, expiresIn = Infinity) => {
      entries.set(prefix + id, { payload, expiresAt: Date.now() + expiresIn * 1000 });
      return Promise.resolve();
    },
    find: async (id) => {
      const entry = entries.get(prefix + id);
      return Promise.resolve(entry !== undefined && entry.expiresAt > Date.now() ? entry.payload : undefined);
    },
    findByUserCode: async (userCode) => Promise.resolve(findWhere((payload) => payload.userCode === userCode)),
    findByUid: async (uid) => Promise.resolve(findWhere((payload) => payload.uid === uid)),
    consume: async (id) => {
      const entry = entries.get(prefix + id);
      if (entry !== undefined) entry.payload.consumed = Math.floor(Date.now() / 1000);
      return Promise.resolve();
    },
    destroy: async (id) => {
      entries.delete(prefix + id);
      return Promise.resolve();
    },
    revokeByGrantId: async (grantId) => {
      for (const [key, { payload }] of entries) if (payload.grantId === grantId) entries.delete(key);
      return Promise.resolve();
    },
  };
}
