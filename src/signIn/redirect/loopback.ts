// A server on 127.0.0.1 to which the browser comes back after a sign-in (RFC 8252 section 7.3): one path, one answer, one page
// that says what happened. Knows nothing of OAuth; what arrives is handed to the caller, who judges it.
import * as l10n from "@vscode/l10n";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { RedirectPlace } from "../../oauth/grants/authorizationCode.ts";
import { asAuthError, AuthError } from "../../oauth/errors.ts";
import { page, type Page } from "./page.ts";

const path = "/callback";

interface Waiting {
  readonly accept: (callback: URL) => Promise<Page>;
}

/** Rejects with flow_unsupported where it cannot listen. @param port a free one by default */
export async function openLoopback(port = 0): Promise<RedirectPlace> {
  let waiting: Waiting | undefined;
  const server = createServer((request, response) => {
    const taken = waiting;
    const refused = refusal(request, originOf(server));
    if (refused !== undefined || taken === undefined) {
      send(response, refused ?? { status: 410, ...over() });
      return;
    }
    waiting = undefined;
    void taken.accept(new URL(request.url ?? path, originOf(server))).then((told) => {
      send(response, told);
    });
  });
  await listen(server, port);
  return {
    redirectUri: `${originOf(server)}${path}`,
    answer: (accept) =>
      new Promise((resolve, reject) => {
        waiting = {
          accept: async (callback) => {
            try {
              resolve(await accept(callback));
              return { status: 200, ...signedIn() };
            } catch (error) {
              reject(asAuthError(error));
              return {
                status: 400,
                title: l10n.t("Not signed in"),
                text: l10n.t("{0} Go back to the editor.", asAuthError(error).message),
              };
            }
          },
        };
      }),
    close: () => close(server),
  };
}

const signedIn = (): Omit<Page, "status"> => ({
  title: l10n.t("Signed in"),
  text: l10n.t("You are signed in to LanceDB. Close this page and go back to the editor."),
});
const over = (): Omit<Page, "status"> => ({
  title: l10n.t("Nothing to do"),
  text: l10n.t("This sign-in is over. Go back to the editor."),
});

/** Only what a browser sends that follows the redirect; a foreign Host is a page that was lured here (DNS rebinding). */
function refusal({ method, url, headers }: IncomingMessage, origin: string): Page | undefined {
  if (headers.host !== new URL(origin).host) return { status: 403, ...over() };
  if (url === undefined || new URL(url, origin).pathname !== path) return { status: 404, ...over() };
  return method === "GET" ? undefined : { status: 405, ...over() };
}

function send(response: ServerResponse, told: Page): void {
  response.writeHead(told.status, {
    "content-type": "text/html; charset=utf-8",
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'",
    "referrer-policy": "no-referrer",
    connection: "close",
  });
  response.end(page(told));
}

async function listen(server: Server, port: number): Promise<void> {
  try {
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(port, "127.0.0.1", resolve);
    });
  } catch (error) {
    const detail =
      port === 0
        ? l10n.t("on this machine no port can be listened on")
        : l10n.t("on this machine port {0} cannot be listened on", port);
    throw new AuthError("flow_unsupported", { cause: error, detail });
  }
}

function originOf(server: Server): string {
  const address = server.address();
  if (address === null || typeof address === "string") return "http://127.0.0.1";
  return `http://127.0.0.1:${String(address.port)}`;
}

/** A page that is being sent arrives; everything else ends at once. */
function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => {
      resolve();
    });
    server.closeIdleConnections();
    // A browser that opens a connection in advance, or never reads, must not keep the port open.
    const patience = setTimeout(() => {
      server.closeAllConnections();
    }, 1_000);
    server.once("close", () => {
      clearTimeout(patience);
    });
  });
}
