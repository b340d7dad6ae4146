// Which way of signing in a person fits where: one table of capabilities, and the order in which the ways are tried. Pure.
import type { Flow } from "../connection.ts";
import type { IssuerOffers } from "./issuer.ts";

export const waysToSignIn = ["loopback", "uriHandler", "deviceCode"] as const;
export type WayToSignIn = (typeof waysToSignIn)[number];

/** Where the extension runs, and where its person sits. */
export type Surroundings = "desktop" | "desktopWithRemote" | "browser";

/** Whether a way works: the browser must find back to the extension, and the server must offer it. */
const capabilities = {
  /** A server on 127.0.0.1 is of use only to a browser on the same machine (RFC 8252 section 7.3). */
  loopback: { desktop: true, desktopWithRemote: false, browser: false, needs: "browser" },
  /** The operating system, or the page of the workbench, hands the address to the editor. */
  uriHandler: { desktop: true, desktopWithRemote: true, browser: true, needs: "browser" },
  /** Nothing comes back: the extension asks the server. */
  deviceCode: { desktop: true, desktopWithRemote: true, browser: true, needs: "deviceCode" },
} as const satisfies Record<WayToSignIn, Record<Surroundings, boolean> & { needs: keyof IssuerOffers }>;

/** The ways that can work, the wanted one first; the next is offered when one fails. */
export function fittingWays(flow: Flow, surroundings: Surroundings, offers: IssuerOffers): readonly WayToSignIn[] {
  const fitting = waysToSignIn.filter((way) => capabilities[way][surroundings] && offers[capabilities[way].needs]);
  const isWanted = (way: WayToSignIn): boolean => (way === "deviceCode") === (flow === "device_code");
  return [...fitting.filter(isWanted), ...fitting.filter((way) => !isWanted(way))];
}
