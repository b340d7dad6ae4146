// The connect calls of a document, found once for each of its versions. A cell shares the imports of its notebook.
import * as vscode from "vscode";
import { connectCallsIn, languageIds, type ConnectCall } from "./connectCalls.ts";

/** Files, new ones and cells; not what a comparison shows of the past. */
export const codeDocuments: readonly vscode.DocumentFilter[] = languageIds.flatMap((language) =>
  ["file", "untitled", "vscode-notebook-cell"].map((scheme) => ({ language, scheme })),
);

/** Longer ones are generated, or data. */
const longestText = 1_000_000;

const known = new WeakMap<vscode.TextDocument, { readonly version: string; readonly calls: readonly ConnectCall[] }>();

export function callsOf(document: vscode.TextDocument): readonly ConnectCall[] {
  const cells = cellsBeside(document);
  const version = [document, ...cells].map((each) => each.version).join(" ");
  const found = known.get(document);
  if (found?.version === version) return found.calls;
  const text = document.getText();
  const isRead = text.length <= longestText && vscode.languages.match(codeDocuments, document) > 0;
  const others = cells.map((each) => each.getText());
  const calls = isRead ? connectCallsIn(text, document.languageId, others) : [];
  known.set(document, { version, calls });
  return calls;
}

function cellsBeside(document: vscode.TextDocument): readonly vscode.TextDocument[] {
  if (document.uri.scheme !== "vscode-notebook-cell") return [];
  const cells = vscode.workspace.notebookDocuments
    .map((notebook) => notebook.getCells().map((cell) => cell.document))
    .find((documents) => documents.includes(document));
  return (cells ?? []).filter((each) => each !== document && each.languageId === document.languageId);
}

export function rangeOf(
  document: vscode.TextDocument,
  span: { readonly start: number; readonly end: number },
): vscode.Range {
  return new vscode.Range(document.positionAt(span.start), document.positionAt(span.end));
}
