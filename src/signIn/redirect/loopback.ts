// A server on 127.0.0.1 to which the browser comes back after a sign-in (RFC 8252 section 7.3): one path, one answer, one page
// that says what happened. Knows nothing of OAuth; what arrives is handed to the caller, who judges it.
import * as l10n from "@vscode/l10n";
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from "node:http";
import type { RedirectPlace } from "../../oauth/grants/authorizationCode.ts";
import { asAuthError, AuthError } from "../../oauth/errors.ts";
import type { RedirectAddress } from "../../providers/providers.ts";
import { page, type Page } from "./page.ts";

interface Waiting {
  readonly accept: (callback: URL) => Promise<Page>;
}

const usual: RedirectAddress = { host: "127.0.0.1", path: "/callback" };

/** Rejects with flow_unsupported where it cannot listen. @param wanted any free port where it names none */
export async function openLoopback({ host, path, port = 0 }: RedirectAddress = usual): Promise<RedirectPlace> {
  let waiting: Waiting | undefined;
  const listener: RequestListener = (request, response) => {
    const taken = waiting;
    const refused = refusal(request, originOf(server, host), path);
    if (refused !== undefined || taken === undefined) {
      send(response, refused ?? { status: 410, ...over() });
      return;
    }
    waiting = undefined;
    void taken.accept(new URL(request.url ?? path, originOf(server, host))).then((told) => {
      send(response, told);
    });
  };
  const server = createServer(listener);
  await listen(server, port, "127.0.0.1");
  const second = host === "localhost" ? await besides(listener, server) : undefined;
  return {
    redirectUri: `${originOf(server, host)}${path}`,
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
    close: async () => {
      await Promise.all([server, second].flatMap((each) => (each === undefined ? [] : [close(each)])));
    },
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
function refusal({ method, url, headers }: IncomingMessage, origin: string, path: string): Page | undefined {
  if (headers.host !== new URL(origin).host) return { status: 403, ...over() };
  if (url === undefined || new URL(url, origin).pathname !== (path === "" ? "/" : path))
    return { status: 404, ...over() };
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

/** A browser may take localhost for ::1: the same port there, where this machine has it and nobody else listens on it. */
async function besides(listener: RequestListener, first: Server): Promise<Server | undefined> {
  const server = createServer(listener);
  try {
    await listen(server, portOf(first), "::1");
    return server;
  } catch {
    // Without IPv6 a browser goes to 127.0.0.1.
    return undefined;
  }
}

async function listen(server: Server, port: number, address: string): Promise<void> {
  try {
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(port, address, resolve);
    });
  } catch (error) {
    const detail =
      port === 0
        ? l10n.t("on this machine no port can be listened on")
        : l10n.t("on this machine port {0} cannot be listened on", port);
    throw new AuthError("flow_unsupported", { cause: error, detail });
  }
}

function originOf(server: Server, host: string): string {
  return `http://${host}:${String(portOf(server))}`;
}

function portOf(server: Server): number {
  const address = server.address();
  return address === null || typeof address === "string" ? 0 : address.port;
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
