// Registers the commands that a room has. Every failure of a command ends here: in the log, and in one notification.
import * as vscode from "vscode";
import { commandIds } from "../ids.ts";
import { asAuthError } from "../oauth/errors.ts";
import type { Log } from "../messages/log.ts";
import { showFailure } from "../messages/showFailure.ts";
import { connectionNameIn } from "./commandArguments.ts";

/** What a command does; it is handed a connection's name, a row of the view, or nothing. */
export type Handler = (argument?: unknown) => Promise<void> | void;

/** Each command is registered by one room alone. */
export type Handlers<Key extends keyof typeof commandIds> = Readonly<Record<Key, Handler>>;

export function registerCommands(
  handlers: Readonly<Partial<Record<keyof typeof commandIds, Handler>>>,
  log: Log,
): vscode.Disposable {
  return vscode.Disposable.from(
    ...Object.entries(handlers).map(([key, handler]) => register(commandIds[keyOf(key)], handler, log)),
  );
}

function keyOf(key: string): keyof typeof commandIds {
  const found = Object.keys(commandIds).find((id): id is keyof typeof commandIds => id === key);
  if (found === undefined) throw new Error(`no command ${key}`);
  return found;
}

function register(id: string, handler: Handler, log: Log): vscode.Disposable {
  return vscode.commands.registerCommand(id, async (argument?: unknown) => {
    try {
      await handler(argument);
    } catch (thrown) {
      const error = asAuthError(thrown);
      log.failure(id, error);
      showFailure(error, connectionNameIn(argument));
    }
  });
}
