// How a notebook's kernel is reached, as the workbench shows it. Types and pure functions only.
import type { HeadersReply } from "../broker/protocol.ts";
import type { KernelAnswer } from "./kernelCode.ts";

/** How a notebook's kernel is reached, or why not. */
export type KernelAccess =
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
export function accessWithoutPush(said: KernelAnswer["state"] = "far"): KernelAccess {
  const states = { hooked: "hooked", near: "unhooked", far: "elsewhere", pushed: "elsewhere" } as const;
  return { state: states[said] };
}

export function accessByPush(replies: readonly HeadersReply[]): KernelAccess {
  if (replies.length === 0) return { state: "nothing" };
  const ends = replies.flatMap(({ expiresAt }) => expiresAt ?? []);
  return ends.length === 0 ? { state: "pushed" } : { state: "pushed", expiresAt: Math.min(...ends) };
}
