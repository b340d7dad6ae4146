// A person who signs in during a unit test: the connection, the browser and what comes of it. Real server, real HTTP.
import { signInWithBrowser, type BrowserParts } from "../../../src/oauth/grants/authorizationCode.ts";
import { systemClock } from "../../../src/oauth/clock.ts";
import type { Granted, GrantRequest } from "../../../src/oauth/grants/clientConfiguration.ts";
import { parseConnection } from "../../../src/oauth/connection.ts";
import { openLoopback } from "../../../src/signIn/redirect/loopback.ts";
import { personalClient } from "../servers/authorizationServer.ts";
import { httpBrowser, type Visit } from "../servers/httpBrowser.ts";

export function personalRequest(issuerUrl: string, more: Readonly<Record<string, unknown>> = {}): GrantRequest {
  const connection = parseConnection({
    ...{ name: "mine", uri: "db://demo", flow: "authorization_code", issuerUrl, clientId: personalClient.id },
    ...more,
  });
  return { connection, clientSecret: () => Promise.resolve(undefined), fetch: (url, init) => fetch(url, init) };
}

export type BrowserSignIn = {
  readonly granted: Promise<Granted>;
  /** What the browser shows at its end. */
  readonly page: Promise<Visit>;
};

/** Signs in as a person with a browser does. */
export function signInAsPerson(request: GrantRequest, parts: Partial<BrowserParts> = {}): BrowserSignIn {
  const { promise: page, resolve } = Promise.withResolvers<Visit>();
  const browse = async (url: string): Promise<void> => {
    resolve(await httpBrowser().visit(url));
  };
  return {
    granted: signInWithBrowser(request, { openPlace: openLoopback, browse, clock: systemClock, ...parts }),
    page,
  };
}
