// What is said in the code: of the connection that a call would be given, and of the kernel that its cell runs in.
import type * as vscode from "vscode";
import type { ConnectionsView } from "../broker/answer.ts";
import { openCodeMarks, type CodeMarksParts } from "../codeMarks/codeMarks.ts";
import type { Kernels } from "../notebooks/kernels.ts";
import { kernelRemark } from "../notebooks/notebooks.ts";
import { choiceIn } from "./brokerAnswers.ts";

export type MarkedParts = Pick<CodeMarksParts, "add" | "isLocked" | "log" | "onDidChange"> & {
  readonly view: ConnectionsView;
  readonly kernels: Kernels;
};

export function openMarks({ view, kernels, ...parts }: MarkedParts): vscode.Disposable {
  return openCodeMarks({
    ...parts,
    choose: choiceIn(view),
    kernelOf: (cell) => kernelRemark(kernels, cell),
    onDidChangeKernel: kernels.onDidChange,
  });
}
