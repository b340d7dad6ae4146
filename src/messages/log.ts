// The extension's log: what happened, never a token or a secret.
import * as vscode from "vscode";
import type { AuthError } from "../oauth/errors.ts";

export interface Log {
  info(message: string): void;
  warn(message: string): void;
  /** The code and the sentence; never the cause, which may hold a server's reply. */
  failure(what: string, error: AuthError): void;
  show(): void;
  dispose(): void;
}

export function openLog(): Log {
  const channel = vscode.window.createOutputChannel("LanceDB Auth", { log: true });
  return {
    info: (message) => {
      channel.info(message);
    },
    warn: (message) => {
      channel.warn(message);
    },
    failure: (what, error) => {
      channel.error(`${what}: ${error.message} [${error.code}]`);
    },
    show: () => {
      channel.show();
    },
    dispose: () => {
      channel.dispose();
    },
  };
}
