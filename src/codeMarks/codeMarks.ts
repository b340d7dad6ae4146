// What is said in the code: lens, hover and quick fix on connect calls, and the command that takes a key out of the code.
import * as vscode from "vscode";
import { registerCommands } from "../commands/registerCommands.ts";
import type { Log } from "../messages/log.ts";
import type { Known } from "../settings/knownConnection.ts";
import { marksCode } from "../settings/settings.ts";
import type { Choice, KernelRemark, Question } from "./callView.ts";
import { openConnectLens } from "./connectLens.ts";
import { openHardCodedKeys, type StoreKey } from "./hardCodedKeys.ts";

export interface CodeMarksParts {
  /** What a program that asks this would get now. */
  readonly choose: (question: Question) => Choice;
  /** The dialogue that adds a connection; answers whether there is a new one. */
  readonly add: (known: Known) => Promise<boolean>;
  readonly isLocked: () => boolean;
  /** Of a notebook's cell: what stands in the way of its kernel. */
  readonly kernelOf: (cell: vscode.Uri) => KernelRemark | undefined;
  readonly onDidChangeKernel: vscode.Event<void>;
  readonly log: Log;
  readonly onDidChange: vscode.Event<void>;
}

export function openCodeMarks({ add, log, onDidChangeKernel, kernelOf, ...rest }: CodeMarksParts): vscode.Disposable {
  const { choose, isLocked, onDidChange } = rest;
  const isOn = (): boolean => marksCode() && vscode.workspace.isTrusted;
  // A connection that serves this call already takes the key's place; else there has to be one first.
  // An API key becomes the connection's own; a token ends within the hour, so that its connection signs in some other way.
  const storeKey: StoreKey = async ({ what, value, question, known }) =>
    choose(question).kind === "connection" || (await add(what === "key" ? { ...known, apiKey: value } : known));
  const keys = openHardCodedKeys({ isOn, onDidChange, storeKey });
  const lens = openConnectLens({ choose, isLocked, kernelOf, isOn, onDidChange, onDidChangeKernel });
  return vscode.Disposable.from(keys, lens, registerCommands({ moveKey: (target) => keys.move(target) }, log));
}
