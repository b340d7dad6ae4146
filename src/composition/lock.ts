// The lock of this workspace: whether programs get no headers. Remembered by the workspace, shown by a context key, with its commands.
import * as vscode from "vscode";
import { registerCommands } from "../commands/registerCommands.ts";
import { lockedKey } from "../ids.ts";
import type { Log } from "../messages/log.ts";

export interface Lock {
  readonly isLocked: () => boolean;
  readonly onDidChange: vscode.Event<void>;
  dispose(): void;
}

export function openLock(memory: vscode.Memento, log: Log): Lock {
  const changed = new vscode.EventEmitter<void>();
  const isLocked = (): boolean => memory.get<boolean>(lockedKey) === true;
  const set = async (locked: boolean): Promise<void> => {
    await memory.update(lockedKey, locked);
    await vscode.commands.executeCommand("setContext", lockedKey, locked);
    log.info(locked ? "locked: programs get no headers" : "unlocked");
    changed.fire();
  };
  const commands = registerCommands({ lock: () => set(true), unlock: () => set(false) }, log);
  void vscode.commands.executeCommand("setContext", lockedKey, isLocked());
  return {
    isLocked,
    onDidChange: changed.event,
    dispose: () => {
      vscode.Disposable.from(commands, changed).dispose();
    },
  };
}
