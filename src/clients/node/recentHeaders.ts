// The broker's last answer, kept in memory: asked again often enough to see a sign-out, once for all callers, and used on while
// the window is out of reach and the token still valid.
import { signOfLifeMs, signOfLifeWithTokenMs, type HeadersReply } from "../../broker/protocol.ts";
import { BrokerFailure } from "./askBroker.ts";

/** Asked again at least so often, so that a sign-out is seen. */
export const longestTrustMs = 15_000;

/** A token with less life left is not used: the request that carries it must still arrive. */
const lastMomentsMs = 2_000;

/** While the window is out of reach it is asked again so often. */
const retryMs = 1_000;

export interface RecentHeaders {
  /** Rejects with BrokerFailure where nothing valid is at hand and none can be had. */
  get(maxAgeMs: number): Promise<HeadersReply>;
}

/** @param ask waits so long for a sign of life of the window */
export function recentHeaders(ask: (patienceMs: number) => Promise<HeadersReply>): RecentHeaders {
  let last: HeadersReply | undefined;
  let askedAt = -Infinity;
  let asking: Promise<HeadersReply> | undefined;

  const renew = async (): Promise<HeadersReply> => {
    try {
      last = await ask(last !== undefined && isValid(last) ? signOfLifeWithTokenMs : signOfLifeMs);
      askedAt = performance.now();
      return last;
    } catch (error) {
      if (last === undefined || !isPassing(error) || !isValid(last)) {
        last = undefined;
        throw error;
      }
      askedAt = performance.now() - longestTrustMs + retryMs;
      return last;
    }
  };
  return {
    get: async (maxAgeMs) => {
      if (last !== undefined && isValid(last) && performance.now() - askedAt < maxAgeMs) return last;
      asking ??= renew().finally(() => {
        asking = undefined;
      });
      return asking;
    },
  };
}

/** Undefined for a credential without expiry. */
export function remainingMs({ expiresAt }: HeadersReply): number | undefined {
  return expiresAt === undefined ? undefined : expiresAt - Date.now();
}

function isValid(reply: HeadersReply): boolean {
  return (remainingMs(reply) ?? Infinity) > lastMomentsMs;
}

function isPassing(error: unknown): boolean {
  return error instanceof BrokerFailure && (error.code === "window_closed" || error.code === "unavailable");
}
