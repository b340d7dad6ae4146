// Puts the tree into the view "LanceDB" of the side bar and lets it know what is unfolded and in sight.
import * as vscode from "vscode";
import { viewId } from "../ids.ts";
import { DatabaseTree, type TreeParts } from "./databaseTree.ts";

export interface DatabaseView {
  readonly tree: DatabaseTree;
  /** A sentence above the rows, or none: what in the settings cannot be used. */
  say(message: string | undefined): void;
  dispose(): void;
}

export function openDatabaseView(parts: TreeParts): DatabaseView {
  const tree = new DatabaseTree(parts);
  const view = vscode.window.createTreeView(viewId, { treeDataProvider: tree, showCollapseAll: true });
  tree.setVisible(view.visible);
  const subscriptions = vscode.Disposable.from(
    view.onDidChangeVisibility(({ visible }) => {
      tree.setVisible(visible);
    }),
    view.onDidCollapseElement(({ element }) => {
      tree.closed(element);
    }),
    vscode.workspace.onDidGrantWorkspaceTrust(() => {
      tree.refresh();
    }),
    view,
    tree,
  );
  return {
    tree,
    say: (message) => {
      view.message = message ?? "";
    },
    dispose: () => {
      subscriptions.dispose();
    },
  };
}
