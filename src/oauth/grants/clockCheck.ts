// A clock that is off, said as such: how many minutes this machine differs from the server, by the server's own Date or token.
import * as l10n from "@vscode/l10n";
import type { CustomFetch } from "openid-client";
import type { Clock } from "../clock.ts";
import { AuthError, type AuthErrorCode } from "../errors.ts";

/** What an id_token's times may be off: nothing of it is used beyond this one reply. */
export const clockToleranceSeconds = 600;

/** A client assertion lives for a minute; a smaller difference is not the cause of its refusal. */
const assertionLifeMs = 60_000;

/** @param aheadMs how far this machine's clock is ahead of the server's; negative where it is behind */
export function clockError(code: AuthErrorCode, aheadMs: number): AuthError {
  const minutes = Math.max(1, Math.round(Math.abs(aheadMs) / 60_000));
  const detail =
    aheadMs > 0
      ? l10n.t("this machine's clock is ahead of the server's by {0} min", minutes)
      : l10n.t("this machine's clock is behind the server's by {0} min", minutes);
  return new AuthError(code, { detail, reason: "clock_off" });
}

/** A signed assertion that is refused by a server with another time: it is the clock, whatever the server says. */
export function withClockCheck(fetch: CustomFetch, clock: Pick<Clock, "now">): CustomFetch {
  return async (url, init) => {
    const response = await fetch(url, init);
    const isSigned = init.body instanceof URLSearchParams && init.body.has("client_assertion");
    const serverTime = Date.parse(response.headers.get("date") ?? "");
    if (response.ok || !isSigned || Number.isNaN(serverTime)) return response;
    const aheadMs = clock.now() - serverTime;
    if (Math.abs(aheadMs) <= assertionLifeMs || !(await saysClient(response.clone()))) return response;
    throw clockError("client_rejected", aheadMs);
  };
}

async function saysClient(response: Response): Promise<boolean> {
  return /invalid_client|invalid_grant|unauthorized_client/.test(await response.text());
}
