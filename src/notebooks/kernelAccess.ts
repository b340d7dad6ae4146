// How a notebook's kernel is reached, and what there is to be given to it. Types and pure functions only.
import type { BrokerErrorCode, HeadersReply } from "../broker/protocol.ts";

/** Why there are no headers for a database; what the broker itself says to a program of this machine. */
export interface Refusal {
  /** The database; without it all of them. */
  readonly uri?: string;
  /** The name of its connection, where there is one. */
  readonly connection?: string;
  readonly code: BrokerErrorCode;
  readonly message: string;
}

/** For the databases that a notebook names. */
export interface Supply {
  readonly replies: readonly HeadersReply[];
  readonly refusals: readonly Refusal[];
}

export const noSupply: Supply = { replies: [], refusals: [] };

/** How a notebook's kernel is reached, or why not. */
export type KernelAccess =
  | {
      readonly state:
        | "off"
        | "untrusted"
        | "noJupyter"
        | "notStarted"
        /** It comes up, and is connected as soon as it is there. */
        | "starting"
        /** It runs; nobody has asked it, and it has not asked. */
        | "unknown"
        /** As unknown, and a cell has failed to connect. */
        | "unreached"
        | "dead"
        | "hooked"
        | "unhooked"
        | "elsewhere"
        | "refused"
        | "failed";
    }
  | { readonly state: "otherLanguage"; readonly language: string }
  | { readonly state: "pushed"; readonly expiresAt?: number }
  /** It can be reached, and there is nothing to be given. */
  | { readonly state: "withheld"; readonly refusal: Refusal };

/** Of a kernel that nothing was pushed into. */
export function accessWithoutPush(said: "hooked" | "near" | "far" | "pushed" = "far"): KernelAccess {
  const states = { hooked: "hooked", near: "unhooked", far: "elsewhere", pushed: "elsewhere" } as const;
  return { state: states[said] };
}

export function accessByPush({ replies, refusals: [refusal] }: Supply): KernelAccess {
  if (replies.length === 0 && refusal !== undefined) return { state: "withheld", refusal };
  const endsAt = endOf(replies);
  return endsAt === undefined ? { state: "pushed" } : { state: "pushed", expiresAt: endsAt };
}

/** When the first of them expires; undefined where none does. */
export function endOf(replies: readonly HeadersReply[]): number | undefined {
  const ends = replies.flatMap(({ expiresAt }) => expiresAt ?? []);
  return ends.length === 0 ? undefined : Math.min(...ends);
}
