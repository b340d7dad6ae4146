// How a notebook's kernel is reached, as the workbench shows it. Types and pure functions only.
import type { HeadersReply } from "../broker/protocol.ts";
import type { KernelAnswer } from "./kernelCode.ts";

/** How a notebook's kernel is reached, or why not. */
export type KernelReach =
  | {
      readonly state:
        | "unknown"
        | "off"
        | "untrusted"
        | "noJupyter"
        | "notStarted"
        | "hooked"
        | "unhooked"
        | "elsewhere"
        | "refused"
        | "failed"
        | "nothing";
    }
  | { readonly state: "otherLanguage"; readonly language: string }
  | { readonly state: "pushed"; readonly expiresAt?: number };

/** Of a kernel that nothing was pushed into. */
export function unpushedReach(said: KernelAnswer["state"] = "far"): KernelReach {
  const states = { hooked: "hooked", near: "unhooked", far: "elsewhere", pushed: "elsewhere" } as const;
  return { state: states[said] };
}

export function pushedReach(replies: readonly HeadersReply[]): KernelReach {
  if (replies.length === 0) return { state: "nothing" };
  const ends = replies.flatMap(({ expiresAt }) => expiresAt ?? []);
  return ends.length === 0 ? { state: "pushed" } : { state: "pushed", expiresAt: Math.min(...ends) };
}
