// A token's claims in words and local time. Pure; what a claim holds is text, cut and without control characters.
import * as l10n from "@vscode/l10n";
import { cut, inert } from "../tables/cells.ts";
import { durationText } from "../messages/durations.ts";

export interface Times {
  readonly now: number;
  /** Epoch milliseconds in the person's own way of writing. */
  readonly format: (at: number) => string;
}

export interface ClaimRow {
  /** As in the token. */
  readonly claim: string;
  /** In words; empty where the claim is no registered one. */
  readonly meaning: string;
  readonly value: string;
}

/** RFC 7519 section 4.1, RFC 9068 section 2.2, and what Entra ID and Keycloak call their own. */
const meanings: ReadonlyMap<string, () => string> = new Map([
  ["iss", () => l10n.t("Issuer")],
  ["sub", () => l10n.t("Subject")],
  ["aud", () => l10n.t("Audience")],
  ["azp", () => l10n.t("Client")],
  ["client_id", () => l10n.t("Client")],
  ["appid", () => l10n.t("Client")],
  ["scope", () => l10n.t("Scopes")],
  ["scp", () => l10n.t("Scopes")],
  ["roles", () => l10n.t("Roles")],
  ["groups", () => l10n.t("Groups")],
  ["tid", () => l10n.t("Tenant")],
  ["iat", () => l10n.t("Issued")],
  ["nbf", () => l10n.t("Not before")],
  ["exp", () => l10n.t("Expires")],
  ["auth_time", () => l10n.t("Signed in")],
  ["jti", () => l10n.t("Token id")],
]);
const timeClaims: ReadonlySet<string> = new Set(["iat", "nbf", "exp", "auth_time"]);
const longest = 300;

/** The registered claims in the order above, then the others by name. */
export function claimRows(claims: Readonly<Record<string, unknown>>, times: Times): readonly ClaimRow[] {
  const order = [...meanings.keys()];
  const rank = (claim: string): number => (meanings.has(claim) ? order.indexOf(claim) : order.length);
  return Object.entries(claims)
    .sort(([a], [b]) => rank(a) - rank(b) || a.localeCompare(b))
    .slice(0, 60)
    .map(([claim, value]) => ({
      claim: cut(inert(claim), 60),
      meaning: meanings.get(claim)?.() ?? "",
      value: cut(inert(valueText(claim, value, times)), longest),
    }));
}

/** Scopes that the token says it has; undefined where it says nothing about them. */
export function grantedScopes(claims: Readonly<Record<string, unknown>>): readonly string[] | undefined {
  const said = claims["scope"] ?? claims["scp"];
  if (typeof said === "string") return said.split(" ").filter((scope) => scope !== "");
  return Array.isArray(said) ? said.filter((scope: unknown) => typeof scope === "string") : undefined;
}

function valueText(claim: string, value: unknown, times: Times): string {
  if (timeClaims.has(claim) && typeof value === "number" && Number.isFinite(value))
    return timeText(value * 1000, times);
  if (typeof value === "string") return value;
  if (Array.isArray(value) && value.every((each) => typeof each === "string")) return value.join(", ");
  return JSON.stringify(value);
}

/** "24 Nov 2026, 14:02:11 (in 42 minutes)" */
export function timeText(at: number, { now, format }: Times): string {
  if (Math.abs(at) > 8.64e15) return l10n.t("not a time");
  if (Math.abs(at - now) < 1_000) return l10n.t("{0} (now)", format(at));
  const span = durationText(Math.abs(at - now));
  return at > now ? l10n.t("{0} (in {1})", format(at), span) : l10n.t("{0} ({1} ago)", format(at), span);
}
