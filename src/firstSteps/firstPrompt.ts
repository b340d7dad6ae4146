// The first prompt: where a file or notebook that somebody looks at connects to db://… and there is no connection yet, one offer to add
// it. Once in a window, and after "No" never again. Programs that bring a key of their own are left in peace.
import * as vscode from "vscode";
import { commandIds, firstPromptKey } from "../ids.ts";
import type { ConnectCall } from "../scanner/connectCalls.ts";
import { callsOf } from "../scanner/connectDocuments.ts";
import { knownFrom } from "../scanner/knownFrom.ts";

export interface FirstPromptParts {
  readonly hasConnections: () => boolean;
  /** What outlives the window. */
  readonly memory: vscode.Memento;
}

export function openFirstPrompt({ hasConnections, memory }: FirstPromptParts): vscode.Disposable {
  let isDone = memory.get<unknown>(firstPromptKey) === "no";
  const look = (): void => {
    // Trust may come later, and with it the offer.
    if (isDone || hasConnections() || !vscode.workspace.isTrusted) return;
    const call = visibleDocuments().flatMap(callsOf).find(isUnserved);
    if (call === undefined) return;
    isDone = true;
    void offer(call, memory);
  };
  look();
  return vscode.Disposable.from(
    vscode.window.onDidChangeVisibleTextEditors(look),
    vscode.window.onDidChangeVisibleNotebookEditors(look),
    vscode.workspace.onDidGrantWorkspaceTrust(look),
  );
}

/** Of a notebook every cell, for it need not be scrolled to. */
function visibleDocuments(): readonly vscode.TextDocument[] {
  const cells = vscode.window.visibleNotebookEditors.flatMap(({ notebook }) => notebook.getCells());
  return [...vscode.window.visibleTextEditors, ...cells].map(({ document }) => document);
}

function isUnserved({ apiKey, signsIn, hasMore }: ConnectCall): boolean {
  return apiKey.how === "absent" && !signsIn && !hasMore;
}

async function offer(call: ConnectCall, memory: vscode.Memento): Promise<void> {
  const [add, never] = [vscode.l10n.t("Add Connection"), vscode.l10n.t("No")];
  const chosen = await vscode.window.showInformationMessage(
    vscode.l10n.t(
      "This code connects to {0}, and LanceDB has no connection here yet. Add one, and it works without a key in the code.",
      knownFrom(call).uri ?? vscode.l10n.t("a LanceDB database"),
    ),
    add,
    never,
  );
  if (chosen === never) await memory.update(firstPromptKey, "no");
  if (chosen === add) await vscode.commands.executeCommand(commandIds.addConnection, knownFrom(call));
}
