// What was granted to programs: until the window closes, or in this workspace until it is taken back. Kept in the workspace's memory of
// the editor, never in the repository; no token and no secret.

export interface Grant {
  /** The connection's name. */
  readonly connection: string;
  /** The server that the headers go to: a connection that is pointed elsewhere is granted anew. */
  readonly host: string;
  /** Of the program, see caller.ts. */
  readonly program: string;
  /** As it was shown. */
  readonly name: string;
  /** Epoch milliseconds. */
  readonly grantedAt: number;
}

export interface Memory {
  get(key: string): unknown;
  update(key: string, value: unknown): Thenable<void>;
}

const memoryKey = "lancedbAuth.grants";
/** More are never needed; the oldest go first. */
const mostKept = 500;

export class Grants {
  readonly #memory: Memory;
  #session: readonly Grant[] = [];

  constructor(memory: Memory) {
    this.#memory = memory;
  }

  get ofSession(): readonly Grant[] {
    return this.#session;
  }

  get ofWorkspace(): readonly Grant[] {
    const saved = this.#memory.get(memoryKey);
    return Array.isArray(saved) ? saved.filter(isGrant) : [];
  }

  has(wanted: Pick<Grant, "connection" | "host" | "program">): boolean {
    return [...this.#session, ...this.ofWorkspace].some((grant) => isSame(grant, wanted));
  }

  addForSession(grant: Grant): void {
    this.#session = [...this.#session.filter((other) => !isSame(other, grant)), grant].slice(-mostKept);
  }

  async addForWorkspace(grant: Grant): Promise<void> {
    const others = this.ofWorkspace.filter((other) => !isSame(other, grant));
    await this.#memory.update(memoryKey, [...others, grant].slice(-mostKept));
  }

  async revoke(revoked: readonly Grant[]): Promise<void> {
    const left = (grants: readonly Grant[]): readonly Grant[] =>
      grants.filter((grant) => !revoked.some((each) => isSame(each, grant)));
    this.#session = left(this.#session);
    await this.#memory.update(memoryKey, left(this.ofWorkspace));
  }
}

function isSame(one: Pick<Grant, "connection" | "host" | "program">, other: typeof one): boolean {
  return one.connection === other.connection && one.host === other.host && one.program === other.program;
}

/** The memory may hold what another version wrote. */
function isGrant(value: unknown): value is Grant {
  if (typeof value !== "object" || value === null) return false;
  const texts = ["connection", "host", "program", "name"].map((field): unknown => Reflect.get(value, field));
  return texts.every((text) => typeof text === "string") && typeof Reflect.get(value, "grantedAt") === "number";
}
