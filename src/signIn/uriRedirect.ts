// The way back from the browser where a loopback server cannot be reached: the editor's own URI handler, by an address that
// also a browser on another machine finds. One sign-in waits at a time; what nobody waits for is said to be over.
import * as vscode from "vscode";
import type { RedirectPlace } from "../oauth/grants/authorizationCode.ts";
import { AuthError, asAuthError } from "../oauth/errors.ts";

export interface UriRedirect {
  open(): Promise<RedirectPlace>;
  /** Where the browser comes back to. Rejects with flow_unsupported where the editor has no address. */
  address(): Promise<string>;
  dispose(): void;
}

const path = "/callback";

export function receiveUris(extensionId: string): UriRedirect {
  let waiting: { take(callback: URL): void; giveWay(): void } | undefined;
  const registration = vscode.window.registerUriHandler({
    handleUri: ({ path: called, query }) => {
      if (called !== path) return;
      const taken = waiting;
      waiting = undefined;
      if (taken === undefined)
        void vscode.window.showWarningMessage(vscode.l10n.t("This LanceDB sign-in is over. Sign in again."));
      else taken.take(callbackWith(query));
    },
  });
  const open = async (): Promise<RedirectPlace> => {
    let mine: typeof waiting;
    const redirectUri = await externalUri(extensionId);
    return {
      redirectUri,
      answer: (accept) =>
        new Promise((resolve, reject) => {
          waiting?.giveWay();
          mine = {
            take: (callback) => {
              // The page of the editor says that one may go back; how it went is said in the editor.
              accept(callback).then(resolve, reject);
            },
            giveWay: () => {
              reject(new AuthError("cancelled"));
            },
          };
          waiting = mine;
        }),
      close: () => {
        if (waiting === mine) waiting = undefined;
        return Promise.resolve();
      },
    };
  };
  return {
    open,
    address: () => externalUri(extensionId),
    dispose: () => {
      waiting?.giveWay();
      registration.dispose();
    },
  };
}

async function externalUri(extensionId: string): Promise<string> {
  try {
    const own = vscode.Uri.parse(`${vscode.env.uriScheme}://${extensionId}${path}`);
    return new URL((await vscode.env.asExternalUri(own)).toString(true)).href;
  } catch (error) {
    throw new AuthError("flow_unsupported", { cause: error, detail: asAuthError(error).detail });
  }
}

/** On a desktop the query arrives decoded: a plus in it was one before, and must not become a space. */
function callbackWith(query: string): URL {
  const callback = new URL("https://callback.invalid");
  callback.search = query.replaceAll("+", "%2B");
  return callback;
}
